import { Link } from "wouter";
import type { Execution } from "../../api/types";
import { Icon } from "../../ui/Icon";
import { machineHref, mapRunHref, nameOf } from "../../ui/links";
import { Panel } from "../../ui/Panel";
import { lookOf } from "../../ui/status";
import { dateTime, duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";

export function ExecutionFacts({ execution }: { execution: Execution }) {
  const now = useNow(execution.status === "RUNNING");
  const through = execution.stateMachineAliasArn ?? execution.stateMachineVersionArn;
  return (
    <>
      {(execution.error !== undefined || execution.cause !== undefined) && (
        <div className="notice tone-bad">
          <Icon name="warning" />
          <div>
            <strong>{execution.error || lookOf(execution.status).word}</strong>
            {execution.cause && <pre className="cause">{execution.cause}</pre>}
          </div>
        </div>
      )}
      <Panel>
        <dl className="facts">
          <div>
            <dt>State machine</dt>
            <dd>
              <Link href={machineHref(execution.stateMachineArn)}>{nameOf(execution.stateMachineArn)}</Link>
              {through && `, through ${nameOf(through)}`}
            </dd>
          </div>
          <div>
            <dt>Started</dt>
            <dd>{dateTime(execution.startDate)}</dd>
          </div>
          <div>
            <dt>{execution.stopDate ? "Took" : "Running for"}</dt>
            <dd>
              {duration((execution.stopDate ?? Math.max(now, execution.startDate)) - execution.startDate)}
            </dd>
          </div>
          {execution.mapRunArn && (
            <div>
              <dt>Part of</dt>
              <dd>
                <Link href={mapRunHref(execution.mapRunArn)}>Map Run</Link>
              </dd>
            </div>
          )}
          {Boolean(execution.redriveCount) && (
            <div>
              <dt>Redriven</dt>
              <dd>{execution.redriveCount} times</dd>
            </div>
          )}
        </dl>
      </Panel>
    </>
  );
}
