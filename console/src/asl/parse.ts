import type { ScopeNode } from "./model";
import { isObject } from "./model";

/** The definition of a text that is a JSON object; null for any other. */
export function parseDefinition(text: string): ScopeNode | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as ScopeNode) : null;
  } catch {
    return null;
  }
}
