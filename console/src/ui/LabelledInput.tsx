import { type InputHTMLAttributes, useId } from "react";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value"> {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
}

/** A text field under its name. */
export function LabelledInput({ label, hint, onChange, ...rest }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input" {...rest} onChange={(event) => onChange(event.target.value)} />
      {hint && <span className="hint">{hint}</span>}
    </div>
  );
}
