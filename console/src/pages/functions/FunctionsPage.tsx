import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { lambda } from "../../api/aws";
import type { LambdaFunction } from "../../api/types";
import { Empty } from "../../ui/Empty";
import { functionHref } from "../../ui/links";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { duration } from "../../ui/time";
import { type Figures, figuresOf, useFigures } from "./figures";

async function fetchFunctions(): Promise<LambdaFunction[]> {
  const found: LambdaFunction[] = [];
  let marker = "";
  do {
    const page = await lambda<{ Functions: LambdaFunction[]; NextMarker?: string }>(
      "GET",
      `/2015-03-31/functions/?MaxItems=50${marker ? `&Marker=${encodeURIComponent(marker)}` : ""}`,
    );
    found.push(...page.Functions);
    marker = page.NextMarker ?? "";
  } while (marker);
  return found;
}

function FigureCells({ figures }: { figures: Figures | undefined }) {
  const mean = figures?.DurationMean ?? null;
  return (
    <>
      <td>{figures?.Invocations.toLocaleString() ?? 0}</td>
      <td>
        {figures?.Errors ? <span className="tone-bad toned">{figures.Errors.toLocaleString()}</span> : 0}
      </td>
      <td className="nowrap">{mean === null ? "" : duration(mean / 1000)}</td>
    </>
  );
}

export default function FunctionsPage() {
  const { data, error } = useQuery({ queryKey: ["functions"], queryFn: fetchFunctions });
  const { data: figures } = useFigures();
  return (
    <div className="page">
      <PageHead title="Functions" />
      <Problem error={error} />
      <Panel flush>
        {!data && !error && <Loading what="functions" />}
        {data?.length === 0 && (
          <Empty title="No functions yet">
            Start the server with --handlers FILE.py to call that file's functions, or upload one with
            Lambda's CreateFunction.
          </Empty>
        )}
        {data && data.length > 0 && (
          <div className="table-frame">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Runtime</th>
                  <th scope="col">Handler</th>
                  <th scope="col">Calls</th>
                  <th scope="col">Errors</th>
                  <th scope="col">Mean duration</th>
                  <th scope="col">Description</th>
                </tr>
              </thead>
              <tbody>
                {data.map((each) => (
                  <tr key={each.FunctionArn}>
                    <td className="name">
                      <Link href={functionHref(each.FunctionName)}>{each.FunctionName}</Link>
                    </td>
                    <td>{each.Runtime}</td>
                    <td className="mono wrap">{each.Handler}</td>
                    <FigureCells figures={figuresOf(figures, each.FunctionArn, each.FunctionName)} />
                    <td className="muted small">{each.Description}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </div>
  );
}
