import { useState } from "react";
import { Button } from "../ui/Button";
import { setTheme, theme } from "../ui/theme";

export function ThemeButton() {
  const [current, setCurrent] = useState(theme);
  const dark =
    current === "dark" || (current === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  const next = dark ? "light" : "dark";
  return (
    <Button
      kind="plain"
      small
      icon={dark ? "sun" : "moon"}
      aria-label={`Switch to ${next} colours`}
      onClick={() => {
        setTheme(next);
        setCurrent(next);
      }}
    />
  );
}
