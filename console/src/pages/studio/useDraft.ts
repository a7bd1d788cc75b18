/** What is typed before it means something: follows the document unless the person is in the middle of typing. */
import { useEffect, useRef, useState } from "react";

export function useDraft(shown: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(shown);
  const last = useRef(shown);
  useEffect(() => {
    if (last.current !== shown) {
      last.current = shown;
      setDraft(shown);
    }
  }, [shown]);
  return [
    draft,
    (text: string) => {
      setDraft(text);
    },
  ];
}
