import { useState } from "react";
import { Link } from "wouter";
import type { StateRun } from "../../history/fold";
import type { Feed } from "../../history/useFeed";
import { Button } from "../../ui/Button";
import { executionHref, mapRunHref } from "../../ui/links";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Icon } from "../../ui/Icon";
import { Panel } from "../../ui/Panel";
import { StatusBadge } from "../../ui/StatusBadge";
import { duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { Attempts } from "./Attempts";
import { EventPayload } from "./EventPayload";
import { StateEdits } from "./StateEdits";
import type { Decisions } from "./useDecisions";
import { VariablesBefore } from "./VariablesBefore";

interface Props {
  arn: string;
  name: string;
  feed: Feed;
  decisions: Decisions | undefined;
  /** Absent where the execution can't be redriven. */
  onRedrive: ((run: StateRun) => void) | undefined;
}

/** A redrive does the state itself again, not only what is inside it, and with another input it may succeed. */
const isDoneAgain = (run: StateRun) =>
  run.exitedId === null && !["Parallel", "Map", "Fail"].includes(run.type) && run.status !== "RUNNING";

/** What one state did: in, out, what it assigned, its attempts, and where it leads. */
export function StatePanel({ arn, name, feed, decisions, onRedrive }: Props) {
  const runs = feed.fold.runs.filter((run) => run.name === name);
  const [chosen, setChosen] = useState<number | null>(null);
  const run = runs.find((each) => each.id === chosen) ?? runs.at(-1);
  const notice = feed.notices.get(name);
  const now = useNow(run?.exitedAt === null);
  if (!run) {
    return (
      <Panel title={name || "State"}>
        <p className="muted">
          {name ? "This state has not been reached." : "Choose a state in the graph to see what it did."}
        </p>
      </Panel>
    );
  }
  const status = notice?.type === "RetryScheduled" && run.exitedAt === null ? "RETRYING" : run.status;
  return (
    <Panel title={name} actions={<StatusBadge status={status} />}>
      <div className="stack">
        {runs.length > 1 && (
          <select
            className="select"
            aria-label="Which time"
            value={run.id}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {runs.map((each, index) => (
              <option key={each.id} value={each.id}>
                {each.iteration === null ? `Run ${index + 1}` : `Iteration ${each.iteration}`} of{" "}
                {runs.length}: {each.status.toLowerCase()}
              </option>
            ))}
          </select>
        )}
        <dl className="facts">
          <div>
            <dt>Type</dt>
            <dd>{run.type}</dd>
          </div>
          <div>
            <dt>{run.exitedAt === null ? "For" : "Took"}</dt>
            <dd>{duration((run.exitedAt ?? Math.max(now, run.enteredAt)) - run.enteredAt)}</dd>
          </div>
          {run.type === "Map" && run.iterations.length !== null && (
            <div>
              <dt>Iterations</dt>
              <dd>
                {run.iterations.succeeded} of {run.iterations.length} succeeded
                {run.iterations.failed > 0 && `, ${run.iterations.failed} failed`}
              </dd>
            </div>
          )}
        </dl>
        {notice && run.exitedAt === null && (
          <div className="notice tone-warn" role="status">
            <Icon name="clock" />
            {notice.type === "RetryScheduled"
              ? `Attempt ${(notice.attempt ?? 0) + 1} begins in `
              : "Goes on in "}
            {duration(Math.max(0, notice.at_ms / 1000 - now))}
          </div>
        )}
        {run.error !== null && <ErrorNotice error={run.error} cause={run.cause} />}
        <StateEdits decisions={decisions} run={run} />
        {onRedrive && isDoneAgain(run) && (
          <div>
            <Button icon="edit" onClick={() => onRedrive(run)}>
              Edit input and redrive
            </Button>
          </div>
        )}
        {run.childArn && <Link href={executionHref(run.childArn)}>Open the execution it started</Link>}
        {run.mapRunArn && <Link href={mapRunHref(run.mapRunArn)}>Open its Map Run</Link>}
        <EventPayload arn={arn} feed={feed} id={run.id} field="input" label="Input" />
        <VariablesBefore arn={arn} feed={feed} run={run} />
        {run.attempts.length > 0 && <Attempts arn={arn} feed={feed} run={run} />}
        {run.exitedId !== null && (
          <>
            <EventPayload arn={arn} feed={feed} id={run.exitedId} field="output" label="Output" />
            <EventPayload
              arn={arn}
              feed={feed}
              id={run.exitedId}
              field="assignedVariables"
              label="Assigned variables"
            />
          </>
        )}
      </div>
    </Panel>
  );
}
