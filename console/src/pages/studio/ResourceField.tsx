import { useQuery } from "@tanstack/react-query";
import { lambda } from "../../api/aws";
import type { LambdaFunction } from "../../api/types";
import type { FieldProps } from "./FieldEditor";

/** What a Task calls; the functions of this server are proposed. */
export function ResourceField({ id, value, onChange }: FieldProps) {
  const { data } = useQuery({
    queryKey: ["functions", "names"],
    queryFn: () => lambda<{ Functions: LambdaFunction[] }>("GET", "/2015-03-31/functions/?MaxItems=50"),
  });
  return (
    <>
      <input
        id={id}
        className="input"
        list={`${id}-known`}
        spellCheck={false}
        value={typeof value === "string" ? value : ""}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={`${id}-known`}>
        <option value="arn:aws:states:::lambda:invoke" />
        {(data?.Functions ?? []).map((each) => (
          <option key={each.FunctionArn} value={each.FunctionArn} />
        ))}
      </datalist>
    </>
  );
}
