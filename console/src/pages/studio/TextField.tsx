import type { Json } from "../../asl/model";
import { useDraft } from "./useDraft";

/** How a value is written in one line; a number may also be an expression, a list of errors is separated by commas. */
function shown(value: Json | undefined): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function read(kind: string, text: string): Json | undefined {
  if (!text.trim()) return undefined;
  if (kind === "errors")
    return text
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
  if (kind === "number" && /^-?\d+(\.\d+)?$/.test(text.trim())) return Number(text);
  return text;
}

interface Props {
  id: string;
  kind: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

export function TextField({ id, kind, value, onChange }: Props) {
  const [draft, setDraft] = useDraft(shown(value));
  const change = (text: string) => {
    setDraft(text);
    onChange(read(kind, text));
  };
  return (
    <input
      id={id}
      className="input"
      inputMode={kind === "number" ? "decimal" : "text"}
      spellCheck={false}
      value={draft}
      onChange={(event) => change(event.target.value)}
    />
  );
}
