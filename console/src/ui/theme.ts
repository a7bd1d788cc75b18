/** Light, dark, or as the system says. */
import { useSyncExternalStore } from "react";
import { recall, remember } from "./stored";

export type Theme = "system" | "light" | "dark";
const KEY = "podium.theme";
const DARK = "(prefers-color-scheme: dark)";

let chosen: Theme = read();
const listeners = new Set<() => void>();

function read(): Theme {
  const stored = recall(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function setTheme(value: Theme): void {
  remember(KEY, value);
  chosen = value;
  applyTheme();
  for (const listener of listeners) listener();
}

export function applyTheme(): void {
  document.documentElement.style.colorScheme = chosen === "system" ? "light dark" : chosen;
}

function subscribe(listener: () => void): () => void {
  const system = window.matchMedia(DARK);
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => chosen);

/** Whether the page is dark now, whoever says so. */
export const useDark = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => chosen === "dark" || (chosen === "system" && window.matchMedia(DARK).matches),
  );
