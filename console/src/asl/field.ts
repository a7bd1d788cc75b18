/** A field of a state as a form shows it, and how tables of them are written. */
import type { QueryLanguage } from "./templates";

export type Kind =
  | "text"
  | "number"
  | "boolean"
  | "choice"
  | "json"
  | "call"
  | "path"
  | "state"
  | "next"
  | "language"
  | "resource"
  | "errors"
  | "list"
  | "group";

export interface Field {
  name: string;
  kind: Kind;
  hint?: string;
  /** Only in this query language. */
  only?: QueryLanguage;
  /** Of a choice. */
  options?: string[];
  /** Fields of each item of a list; fields of a group. */
  items?: Field[];
  /** Where it stands, below the state; its name where it is left out. */
  at?: string[];
}

export const field = (name: string, kind: Kind, hint?: string, only?: QueryLanguage): Field => ({
  name,
  kind,
  ...(hint ? { hint } : {}),
  ...(only ? { only } : {}),
});

export const choice = (name: string, options: string[], hint: string): Field => ({
  name,
  kind: "choice",
  options,
  hint,
});

/** Fields that belong to one object of the state. */
export const group = (name: string, hint: string, items: Field[]): Field => ({
  name,
  kind: "group",
  hint,
  items,
});

/** The field, below an object of the state. */
export const inside = (place: string[], each: Field): Field => ({ ...each, at: [...place, each.name] });
