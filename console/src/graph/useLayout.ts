/** A definition's layout, from the worker; the last good one stays while another is made. */
import { useEffect, useState } from "react";
import type { ScopeNode } from "../asl/model";
import type { Layout } from "./layout";

type Answer = { id: number; layout?: Layout; problem?: string };

let worker: Worker | null = null;
let count = 0;
const waiting = new Map<number, (answer: Answer) => void>();

function ask(definition: ScopeNode, folded: ReadonlySet<string>): Promise<Answer> {
  if (!worker) {
    worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
  }
  const id = ++count;
  const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
  performance.mark("layout-asked");
  worker.postMessage({ id, definition, folded });
  return answer;
}

const NOTHING: ReadonlySet<string> = new Set();

/** `folded`: ids of the states whose scopes are not shown; another set, another layout. */
export function useLayout(definition: ScopeNode | null, folded = NOTHING): Layout | null {
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    if (!definition) return;
    let current = true;
    void ask(definition, folded).then((answer) => {
      performance.measure("layout", "layout-asked");
      if (current && answer.layout) setLayout(answer.layout);
    });
    return () => {
      current = false;
    };
  }, [definition, folded]);
  return layout;
}
