import type { StateRun } from "../../history/fold";
import type { Feed } from "../../history/useFeed";
import { StatusBadge } from "../../ui/StatusBadge";
import { clock, duration } from "../../ui/time";
import { EventPayload } from "./EventPayload";

/** What a Task called, try by try. */
export function Attempts({ arn, feed, run }: { arn: string; feed: Feed; run: StateRun }) {
  const last = run.attempts.at(-1);
  return (
    <div className="stack tight">
      <h3>{run.attempts.length === 1 ? "Call" : `${run.attempts.length} attempts`}</h3>
      <ol className="attempts">
        {run.attempts.map((attempt, index) => (
          <li key={attempt.scheduledId} className="row">
            <span className="muted">{index + 1}</span>
            <StatusBadge status={attempt.status} />
            <span className="mono">{clock(attempt.startedAt)}</span>
            {attempt.endedAt !== null && <span>{duration(attempt.endedAt - attempt.startedAt)}</span>}
            {attempt.error && <span className="wrap">{attempt.error}</span>}
          </li>
        ))}
      </ol>
      {last && (
        <EventPayload arn={arn} feed={feed} id={last.scheduledId} field="parameters" label="Arguments" />
      )}
    </div>
  );
}
