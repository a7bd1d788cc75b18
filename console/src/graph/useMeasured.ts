/** Leaves in the browser's timeline how long a change took from its rendering to the document. */
import { useLayoutEffect } from "react";

export function useMeasured(name: string, changed: unknown): void {
  const began = performance.now();
  useLayoutEffect(() => {
    if (changed) performance.measure(name, { start: began });
  }, [changed, name]);
}
