/** JSON as text: laid out and coloured without ever being turned into numbers that lose digits. */
import { applyEdits, createScanner, format, type SyntaxKind } from "jsonc-parser";

/** The same tokens on lines of their own; text that is no JSON comes back as it is. */
export function pretty(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize: 2 }));
}

export interface Token {
  kind: "key" | "string" | "number" | "word" | "plain";
  text: string;
}

/** jsonc-parser's `SyntaxKind`, a const enum that exists only in its types. */
const KIND = { colon: 6, null: 7, true: 8, false: 9, string: 10, number: 11, end: 17 } satisfies Record<
  string,
  SyntaxKind
>;
const WORDS = new Set<number>([KIND.null, KIND.true, KIND.false]);

export function tokens(text: string): Token[] {
  const scanner = createScanner(text, false);
  const found: Token[] = [];
  for (let kind = scanner.scan(); kind !== KIND.end; kind = scanner.scan()) {
    const value = text.substr(scanner.getTokenOffset(), scanner.getTokenLength());
    if (kind === KIND.string) found.push({ kind: "string", text: value });
    else if (kind === KIND.number) found.push({ kind: "number", text: value });
    else if (WORDS.has(kind)) found.push({ kind: "word", text: value });
    else {
      if (kind === KIND.colon) {
        const key = found.findLast((token) => token.kind !== "plain");
        if (key) key.kind = "key";
      }
      const last = found.at(-1);
      if (last?.kind === "plain") last.text += value;
      else found.push({ kind: "plain", text: value });
    }
  }
  return found;
}

/** Why a text is not JSON, in a few words; null when it is. */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "This is not JSON.";
  }
}
