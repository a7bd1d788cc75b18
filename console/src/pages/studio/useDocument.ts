/** The definition being worked on: one text for both views, with undo and the last shape that could be drawn. */
import { useCallback, useMemo, useReducer, useRef } from "react";
import { isObject, type ScopeNode } from "../../asl/model";
import { parseDefinition } from "../../asl/parse";

interface History {
  text: string;
  past: string[];
  future: string[];
  /** Of the last edit; typing within a moment is one step. */
  typedAt: number;
}
type Action = { kind: "edit"; text: string; typed: boolean } | { kind: "undo" } | { kind: "redo" };

const STEPS_MAX = 200;
const TYPING_MS = 800;

function reduce(history: History, action: Action): History {
  const { text, past, future } = history;
  switch (action.kind) {
    case "edit": {
      if (action.text === text) return history;
      const now = Date.now();
      const joins = action.typed && now - history.typedAt < TYPING_MS && past.length > 0;
      const kept = joins ? past : [...past, text].slice(-STEPS_MAX);
      return { text: action.text, past: kept, future: [], typedAt: action.typed ? now : 0 };
    }
    case "undo": {
      const previous = past.at(-1);
      if (previous === undefined) return history;
      return { text: previous, past: past.slice(0, -1), future: [text, ...future], typedAt: 0 };
    }
    case "redo": {
      const [next, ...rest] = future;
      if (next === undefined) return history;
      return { text: next, past: [...past, text], future: rest, typedAt: 0 };
    }
  }
}

export function useDocument(initial: string) {
  const [history, dispatch] = useReducer(reduce, { text: initial, past: [], future: [], typedAt: 0 });
  const lastGood = useRef<ScopeNode>({});
  const parsed = useMemo(() => {
    const definition = parseDefinition(history.text);
    const drawable = definition !== null && isObject(definition.States);
    if (drawable) lastGood.current = definition;
    return { definition: drawable ? definition : lastGood.current, broken: !drawable };
  }, [history.text]);
  const edit = useCallback((text: string, typed = false) => dispatch({ kind: "edit", text, typed }), []);
  return {
    text: history.text,
    ...parsed,
    edit,
    undo: useCallback(() => dispatch({ kind: "undo" }), []),
    redo: useCallback(() => dispatch({ kind: "redo" }), []),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}

export type StudioDocument = ReturnType<typeof useDocument>;
