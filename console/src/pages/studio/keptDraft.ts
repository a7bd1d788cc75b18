/** Edits that aren't saved yet, kept for this tab: leaving the studio, by a link or by accident, loses none. */
import { recall, remember } from "../../ui/stored";

export interface KeptDraft {
  text: string;
  /** The definition it was begun from. */
  base: string;
}

const keyOf = (arn: string | null) => `podium.draft.${arn ?? "new"}`;

export function keptDraft(arn: string | null): KeptDraft | null {
  try {
    const kept: unknown = JSON.parse(recall(keyOf(arn), "tab") ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { text, base } = kept as Partial<KeptDraft>;
    return typeof text === "string" && typeof base === "string" ? { text, base } : null;
  } catch {
    return null;
  }
}

export function keepDraft(arn: string | null, draft: KeptDraft | null): void {
  remember(keyOf(arn), draft && JSON.stringify(draft), "tab");
}
