import { Button } from "../ui/Button";
import { setTheme, useDark } from "../ui/theme";

export function ThemeButton() {
  const dark = useDark();
  const next = dark ? "light" : "dark";
  return (
    <Button
      kind="plain"
      small
      icon={dark ? "sun" : "moon"}
      aria-label={`Switch to ${next} colours`}
      onClick={() => setTheme(next)}
    />
  );
}
