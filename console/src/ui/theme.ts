/** Light, dark, or as the system says. */
export type Theme = "system" | "light" | "dark";
const KEY = "podium.theme";

export function theme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function setTheme(value: Theme): void {
  localStorage.setItem(KEY, value);
  applyTheme();
}

export function applyTheme(): void {
  const value = theme();
  document.documentElement.style.colorScheme = value === "system" ? "light dark" : value;
}
