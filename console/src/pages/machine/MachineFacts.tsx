import { useQuery } from "@tanstack/react-query";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { CopyButton } from "../../ui/CopyButton";
import { Panel } from "../../ui/Panel";
import { Tags } from "../../ui/Tags";
import { dateTime } from "../../ui/time";

export function MachineFacts({ machine }: { machine: Machine }) {
  const { data: tags } = useQuery({
    queryKey: ["machine", machine.stateMachineArn, "tags"],
    queryFn: () =>
      states<{ tags: { key: string; value: string }[] }>("ListTagsForResource", {
        resourceArn: machine.stateMachineArn,
      }),
  });
  const pairs = Object.fromEntries((tags?.tags ?? []).map(({ key, value }) => [key, value]));
  return (
    <Panel>
      <dl className="facts">
        <div>
          <dt>Type</dt>
          <dd>{machine.type === "EXPRESS" ? "Express" : "Standard"}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>{dateTime(machine.creationDate)}</dd>
        </div>
        <div>
          <dt>Role</dt>
          <dd>{machine.roleArn.split("/").pop()}</dd>
        </div>
        <div>
          <dt>Tags</dt>
          <dd>{Object.keys(pairs).length ? <Tags tags={pairs} /> : "none"}</dd>
        </div>
        <div className="wide">
          <dt>ARN</dt>
          <dd className="row">
            <span className="mono wrap">{machine.stateMachineArn}</span>
            <CopyButton text={machine.stateMachineArn} label="Copy ARN" />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
