/** A definition's shape: scopes of states and what leads from one to another. Forgiving: draws what makes sense. */
import { calls, innerScopes, isObject, type Path, type ScopeNode, type StateNode } from "./model";

export interface GraphState {
  id: string;
  path: Path;
  name: string;
  type: string;
  detail: string;
  scopes: GraphScope[];
}
export interface GraphEdge {
  from: string;
  to: string;
  label: string;
  kind: "next" | "choice" | "default" | "catch";
}
export interface GraphScope {
  id: string;
  path: Path;
  states: GraphState[];
  edges: GraphEdge[];
}

export const idOf = (path: Path) => path.join("/");
export const START = "·start";
export const END = "·end";

export function graphOf(definition: ScopeNode, path: Path = []): GraphScope {
  const states: GraphState[] = [];
  const edges: GraphEdge[] = [];
  const id = idOf(path);
  const at = (name: string) => idOf([...path, "States", name]);
  const known = isObject(definition.States) ? (definition.States as Record<string, StateNode>) : {};
  const start = `${id}${START}`;
  const end = `${id}${END}`;
  const lead = (from: string, to: unknown, label = "", kind: GraphEdge["kind"] = "next") => {
    if (typeof to === "string" && to in known) edges.push({ from, to: at(to), label, kind });
  };
  lead(start, definition.StartAt);
  for (const [name, state] of Object.entries(known)) {
    if (!isObject(state)) continue;
    const here = [...path, "States", name];
    const type = typeof state.Type === "string" ? state.Type : "?";
    states.push({
      id: at(name),
      path: here,
      name,
      type,
      detail: detailOf(type, state),
      scopes: innerScopes(state).map((inner) => graphOf(inner.scope, [...here, ...inner.path])),
    });
    if (type === "Choice") {
      const rules = Array.isArray(state.Choices) ? state.Choices : [];
      rules.forEach((rule, index) => {
        if (isObject(rule)) lead(at(name), rule.Next, ruleLabel(rule as StateNode, index), "choice");
      });
      lead(at(name), state.Default, "default", "default");
    } else lead(at(name), state.Next);
    for (const catcher of Array.isArray(state.Catch) ? state.Catch : []) {
      if (isObject(catcher)) lead(at(name), catcher.Next, errorsLabel(catcher.ErrorEquals), "catch");
    }
    if (state.End === true || type === "Succeed" || type === "Fail") {
      edges.push({ from: at(name), to: end, label: "", kind: "next" });
    }
  }
  return { id, path, states, edges };
}

function errorsLabel(errors: unknown): string {
  if (!Array.isArray(errors)) return "catch";
  const names = errors.map(String);
  return names.length > 1 ? `${names[0]} +${names.length - 1}` : (names[0] ?? "catch");
}

function ruleLabel(rule: StateNode, index: number): string {
  if (typeof rule.Comment === "string") return rule.Comment;
  if (typeof rule.Condition === "string") return rule.Condition.replace(/^\{%\s*|\s*%\}$/g, "");
  const comparison = Object.entries(rule).find(
    ([key]) => !["Variable", "Next", "Assign", "Output"].includes(key),
  );
  if (!comparison) return `rule ${index + 1}`;
  const [operator, operand] = comparison;
  if (["And", "Or", "Not"].includes(operator)) return `${operator.toLowerCase()}(…)`;
  const variable = typeof rule.Variable === "string" ? rule.Variable.replace(/^\$\./, "") : "";
  const word = operator.replace(/^(String|Numeric|Boolean|Timestamp)/, "");
  const sign = { Equals: "=", GreaterThan: ">", LessThan: "<", GreaterThanEquals: "≥", LessThanEquals: "≤" }[
    word
  ];
  return `${variable} ${sign ?? word} ${JSON.stringify(operand)}`;
}

function detailOf(type: string, state: StateNode): string {
  if (type === "Task") return calls(state);
  if (type === "Wait") {
    if (typeof state.Seconds === "number") return `${state.Seconds} s`;
    return String(state.SecondsPath ?? state.TimestampPath ?? state.Timestamp ?? state.Seconds ?? "");
  }
  if (type === "Fail") return String(state.Error ?? "");
  if (type === "Map") {
    const processor = [state.ItemProcessor, state.Iterator].find(isObject);
    const mode = isObject(processor?.ProcessorConfig) ? processor.ProcessorConfig.Mode : "";
    return mode === "DISTRIBUTED" ? "distributed" : String(state.ItemsPath ?? "");
  }
  return "";
}

/** All states of a graph, outer before inner. */
export function* statesOf(scope: GraphScope): Generator<GraphState> {
  for (const state of scope.states) {
    yield state;
    for (const inner of state.scopes) yield* statesOf(inner);
  }
}
