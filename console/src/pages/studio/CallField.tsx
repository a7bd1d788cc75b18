import { useQuery } from "@tanstack/react-query";
import { type Parameter, parametersOf, skeletonOf } from "../../api/calls";
import { isObject } from "../../asl/model";
import { Button } from "../../ui/Button";
import type { FieldProps } from "./FieldEditor";
import { JsonField } from "./JsonField";

/** What a Task calls with, and what its action takes: what is required first, each added with a press. */
export function CallField(props: FieldProps) {
  const { field, value, holder, onChange, onSet } = props;
  const { data } = useQuery({
    queryKey: ["parameters", holder.Resource ?? null],
    queryFn: () => parametersOf(holder.Resource),
  });
  const members = Object.entries(data?.members ?? {}).sort(
    ([, one], [, other]) => Number(other.required ?? false) - Number(one.required ?? false),
  );
  const given = isObject(value) ? value : {};
  const add = (name: string, member: Parameter) =>
    isObject(value) ? onSet([name], skeletonOf(member)) : onChange({ [name]: skeletonOf(member) });
  return (
    <>
      <JsonField {...props} />
      {members.length > 0 && (
        <details className="group-field">
          <summary>
            What it takes <span className="hint">{data?.hint}</span>
          </summary>
          <ul className="parameters" aria-label={`What ${field.name} takes`}>
            {members.map(([name, member]) => (
              <li key={name} className="row">
                <span className="grow wrap">
                  <span className="mono">{name}</span>{" "}
                  <span className="muted small">
                    {member.type}
                    {member.required && ", required"}
                    {member.options && `: ${member.options.slice(0, 8).join(", ")}`}
                    {member.options && member.options.length > 8 && ", …"}
                  </span>
                  {member.hint && <span className="hint">{member.hint}</span>}
                </span>
                {name in given || `${name}.$` in given ? (
                  <span className="muted small">given</span>
                ) : (
                  <Button small icon="plus" aria-label={`Add ${name}`} onClick={() => add(name, member)}>
                    Add
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
