/** Edits of a definition's text. Each changes what it must and nothing else: layout, order of keys, numbers as they
 * are written and fields nobody knows stay as they were. */
import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { isObject, type Json, type Path, type ScopeNode, type StateNode } from "./model";
import { parseDefinition } from "./parse";
import { setAt } from "./setAt";

export function valueAt(definition: ScopeNode, path: Path): Json | undefined {
  let value: unknown = definition;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value as Json | undefined;
}

/** Sets a field of what stands at `place`; an object inside it that is left empty goes with its last field. */
export function setField(text: string, place: Path, at: Path, value: Json | undefined): string {
  let changed = setAt(text, [...place, ...at], value);
  if (value !== undefined) return changed;
  for (let end = at.length - 1; end > 0; end--) {
    const holder = valueAt(parseDefinition(changed) ?? {}, [...place, ...at.slice(0, end)]);
    if (typeof at[end - 1] === "number" || !isObject(holder) || Object.keys(holder).length > 0) break;
    changed = setAt(changed, [...place, ...at.slice(0, end)], undefined);
  }
  return changed;
}

export const scopePathOf = (statePath: Path): Path => statePath.slice(0, -2);
export const stateNameOf = (statePath: Path): string => String(statePath.at(-1) ?? "");

/** Every state's name, in every scope: AWS wants them unique in the whole machine. */
export function allNames(scope: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(scope)) for (const each of scope) allNames(each, found);
  else if (isObject(scope)) {
    for (const [key, value] of Object.entries(scope)) {
      if (key === "States" && isObject(value)) for (const name of Object.keys(value)) found.add(name);
      allNames(value, found);
    }
  }
  return found;
}

export function freshName(base: string, taken: Set<string>): string {
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) if (!taken.has(`${base} ${number}`)) return `${base} ${number}`;
}

/** Where each reference to a state of the scope stands. */
export function references(scope: ScopeNode, name: string): Path[] {
  const found: Path[] = scope.StartAt === name ? [["StartAt"]] : [];
  for (const [key, state] of Object.entries(scope.States ?? {})) {
    if (!isObject(state)) continue;
    const at: Path = ["States", key];
    for (const field of ["Next", "Default"]) if (state[field] === name) found.push([...at, field]);
    for (const list of ["Choices", "Catch"]) {
      const items = state[list];
      if (!Array.isArray(items)) continue;
      items.forEach((item, index) => {
        if (isObject(item) && item.Next === name) found.push([...at, list, index, "Next"]);
      });
    }
  }
  return found;
}

export function renameState(text: string, path: Path, name: string): string {
  const definition = parseDefinition(text);
  const scopePath = scopePathOf(path);
  const scope = definition && valueAt(definition, scopePath);
  if (!isObject(scope) || !name || allNames(definition).has(name)) return text;
  let changed = text;
  for (const reference of references(scope as ScopeNode, stateNameOf(path))) {
    changed = setAt(changed, [...scopePath, ...reference], name);
  }
  const tree = parseTree(changed);
  const key = tree && findNodeAtLocation(tree, path)?.parent?.children?.[0];
  if (!key) return text;
  return changed.slice(0, key.offset) + JSON.stringify(name) + changed.slice(key.offset + key.length);
}

/** Takes a state away; what led to it leads on to where it led. */
export function removeState(text: string, path: Path): string {
  const definition = parseDefinition(text);
  const scopePath = scopePathOf(path);
  const scope = definition && (valueAt(definition, scopePath) as ScopeNode | undefined);
  const state = scope?.States?.[stateNameOf(path)];
  if (!scope || !state) return text;
  const name = stateNameOf(path);
  const next = [state.Next, state.Default].find((each) => typeof each === "string" && each !== name);
  let changed = text;
  // From the last to the first: taking an item out of a list moves those after it.
  for (const reference of references(scope, name).reverse()) {
    if (reference[1] === name) continue;
    changed = lead(changed, [...scopePath, ...reference], next);
  }
  return setAt(changed, path, undefined);
}

function lead(text: string, reference: Path, next: Json | undefined): string {
  if (next !== undefined) return setAt(text, reference, next);
  const field = reference.at(-1);
  const holder = reference.slice(0, -1);
  const isItem = typeof holder.at(-1) === "number";
  if (isItem) return setAt(text, holder, undefined);
  const without = setAt(text, reference, undefined);
  return field === "Next" ? setAt(without, [...holder, "End"], true) : without;
}

/** Where a new state goes: after a state, or on one of the ways out of it. */
export interface Spot {
  scope: Path;
  /** The reference that shall lead to it: `["States", "A", "Next"]`, `["StartAt"]`; null: led to by nothing. */
  reference: Path | null;
}

/** The natural spot after a state; without one, at the beginning of the definition. */
export function spotAfter(definition: ScopeNode, path: Path | null): Spot {
  const state = path && (valueAt(definition, path) as StateNode | undefined);
  if (!path || !state) return { scope: [], reference: ["StartAt"] };
  const at: Path = ["States", stateNameOf(path)];
  const scope = scopePathOf(path);
  if (state.Type === "Succeed" || state.Type === "Fail") return { scope, reference: null };
  return { scope, reference: [...at, state.Type === "Choice" ? "Default" : "Next"] };
}

const ENDS = new Set(["Succeed", "Fail"]);

/** Adds a state at a spot, between what led there and where it led. Returns the text and the new state's path. */
export function addState(
  text: string,
  spot: Spot,
  name: string,
  state: StateNode,
): { text: string; path: Path } {
  const definition = parseDefinition(text) ?? {};
  const scope = (valueAt(definition, spot.scope) ?? {}) as ScopeNode;
  const path: Path = [...spot.scope, "States", name];
  const target = spot.reference && valueAt(scope as ScopeNode, spot.reference);
  const onward = typeof target === "string" && target in (scope.States ?? {}) ? target : null;
  const made = ENDS.has(state.Type ?? "") ? state : connected(state, onward);
  let changed = setAt(text, path, made as Json);
  if (spot.reference && !(ENDS.has(state.Type ?? "") && onward)) {
    changed = setAt(changed, [...spot.scope, ...spot.reference], name);
    const holder = [...spot.scope, ...spot.reference.slice(0, -1)];
    if (spot.reference.at(-1) === "Next" && valueAt(definition, [...holder, "End"]) !== undefined) {
      changed = setAt(changed, [...holder, "End"], undefined);
    }
  }
  return { text: changed, path };
}

function connected(state: StateNode, next: string | null): StateNode {
  if (state.Type === "Choice") {
    const choices = Array.isArray(state.Choices) ? state.Choices : [];
    if (next === null) return state;
    return {
      ...state,
      Choices: choices.map((rule) => ({ ...(rule as object), Next: next }) as Json),
      Default: next,
    };
  }
  return next === null ? { ...state, End: true } : { ...state, Next: next };
}
