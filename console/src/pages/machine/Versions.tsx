import { useState } from "react";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { nameOf } from "../../ui/links";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { complain, say } from "../../ui/toasts";
import { useVersions } from "./qualifiers";
import { VersionDiff } from "./VersionDiff";
import { VersionTable } from "./VersionTable";

export function Versions({ machine }: { machine: Machine }) {
  const arn = machine.stateMachineArn;
  const [pair, setPair] = useState<[string, string]>(["", arn]);
  const { data, error } = useVersions(arn);
  const publish = async () => {
    try {
      const made = await states<{ stateMachineVersionArn: string }>("PublishStateMachineVersion", {
        stateMachineArn: arn,
      });
      say(`Published version ${nameOf(made.stateMachineVersionArn)}.`);
    } catch (failure) {
      complain(failure);
    }
  };
  const action = (
    <Button small icon="plus" onClick={publish}>
      Publish version
    </Button>
  );
  const choices = [
    { arn, label: "current" },
    ...(data ?? []).map((version) => ({
      arn: version.stateMachineVersionArn,
      label: `version ${nameOf(version.stateMachineVersionArn)}`,
    })),
  ];
  const from = pair[0] || data?.[0]?.stateMachineVersionArn || "";
  return (
    <div className="stack">
      <Panel title="Versions" actions={action} flush>
        <Problem error={error} />
        {!data && !error && <Loading what="versions" />}
        {data?.length === 0 && (
          <Empty title="No versions yet">
            A version keeps the definition as it is now, for aliases and executions to name.
          </Empty>
        )}
        {data && data.length > 0 && <VersionTable versions={data} />}
      </Panel>
      {from && (
        <Panel
          title="What changed"
          actions={([0, 1] as const).map((side) => (
            <select
              key={side}
              className="select"
              aria-label={side ? "To" : "From"}
              value={side ? pair[1] : from}
              onChange={(event) => setPair(side ? [from, event.target.value] : [event.target.value, pair[1]])}
            >
              {choices.map((choice) => (
                <option key={choice.arn} value={choice.arn}>
                  {choice.label}
                </option>
              ))}
            </select>
          ))}
        >
          <VersionDiff from={from} to={pair[1]} />
        </Panel>
      )}
    </div>
  );
}
