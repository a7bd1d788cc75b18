import { useQuery } from "@tanstack/react-query";
import { lambda } from "../../api/aws";
import type { LambdaFunction } from "../../api/types";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { InvokePanel } from "./InvokePanel";

interface Described {
  Configuration: LambdaFunction;
  Code?: { Location?: string; RepositoryType?: string };
}

export default function FunctionPage({ arn: name }: { arn: string }) {
  const { data, error } = useQuery({
    queryKey: ["functions", name],
    queryFn: () => lambda<Described>("GET", `/2015-03-31/functions/${encodeURIComponent(name)}`),
  });
  const configuration = data?.Configuration;
  const facts: [string, string | number | undefined][] = [
    ["Runtime", configuration?.Runtime],
    ["Handler", configuration?.Handler],
    ["Timeout", configuration?.Timeout && `${configuration.Timeout} s`],
    ["Memory", configuration?.MemorySize && `${configuration.MemorySize} MB`],
    ["Code", configuration?.CodeSize && `${configuration.CodeSize} bytes`],
    ["Changed", configuration?.LastModified],
    ["ARN", configuration?.FunctionArn],
  ];
  const variables = Object.keys(configuration?.Environment?.Variables ?? {});
  return (
    <div className="page">
      <PageHead title={name} crumbs={[{ label: "Functions", href: "/console/functions" }]} />
      <Problem error={error} />
      {!data && !error && <Loading what="function" />}
      {configuration && (
        <Panel>
          <dl className="facts">
            {facts
              .filter(([, value]) => value)
              .map(([label, value]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            {variables.length > 0 && (
              <div>
                <dt>Environment variables</dt>
                <dd>{variables.join(", ")}</dd>
              </div>
            )}
          </dl>
        </Panel>
      )}
      {configuration && <InvokePanel name={name} />}
    </div>
  );
}
