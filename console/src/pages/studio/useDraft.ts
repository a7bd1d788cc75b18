/** What is typed before it means something. It follows the document where that changes by itself, as by undo, and stays as
 * it is typed where the change is what was typed: `1.0` on the way to `1.05`, JSON laid out otherwise. */
import { useEffect, useRef, useState } from "react";

export function useDraft(shown: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(shown);
  const last = useRef({ shown, draft });
  useEffect(() => {
    // Typing changes both in one rendering.
    if (last.current.shown !== shown && last.current.draft === draft) setDraft(shown);
    last.current = { shown, draft };
  }, [shown, draft]);
  return [draft, setDraft];
}
