/** What differs between two definitions in their meaning: order of keys and layout don't count. */
import { isObject, type Json, type ScopeNode } from "./model";

export interface Difference {
  kind: "added" | "removed" | "changed";
  /** Of a state, or of the definition itself, in the diagnostics' notation: `/States/Order/Retry[0]`. */
  place: string;
  before: string;
  after: string;
}

const shown = (value: Json | undefined) => (value === undefined ? "" : JSON.stringify(value));

export function compare(before: ScopeNode, after: ScopeNode): Difference[] {
  const found: Difference[] = [];
  walk(before as Json, after as Json, "", found);
  return found;
}

function walk(before: Json | undefined, after: Json | undefined, place: string, found: Difference[]): void {
  if (before === undefined || after === undefined) {
    const kind = before === undefined ? "added" : "removed";
    found.push({ kind, place: place || "/", before: shown(before), after: shown(after) });
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk(before[key], after[key], `${place}/${key}`, found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index++)
      walk(before[index], after[index], `${place}[${index}]`, found);
  } else if (before !== after) {
    found.push({ kind: "changed", place: place || "/", before: shown(before), after: shown(after) });
  }
}
