/** Pan and zoom of an SVG: its viewBox. Wheel with Ctrl or a pinch zooms, dragging the ground pans. */
import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";

export interface View {
  x: number;
  y: number;
  scale: number;
}

const MARGIN = 20;
/** Below, a state's name can't be read: what is shown at first is no smaller, "Fit" shows all. */
const READABLE = 0.55;

/** `middle`: what is in the middle of a frame too narrow for all, from the left of the graph. */
export function useZoom(
  frame: RefObject<HTMLElement | null>,
  { width, height }: { width: number; height: number },
  middle: number,
) {
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const touched = useRef(false);
  const drag = useRef<{ x: number; y: number; view: View } | null>(null);
  const fit = useCallback(
    (least: number) => {
      const box = frame.current?.getBoundingClientRect();
      if (!box || !width || !height || !box.width) return;
      const whole = Math.min((box.width - MARGIN) / width, (box.height - MARGIN) / height);
      const scale = Math.min(1, Math.max(least, whole));
      const [wide, tall] = [box.width / scale, box.height / scale];
      const x = width > wide ? Math.min(width - wide, Math.max(0, middle - wide / 2)) : (width - wide) / 2;
      const y = height > tall ? -MARGIN / 2 : (height - tall) / 2;
      setView({ x, y, scale });
    },
    [frame, width, height, middle],
  );
  useEffect(() => {
    if (!touched.current) fit(READABLE);
  }, [fit]);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (!touched.current) fit(READABLE);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, fit]);
  const zoom = useCallback(
    (factor: number, at?: { x: number; y: number }) => {
      touched.current = true;
      const box = frame.current?.getBoundingClientRect();
      const point = at ?? { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 };
      setView((old) => {
        const scale = Math.min(3, Math.max(0.05, old.scale * factor));
        const shift = 1 / old.scale - 1 / scale;
        return { scale, x: old.x + point.x * shift, y: old.y + point.y * shift };
      });
    },
    [frame],
  );
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 200), { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [frame, zoom]);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("[role=button]")) return;
    drag.current = { x: event.clientX, y: event.clientY, view };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current;
    if (!from) return;
    touched.current = true;
    const { scale, x, y } = from.view;
    setView({ scale, x: x - (event.clientX - from.x) / scale, y: y - (event.clientY - from.y) / scale });
  };
  const onPointerUp = () => {
    drag.current = null;
  };
  const reset = () => {
    touched.current = true;
    fit(0);
  };
  return {
    view,
    zoom,
    reset,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  };
}
