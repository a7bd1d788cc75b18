import { valueAt } from "../../asl/edit";
import { spoken } from "../../asl/fields";
import type { Path, ScopeNode } from "../../asl/model";
import { FieldEditor, type FieldProps } from "./FieldEditor";

/** The fields of one object of a state: folded away until there is one. */
export function GroupField(props: Omit<FieldProps, "id">) {
  const { field, value, holder, language, onSet } = props;
  // Below the group's own object, which `onSet` begins at.
  const below = (at: string[]): Path => at.slice(1);
  return (
    <details className="group-field" open={value !== undefined}>
      <summary>
        {field.name} <span className="hint">{field.hint}</span>
      </summary>
      <div className="stack tight">
        {spoken(field.items ?? [], language).map((each) => {
          const at = each.at ?? [field.name, each.name];
          return (
            <FieldEditor
              {...props}
              key={each.name}
              field={each}
              value={valueAt(holder as ScopeNode, at)}
              onChange={(changed) => onSet(below(at), changed)}
              onSet={(deeper, changed) => onSet([...below(at), ...deeper], changed)}
            />
          );
        })}
        {field.name !== "ItemProcessor" && (
          <FieldEditor
            {...props}
            field={{ name: field.name, kind: "json", hint: "All of it" }}
            onChange={props.onChange}
          />
        )}
      </div>
    </details>
  );
}
