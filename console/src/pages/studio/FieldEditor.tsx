import { useId } from "react";
import type { Field } from "../../asl/field";
import type { Json, Path, StateNode } from "../../asl/model";
import type { QueryLanguage } from "../../asl/templates";
import { CallField } from "./CallField";
import { GroupField } from "./GroupField";
import { JsonField } from "./JsonField";
import { ListField } from "./ListField";
import { PathField } from "./PathField";
import { ResourceField } from "./ResourceField";
import { SelectField } from "./SelectField";
import { TextField } from "./TextField";

export interface FieldProps {
  id: string;
  field: Field;
  value: Json | undefined;
  /** The object the field belongs to. */
  holder: StateNode;
  /** Names of the states that can be led to. */
  names: string[];
  language: QueryLanguage;
  onChange: (value: Json | undefined) => void;
  /** Sets what stands below the field. */
  onSet: (at: Path, value: Json | undefined) => void;
  onNext: (target: string | null) => void;
}

const END = "(end)";

/** One field of a state, in the form that its kind has. */
export function FieldEditor(props: Omit<FieldProps, "id">) {
  const id = useId();
  const { field } = props;
  if (field.kind === "list") return <ListField {...props} id={id} />;
  if (field.kind === "group") return <GroupField {...props} />;
  return (
    <div className="field">
      <label htmlFor={id}>{field.name}</label>
      <Control {...props} id={id} />
      {field.hint && <span className="hint">{field.hint}</span>}
    </div>
  );
}

function Control(props: FieldProps) {
  const { id, field, value, holder, names, onChange, onNext } = props;
  switch (field.kind) {
    case "language":
    case "choice":
      return (
        <SelectField
          id={id}
          value={String(value ?? "")}
          options={field.options ?? ["JSONPath", "JSONata"]}
          empty="(not set)"
          onChange={(chosen) => onChange(chosen || undefined)}
        />
      );
    case "state":
      return (
        <SelectField
          id={id}
          value={String(value ?? "")}
          options={names}
          empty="(none)"
          onChange={(chosen) => onChange(chosen || undefined)}
        />
      );
    case "next":
      return (
        <SelectField
          id={id}
          value={holder.End === true ? END : String(value ?? "")}
          options={[END, ...names]}
          empty="(none)"
          onChange={(chosen) => onNext(chosen === END || !chosen ? null : chosen)}
        />
      );
    case "json":
      return <JsonField {...props} />;
    case "call":
      return <CallField {...props} />;
    case "path":
      return <PathField {...props} />;
    case "resource":
      return <ResourceField {...props} />;
    default:
      return <TextField id={id} kind={field.kind} value={value} onChange={onChange} />;
  }
}
