/** What a place in a definition is about: which state, and which of its fields. */
import type { Field } from "./field";
import { fieldsOf, MACHINE_FIELDS } from "./fields";
import { valueAt } from "./edit";
import { isObject, type Path, type ScopeNode } from "./model";
import type { QueryLanguage } from "./templates";

/** The path of the state that a place is in, and of its scope. */
export function stateAt(path: Path): { state: Path | null; scope: Path } {
  const at = path.lastIndexOf("States");
  return at < 0 || at + 1 >= path.length
    ? { state: null, scope: [] }
    : { state: path.slice(0, at + 2), scope: path.slice(0, at) };
}

/** A state's own query language, or the machine's. */
export function languageOf(definition: ScopeNode, state: Record<string, unknown>): QueryLanguage {
  return (state.QueryLanguage ?? definition.QueryLanguage) === "JSONata" ? "JSONata" : "JSONPath";
}

/** The field that a path ends at: of the machine, of a state, of an item of a list or of a group. */
export function fieldAt(definition: ScopeNode, path: Path): Field | undefined {
  const { state: place } = stateAt(path);
  if (!place) return path.length === 1 ? MACHINE_FIELDS.find((each) => each.name === path[0]) : undefined;
  const state = valueAt(definition, place);
  if (!isObject(state)) return undefined;
  const fields = fieldsOf(String(state.Type ?? ""), languageOf(definition, state));
  const inside = path.slice(place.length);
  const [name, index, item] = inside;
  const own = fields.find((each) => each.name === name);
  if (inside.length === 1) return own;
  if (own?.kind === "list" && typeof index === "number" && inside.length === 3) {
    return own.items?.find((each) => each.name === item);
  }
  const grouped = fields.flatMap((each) => (each.kind === "group" ? (each.items ?? []) : []));
  return grouped.find((each) => each.at?.join("/") === inside.join("/"));
}
