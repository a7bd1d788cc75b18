import { jsonProblem } from "../../ui/json";
import type { FieldProps } from "./FieldEditor";
import { useDraft } from "./useDraft";

/** A value that is any JSON. Text that isn't JSON is an expression or a string, where the query language has those. */
export function JsonField({ id, field, value, language, onChange }: FieldProps) {
  const written =
    value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const [draft, setDraft] = useDraft(written);
  const isText = /^\s*[^\s{["\d-]/.test(draft) || /^\s*\{%/.test(draft);
  const takesText = language === "JSONata" && isText && !/^\s*(true|false|null)\s*$/.test(draft);
  const problem = draft.trim() && !takesText ? jsonProblem(draft) : null;
  const change = (text: string) => {
    setDraft(text);
    if (!text.trim()) onChange(undefined);
    else if (language === "JSONata" && (/^\s*\{%/.test(text) || jsonProblem(text))) {
      if (/^\s*\{%.*%\}\s*$/s.test(text)) onChange(text.trim());
    } else if (!jsonProblem(text)) onChange(JSON.parse(text));
  };
  return (
    <>
      <textarea
        id={id}
        className="textarea short"
        rows={Math.min(12, Math.max(2, draft.split("\n").length))}
        spellCheck={false}
        aria-invalid={problem !== null}
        value={draft}
        onChange={(event) => change(event.target.value)}
      />
      {problem && (
        <span className="problem" role="status">
          {field.name}: {problem}
        </span>
      )}
    </>
  );
}
