/** What to say of a place in a definition's text: of a field, of a state that is named, of a state's type. */
import { getLocation, parse } from "jsonc-parser";
import { valueAt } from "./edit";
import { calls, isObject, type Path, type ScopeNode, type StateNode } from "./model";
import { fieldAt, languageOf, stateAt } from "./places";
import { STATE_ITEMS } from "./templates";

export interface Description {
  from: number;
  to: number;
  title: string;
  text: string;
}

const LEADS = new Set(["Next", "Default", "StartAt"]);

export function describe(text: string, offset: number): Description | null {
  const location = getLocation(text, offset);
  const node = location.previousNode;
  if (!node || offset < node.offset || offset > node.offset + node.length) return null;
  const definition = parse(text, [], { allowTrailingComma: true }) as ScopeNode | undefined;
  if (!isObject(definition)) return null;
  const told = location.isAtPropertyKey
    ? ofKey(definition as ScopeNode, location.path)
    : ofValue(definition as ScopeNode, location.path, node.value);
  return told && { from: node.offset, to: node.offset + node.length, ...told };
}

function ofKey(definition: ScopeNode, path: Path): { title: string; text: string } | null {
  if (path.at(-2) === "States") return ofState(definition, path);
  const name = String(path.at(-1) ?? "");
  if (name === "Type") return { title: name, text: "What kind of state it is" };
  if (name === "End") return { title: name, text: "Whether its scope ends here" };
  const field = fieldAt(definition, path);
  if (!field) return null;
  const words = [field.hint ?? "", field.options ? `One of ${field.options.join(", ")}` : ""];
  const only = field.only ? `${field.only} only` : "";
  return { title: field.name, text: [...words, only].filter(Boolean).join(". ") };
}

function ofValue(definition: ScopeNode, path: Path, value: unknown): { title: string; text: string } | null {
  const name = String(path.at(-1) ?? "");
  if (name === "Type") {
    const item = STATE_ITEMS.find((each) => each.type === value);
    return item ? { title: item.label, text: item.hint } : null;
  }
  if (!LEADS.has(name) || typeof value !== "string") return null;
  const scope = name === "StartAt" ? path.slice(0, -1) : stateAt(path).scope;
  return ofState(definition, [...scope, "States", value]);
}

function ofState(definition: ScopeNode, path: Path): { title: string; text: string } | null {
  const state = valueAt(definition, path);
  if (!isObject(state)) return null;
  const comment = typeof state.Comment === "string" ? state.Comment : "";
  const called = calls(state as StateNode);
  const words = [
    `${String(state.Type ?? "?")}, ${languageOf(definition, state)}`,
    called && `calls ${called}`,
  ];
  return { title: String(path.at(-1)), text: [...words, comment].filter(Boolean).join(". ") };
}
