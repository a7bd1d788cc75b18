/** A state once more, after itself. */
import { allNames, freshName, spotAfter, stateNameOf, valueAt } from "./edit";
import { innerScopes, isObject, type Json, type Path, type ScopeNode, type StateNode } from "./model";
import { parseDefinition } from "./parse";
import { setAt } from "./setAt";

/** The copy leads where the state led, and the state leads to its copy. Returns the text and the copy's path. */
export function duplicateState(text: string, path: Path): { text: string; path: Path } {
  const definition = parseDefinition(text);
  const state = definition && valueAt(definition, path);
  if (!definition || !isObject(state)) return { text, path };
  const taken = allNames(definition);
  const name = freshly(stateNameOf(path), taken);
  const { scope, reference } = spotAfter(definition, path);
  const made = [...scope, "States", name];
  let changed = setAt(text, made, withFreshNames(state, taken));
  if (reference) {
    changed = setAt(changed, [...scope, ...reference], name);
    if (reference.at(-1) === "Next" && "End" in state) changed = setAt(changed, [...path, "End"], undefined);
  }
  return { text: changed, path: made };
}

function freshly(name: string, taken: Set<string>): string {
  const fresh = freshName(name.replace(/ \d+$/, ""), taken);
  taken.add(fresh);
  return fresh;
}

/** The state with other names for all states inside it: a name is given once in a machine. */
function withFreshNames(state: Record<string, Json>, taken: Set<string>): Json {
  const copy = structuredClone(state);
  for (const { scope } of innerScopes(copy)) renameAll(scope, taken);
  return copy;
}

function renameAll(scope: ScopeNode, taken: Set<string>): void {
  const states = Object.entries(isObject(scope.States) ? scope.States : {});
  const names = new Map(states.map(([name]) => [name, freshly(name, taken)]));
  const renamed = (name: unknown) => names.get(String(name)) ?? (name as Json);
  const lead = (holder: unknown, field: string) => {
    if (isObject(holder) && field in holder) holder[field] = renamed(holder[field]);
  };
  lead(scope, "StartAt");
  for (const [, state] of states) {
    for (const field of ["Next", "Default"]) lead(state, field);
    for (const list of [state.Choices, state.Catch]) {
      for (const item of Array.isArray(list) ? list : []) lead(item, "Next");
    }
    for (const inner of innerScopes(state as StateNode)) renameAll(inner.scope, taken);
  }
  scope.States = Object.fromEntries(states.map(([name, state]) => [names.get(name) ?? name, state]));
}
