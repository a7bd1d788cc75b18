import { OPERATORS } from "../../asl/comparisons";
import { spoken } from "../../asl/fields";
import { isObject, type Json, type StateNode } from "../../asl/model";
import { Button } from "../../ui/Button";
import { FieldEditor, type FieldProps } from "./FieldEditor";
import { RuleField } from "./RuleField";

/** What the form of a rule shows. */
const COMPARED = new Set(["Variable", ...OPERATORS]);

/** What a new item begins as. */
function begun(name: string, language: string, names: string[]): Json {
  const next = names[0] ?? "";
  if (name === "Retry")
    return { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };
  if (name === "Catch") return { ErrorEquals: ["States.ALL"], Next: next };
  if (language === "JSONata") return { Condition: "{% true %}", Next: next };
  return { Variable: "$.value", IsPresent: true, Next: next };
}

/** Retry, Catch or Choices: a form for each item, in order. */
export function ListField(props: FieldProps) {
  const { field, value, names, language, onChange, onSet } = props;
  const items = Array.isArray(value) ? value : [];
  const fields = spoken(field.items ?? [], language);
  const byRule = field.name === "Choices" && language === "JSONPath";
  const move = (from: number, to: number) => {
    const moved = [...items];
    const [item] = moved.splice(from, 1);
    if (item !== undefined) moved.splice(to, 0, item);
    onChange(moved);
  };
  return (
    <section className="list-field" aria-label={field.name}>
      <div className="row spread">
        <h3>{field.name}</h3>
        <Button
          small
          icon="plus"
          aria-label={`Add to ${field.name}`}
          onClick={() =>
            items.length
              ? onSet([items.length], begun(field.name, language, names))
              : onChange([begun(field.name, language, names)])
          }
        >
          Add
        </Button>
      </div>
      {items.map((item, index) => {
        const holder = (isObject(item) ? item : {}) as StateNode;
        const known = new Set(fields.map((each) => each.name));
        const others = Object.keys(holder).filter(
          (name) => !known.has(name) && !(byRule && COMPARED.has(name)),
        );
        const label = `${field.name} ${index + 1}`;
        return (
          <div key={index} className="list-item" role="group" aria-label={label}>
            <div className="row spread">
              <span className="muted small">{label}</span>
              <span className="row">
                <Button
                  small
                  kind="plain"
                  icon="up"
                  aria-label={`${label}: earlier`}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <Button
                  small
                  kind="plain"
                  icon="trash"
                  aria-label={`${label}: remove`}
                  onClick={() => (items.length > 1 ? onSet([index], undefined) : onChange(undefined))}
                />
              </span>
            </div>
            {byRule && (
              <RuleField
                rule={holder as Record<string, Json>}
                label={label}
                onSet={(at, changed) => onSet([index, ...at], changed)}
              />
            )}
            {[...others.map((name) => ({ name, kind: "json" as const })), ...fields].map((each) => (
              <FieldEditor
                key={each.name}
                field={each}
                value={holder[each.name]}
                holder={holder}
                names={names}
                language={each.kind === "json" && others.includes(each.name) ? "JSONata" : language}
                onChange={(changed) => onSet([index, each.name], changed)}
                onSet={(at, changed) => onSet([index, each.name, ...at], changed)}
                onNext={(target) => onSet([index, "Next"], target ?? undefined)}
              />
            ))}
          </div>
        );
      })}
    </section>
  );
}
