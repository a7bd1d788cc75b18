/** Edits of the scopes inside a state: branches of a Parallel, the processor of a Map. */
import { allNames, freshName, valueAt } from "./edit";
import { innerScopes, isObject, type Json, type Path, type ScopeNode, type StateNode } from "./model";
import { parseDefinition } from "./parse";
import { setAt } from "./setAt";

export interface InnerScope {
  label: string;
  /** Below the definition. */
  path: Path;
  startAt: string;
  names: string[];
}

export function scopesOf(definition: ScopeNode, statePath: Path): InnerScope[] {
  const state = valueAt(definition, statePath);
  if (!isObject(state)) return [];
  return innerScopes(state as StateNode).map(({ path, scope }) => ({
    label: typeof path[1] === "number" ? `Branch ${path[1] + 1}` : "Items",
    path: [...statePath, ...path],
    startAt: typeof scope.StartAt === "string" ? scope.StartAt : "",
    names: Object.keys(isObject(scope.States) ? scope.States : {}),
  }));
}

/** A Parallel with one branch more, which holds a Pass. */
export function addBranch(text: string, statePath: Path): string {
  const definition = parseDefinition(text);
  const state = definition && valueAt(definition, statePath);
  if (!definition || !isObject(state)) return text;
  const name = freshName("Pass", allNames(definition));
  const branch: Json = { StartAt: name, States: { [name]: { Type: "Pass", End: true } } };
  return Array.isArray(state.Branches)
    ? setAt(text, [...statePath, "Branches", state.Branches.length], branch)
    : setAt(text, [...statePath, "Branches"], [branch]);
}
