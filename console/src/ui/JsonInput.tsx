import { useId } from "react";
import { jsonProblem } from "./json";

interface Props {
  label: string;
  text: string;
  onChange: (text: string) => void;
  rows?: number;
  hint?: string;
  /** Nothing is a value, too. */
  optional?: boolean;
}

/** JSON that is typed: says what is wrong with it meanwhile. */
export function JsonInput({ label, text, onChange, rows = 3, hint, optional }: Props) {
  const id = useId();
  const problem = optional && !text.trim() ? null : jsonProblem(text);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className={rows < 6 ? "textarea short" : "textarea"}
        rows={rows}
        spellCheck={false}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <span id={`${id}-problem`} className="problem" role="status">
        {problem}
      </span>
      {hint && <span className="hint">{hint}</span>}
    </div>
  );
}
