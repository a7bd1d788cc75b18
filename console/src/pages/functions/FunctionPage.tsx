import { useQuery } from "@tanstack/react-query";
import { lambda } from "../../api/aws";
import type { LambdaFunction } from "../../api/types";
import { CopyButton } from "../../ui/CopyButton";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { Tabs } from "../../ui/Tabs";
import { dateTime } from "../../ui/time";
import { useUrlState } from "../../ui/useUrlState";
import { FunctionCode } from "./FunctionCode";
import { FunctionFigures } from "./FunctionFigures";
import { FunctionLogs } from "./FunctionLogs";
import { InvokePanel } from "./InvokePanel";

function changed(configuration: LambdaFunction): string | undefined {
  const at = Date.parse((configuration.LastModified ?? "").replace("+0000", "Z"));
  return at ? dateTime(at / 1000) : undefined;
}

/** A bound handler's code is its file's, whatever that is now. */
const size = (configuration: LambdaFunction) =>
  configuration.CodeSize ? `${configuration.CodeSize.toLocaleString()} bytes` : undefined;

const tabs = (name: string, configuration: LambdaFunction) => [
  { id: "invoke", label: "Invoke", content: () => <InvokePanel name={name} /> },
  {
    id: "code",
    label: "Code",
    content: () => <FunctionCode name={name} handler={configuration.Handler} />,
  },
  { id: "logs", label: "Log", content: () => <FunctionLogs name={name} /> },
  {
    id: "metrics",
    label: "Metrics",
    content: () => <FunctionFigures arn={configuration.FunctionArn} name={name} />,
  },
];

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
  const [tab, setTab] = useUrlState("tab", "invoke");
  const facts: [string, string | number | undefined][] = [
    ["Runtime", configuration?.Runtime],
    ["Handler", configuration?.Handler],
    ["Timeout", configuration?.Timeout && `${configuration.Timeout} s`],
    ["Memory", configuration?.MemorySize && `${configuration.MemorySize} MB`],
    ["Code", configuration && size(configuration)],
    ["Changed", configuration && changed(configuration)],
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
            <div className="wide">
              <dt>ARN</dt>
              <dd className="row">
                <span className="mono wrap">{configuration.FunctionArn}</span>
                <CopyButton text={configuration.FunctionArn} label="Copy ARN" />
              </dd>
            </div>
            {variables.length > 0 && (
              <div>
                <dt>Environment variables</dt>
                <dd>{variables.join(", ")}</dd>
              </div>
            )}
          </dl>
        </Panel>
      )}
      {configuration && <Tabs label="Function" tabs={tabs(name, configuration)} open={tab} onOpen={setTab} />}
    </div>
  );
}
