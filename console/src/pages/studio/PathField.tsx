import type { FieldProps } from "./FieldEditor";
import { useDraft } from "./useDraft";

/** A path, or null: nothing of it is used. */
export function PathField({ id, field, value, onChange }: FieldProps) {
  const [draft, setDraft] = useDraft(typeof value === "string" ? value : "");
  return (
    <div className="row">
      <input
        id={id}
        className="input grow"
        placeholder="$"
        spellCheck={false}
        disabled={value === null}
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          onChange(event.target.value || undefined);
        }}
      />
      <label className="row small">
        <input
          type="checkbox"
          aria-label={`${field.name}: discard`}
          checked={value === null}
          onChange={(event) => onChange(event.target.checked ? null : undefined)}
        />
        discard
      </label>
    </div>
  );
}
