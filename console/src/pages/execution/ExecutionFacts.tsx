import { Link } from "wouter";
import type { Execution } from "../../api/types";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { executionHref, machineHref, mapRunHref, nameOf } from "../../ui/links";
import { Panel } from "../../ui/Panel";
import { lookOf } from "../../ui/status";
import { dateTime, duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";

/** The execution that started this one, where it says so as AWS asks it to:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html */
function parentOf(input: string): string | null {
  const found = /"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"\s*:\s*"(arn:[^"]+:execution:[^"]+)"/.exec(
    input,
  );
  return found?.[1] ?? null;
}

export function ExecutionFacts({ execution }: { execution: Execution }) {
  const now = useNow(execution.status === "RUNNING");
  const parent = parentOf(execution.input);
  const through = execution.stateMachineAliasArn ?? execution.stateMachineVersionArn;
  return (
    <>
      {(execution.error !== undefined || execution.cause !== undefined) && (
        <ErrorNotice error={execution.error || lookOf(execution.status).word} cause={execution.cause} />
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
          {parent && (
            <div>
              <dt>Started by</dt>
              <dd>
                <Link href={executionHref(parent)}>{nameOf(parent)}</Link>
              </dd>
            </div>
          )}
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
