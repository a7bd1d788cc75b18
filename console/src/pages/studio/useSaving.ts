/** What of the text is on the server: saving it, without taking away what somebody else saved meanwhile. */
import { useCallback, useEffect, useRef, useState } from "react";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { complain, say } from "../../ui/toasts";
import { keepDraft } from "./keptDraft";

export interface Saving {
  changed: boolean;
  /** Whether it is saved now. */
  save: () => Promise<boolean>;
  /** Somebody else has saved another definition since this one was opened. */
  conflict: boolean;
  /** Save over it, or don't. */
  decide: (over: boolean) => Promise<void>;
  /** This is what is on the server. */
  adopt: (text: string) => void;
  /** There is nothing to keep any more. */
  done: () => void;
}

/** `base`: what `text` was edited from. */
export function useSaving(machine: Machine | null, text: string, base: string): Saving {
  const arn = machine?.stateMachineArn ?? null;
  const [saved, setSaved] = useState(base);
  const [conflict, setConflict] = useState(false);
  const changed = text !== saved;
  const isDone = useRef(false);
  useEffect(() => {
    if (!isDone.current) keepDraft(arn, changed ? { text, base: saved } : null);
  }, [arn, text, saved, changed]);
  useEffect(() => {
    if (!changed) return;
    const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", leaving);
    return () => window.removeEventListener("beforeunload", leaving);
  }, [changed]);
  const write = useCallback(async () => {
    await states("UpdateStateMachine", { stateMachineArn: arn ?? "", definition: text });
    setSaved(text);
    say("Saved as a new revision. Running executions go on with theirs.");
  }, [arn, text]);
  const save = useCallback(async () => {
    if (!changed) return true;
    try {
      const now = await states<Machine>("DescribeStateMachine", { stateMachineArn: arn ?? "" });
      if (now.definition !== saved && now.definition !== text) {
        setConflict(true);
        return false;
      }
      await write();
      return true;
    } catch (failure) {
      complain(failure);
      return false;
    }
  }, [arn, text, saved, changed, write]);
  const decide = async (over: boolean) => {
    if (over) await write();
    setConflict(false);
  };
  const done = () => {
    isDone.current = true;
    keepDraft(arn, null);
  };
  return { changed, save, conflict, decide, adopt: setSaved, done };
}
