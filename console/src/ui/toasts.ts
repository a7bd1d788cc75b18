/** Short notices of what an action came to. Errors stay until they are closed. */
import { useSyncExternalStore } from "react";
import { wordingOf } from "../api/errors";

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

let shown: Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

function publish(next: Toast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

export function dismiss(id: number): void {
  publish(shown.filter((toast) => toast.id !== id));
}

export function say(text: string): void {
  const id = ++count;
  publish([...shown.slice(-3), { id, text, bad: false }]);
  setTimeout(() => dismiss(id), 6000);
}

export function complain(error: unknown): void {
  publish([...shown.slice(-3), { id: ++count, text: wordingOf(error), bad: true }]);
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
