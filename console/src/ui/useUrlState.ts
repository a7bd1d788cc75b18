/** A parameter of the address: what a page shows is in its link. Typing doesn't fill the browser's history. */
import { useCallback, useSyncExternalStore } from "react";

const CHANGED = "podium:query";

function subscribe(listener: () => void): () => void {
  for (const kind of ["popstate", CHANGED]) window.addEventListener(kind, listener);
  return () => {
    for (const kind of ["popstate", CHANGED]) window.removeEventListener(kind, listener);
  };
}

export function setUrlParameters(values: Record<string, string>): void {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  window.history.replaceState(window.history.state, "", window.location.pathname + (text ? `?${text}` : ""));
  window.dispatchEvent(new Event(CHANGED));
}

export function useUrlState(name: string, fallback = ""): [string, (value: string) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => new URLSearchParams(window.location.search).get(name) ?? fallback,
  );
  const set = useCallback(
    (next: string) => setUrlParameters({ [name]: next === fallback ? "" : next }),
    [name, fallback],
  );
  return [value, set];
}

/** The whole of what stands after the question mark. */
export const useUrlQuery = (): string => useSyncExternalStore(subscribe, () => window.location.search);
