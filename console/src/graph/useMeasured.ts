/** Leaves in the browser's timeline how long a change of what is drawn took from its rendering to the document. */
import { useLayoutEffect, useRef } from "react";

export function useMeasured(name: string, changed: unknown): void {
  const began = performance.now();
  const drawn = useRef(false);
  useLayoutEffect(() => {
    if (changed && drawn.current) performance.measure(name, { start: began });
    drawn.current = true;
  }, [changed, name]);
}
