/** Completion for definitions: fields of the state the cursor is in, names of states where one is wanted, types. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { getLocation, type JSONPath } from "jsonc-parser";
import { valueAt } from "../../asl/edit";
import { fieldsOf, MACHINE_FIELDS } from "../../asl/fields";
import { isObject, type Path, type ScopeNode, STATE_TYPES } from "../../asl/model";
import { parse } from "jsonc-parser";

const FIELD_VALUES: Record<string, string[]> = {
  Type: [...STATE_TYPES],
  QueryLanguage: ["JSONPath", "JSONata"],
  JitterStrategy: ["FULL", "NONE"],
  Mode: ["INLINE", "DISTRIBUTED"],
  ExecutionType: ["STANDARD", "EXPRESS"],
};
const ERRORS = [
  "States.ALL",
  "States.TaskFailed",
  "States.Timeout",
  "States.Runtime",
  "States.HeartbeatTimeout",
  "States.Permissions",
  "States.DataLimitExceeded",
  "States.QueryEvaluationError",
];

/** The path of the state that a place is in, and of its scope. */
function stateAt(path: JSONPath): { state: Path | null; scope: Path } {
  const at = path.lastIndexOf("States");
  return at < 0 || at + 1 >= path.length
    ? { state: null, scope: [] }
    : { state: path.slice(0, at + 2), scope: path.slice(0, at) };
}

export function completeAsl(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const typed = context.matchBefore(/"[^"\n]*/);
  if (!typed && !context.explicit) return null;
  const location = getLocation(text, context.pos);
  const definition = parse(text, [], { allowTrailingComma: true }) as ScopeNode;
  const options = location.isAtPropertyKey
    ? keys(definition, location.path)
    : values(definition, location.path);
  if (options.length === 0) return null;
  const from = typed ? typed.from : context.pos;
  const closed = text[context.pos] === '"' ? 1 : 0;
  return {
    from,
    to: context.pos + closed,
    options: options.map(({ label, detail }) => ({
      label: `"${label}"`,
      ...(detail ? { detail } : {}),
      type: location.isAtPropertyKey ? "property" : "constant",
      apply: location.isAtPropertyKey && !closed ? `"${label}": ` : `"${label}"`,
    })),
    validFor: /^"[^"\n]*$/,
  };
}

interface Option {
  label: string;
  detail?: string;
}

function keys(definition: ScopeNode, path: JSONPath): Option[] {
  const { state: place } = stateAt(path);
  if (path.length === 1) return [...MACHINE_FIELDS, { name: "States" }].map(({ name }) => ({ label: name }));
  const state = place && valueAt(definition, place);
  if (!place || !isObject(state)) return [];
  const machine = definition.QueryLanguage === "JSONata" ? "JSONata" : "JSONPath";
  const language = state.QueryLanguage === "JSONata" ? "JSONata" : machine;
  const fields = fieldsOf(String(state.Type ?? ""), language);
  if (path.length === place.length + 1) {
    return [
      { label: "Type" },
      { label: "End" },
      ...fields.map(({ name, hint }) => ({ label: name, ...(hint ? { detail: hint } : {}) })),
    ];
  }
  const list = fields.find((field) => field.name === path[place.length]);
  if (path.length === place.length + 3 && list?.items) return list.items.map(({ name }) => ({ label: name }));
  return [];
}

function values(definition: ScopeNode, path: JSONPath): Option[] {
  const name = String(path.at(-1) ?? "");
  if (FIELD_VALUES[name]) return FIELD_VALUES[name].map((label) => ({ label }));
  if (path.includes("ErrorEquals")) return ERRORS.map((label) => ({ label }));
  if (!["Next", "Default", "StartAt"].includes(name)) return [];
  const { scope } = stateAt(path);
  const within = (
    name === "StartAt" ? valueAt(definition, path.slice(0, -1)) : valueAt(definition, scope)
  ) as ScopeNode | undefined;
  return Object.keys(within?.States ?? {}).map((label) => ({ label }));
}
