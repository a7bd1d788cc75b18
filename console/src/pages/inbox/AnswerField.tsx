import { useId } from "react";
import type { Json } from "../../asl/model";
import type { FormField } from "./types";

interface Props {
  name: string;
  field: FormField;
  required: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

/** One property of a form: a choice, a tick, a number or a text. */
export function AnswerField({ name, field, required, value, onChange }: Props) {
  const id = useId();
  const label = `${String(field.title ?? name)}${required ? " (required)" : ""}`;
  const number = field.type === "number" || field.type === "integer";
  if (field.type === "boolean") {
    return (
      <label className="row">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {Array.isArray(field.enum) ? (
        <select
          id={id}
          className="select"
          value={value === undefined ? "" : String(field.enum.indexOf(value))}
          onChange={(event) =>
            onChange(event.target.value === "" ? undefined : field.enum?.[Number(event.target.value)])
          }
        >
          <option value="">Choose…</option>
          {field.enum.map((each, index) => (
            <option key={String(each)} value={index}>
              {String(each)}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="input"
          type={number ? "number" : "text"}
          step={field.type === "integer" ? 1 : "any"}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => {
            const text = event.target.value;
            onChange(text === "" ? undefined : number ? Number(text) : text);
          }}
        />
      )}
      {field.description && <span className="hint">{String(field.description)}</span>}
    </div>
  );
}
