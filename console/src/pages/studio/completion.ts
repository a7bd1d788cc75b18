/** Completion for definitions: fields of the state the cursor is in, names of states where one is wanted, types. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { getLocation, type JSONPath } from "jsonc-parser";
import { parameterAt, parametersOf } from "../../api/calls";
import { valueAt } from "../../asl/edit";
import type { Field } from "../../asl/field";
import { fieldsOf, MACHINE_FIELDS } from "../../asl/fields";
import { isObject, type ScopeNode, STATE_TYPES } from "../../asl/model";
import { parse } from "jsonc-parser";
import { fieldAt, languageOf, stateAt } from "../../asl/places";

const FIELD_VALUES: Record<string, string[]> = {
  Type: [...STATE_TYPES],
  QueryLanguage: ["JSONPath", "JSONata"],
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

export async function completeAsl(context: CompletionContext): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const typed = context.matchBefore(/"[^"\n]*/);
  if (!typed && !context.explicit) return null;
  const location = getLocation(text, context.pos);
  const definition = parse(text, [], { allowTrailingComma: true }) as ScopeNode;
  const called = await ofCall(definition, location.path, location.isAtPropertyKey);
  const options =
    called ??
    (location.isAtPropertyKey ? keys(definition, location.path) : values(definition, location.path));
  if (options.length === 0) return null;
  const from = typed ? typed.from : context.pos;
  const closed = text[context.pos] === '"' ? 1 : 0;
  const wantsColon = location.isAtPropertyKey && !/^\s*:/.test(text.slice(context.pos + closed));
  return {
    from,
    to: context.pos + closed,
    options: options.map(({ label, detail }) => ({
      label: `"${label}"`,
      ...(detail ? { detail } : {}),
      type: location.isAtPropertyKey ? "property" : "constant",
      apply: wantsColon ? `"${label}": ` : `"${label}"`,
    })),
    validFor: /^"[^"\n]*$/,
  };
}

interface Option {
  label: string;
  detail?: string;
}

const optionOf = ({ name, hint }: Field): Option => ({ label: name, ...(hint ? { detail: hint } : {}) });

function keys(definition: ScopeNode, path: JSONPath): Option[] {
  const { state: place } = stateAt(path);
  if (path.length === 1) return [...MACHINE_FIELDS, { name: "States" }].map(({ name }) => ({ label: name }));
  const state = place && valueAt(definition, place);
  if (!place || !isObject(state)) return [];
  const fields = fieldsOf(String(state.Type ?? ""), languageOf(definition, state));
  if (path.length === place.length + 1) {
    return [{ label: "Type" }, { label: "End" }, ...fields.map(optionOf)];
  }
  const within = path.slice(place.length, -1).join("/");
  const grouped = fields.flatMap((field) => (field.kind === "group" ? (field.items ?? []) : []));
  const here = grouped.filter(({ at }) => at?.slice(0, -1).join("/") === within);
  if (here.length > 0) return here.map(optionOf);
  const list = fields.find((field) => field.name === path[place.length]);
  if (path.length === place.length + 3 && list?.items) return list.items.map(optionOf);
  return [];
}

/** Inside what a Task calls with: what the action takes there. Null elsewhere. */
async function ofCall(definition: ScopeNode, path: JSONPath, isKey: boolean): Promise<Option[] | null> {
  const { state: place } = stateAt(path);
  const state = place && valueAt(definition, place);
  if (!place || !isObject(state) || state.Type !== "Task") return null;
  const [field, ...inside] = path.slice(place.length);
  if ((field !== "Arguments" && field !== "Parameters") || inside.length === 0) return null;
  const root = await parametersOf(state.Resource);
  if (!root) return null;
  if (!isKey) return (parameterAt(root, inside)?.options ?? []).map((label) => ({ label }));
  const members = parameterAt(root, inside.slice(0, -1))?.members ?? {};
  return Object.entries(members).map(([label, { type, required, hint }]) => ({
    label,
    detail: [required ? `${type}, required` : type, hint].filter(Boolean).join(". "),
  }));
}

/** What a field that takes one of several words may hold. */
function optionsOf(definition: ScopeNode, path: JSONPath): string[] | undefined {
  return fieldAt(definition, path)?.options;
}

function values(definition: ScopeNode, path: JSONPath): Option[] {
  const name = String(path.at(-1) ?? "");
  if (FIELD_VALUES[name]) return FIELD_VALUES[name].map((label) => ({ label }));
  const options = optionsOf(definition, path);
  if (options) return options.map((label) => ({ label }));
  if (path.includes("ErrorEquals")) return ERRORS.map((label) => ({ label }));
  if (!["Next", "Default", "StartAt"].includes(name)) return [];
  const { scope } = stateAt(path);
  const within = (
    name === "StartAt" ? valueAt(definition, path.slice(0, -1)) : valueAt(definition, scope)
  ) as ScopeNode | undefined;
  return Object.keys(within?.States ?? {}).map((label) => ({ label }));
}
