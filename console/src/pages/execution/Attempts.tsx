import type { StateRun } from "../../history/fold";
import type { Feed } from "../../history/useFeed";
import { AttemptRow } from "./AttemptRow";
import { EventPayload } from "./EventPayload";
import { FunctionLog } from "./FunctionLog";

/** What a Task called, try by try: with what, what came of it, and what the function printed. */
export function Attempts({ arn, feed, run }: { arn: string; feed: Feed; run: StateRun }) {
  const last = run.attempts.at(-1);
  const callsFunction = (scheduledId: number) =>
    /^(Lambda|Task)/.test(feed.events[scheduledId - 1]?.type ?? "");
  return (
    <div className="stack">
      <div className="stack tight">
        <h3>{run.attempts.length === 1 ? "Call" : `${run.attempts.length} attempts`}</h3>
        <ol className="attempts">
          {run.attempts.map((attempt, index) => (
            <AttemptRow
              key={attempt.scheduledId}
              arn={arn}
              attempt={attempt}
              index={index}
              hasLog={callsFunction(attempt.scheduledId) && attempt !== last}
            />
          ))}
        </ol>
      </div>
      {last && (
        <>
          <EventPayload
            arn={arn}
            feed={feed}
            id={last.scheduledId}
            field={argumentsField(feed, last.scheduledId)}
            label="Arguments"
          />
          {last.endedId !== null && last.status === "SUCCEEDED" && (
            <EventPayload arn={arn} feed={feed} id={last.endedId} field="output" label="Result" />
          )}
          {callsFunction(last.scheduledId) && (
            <FunctionLog arn={arn} attempt={last} index={run.attempts.length - 1} />
          )}
        </>
      )}
    </div>
  );
}

/** A Task's parameters; a function's or an activity's input. */
const argumentsField = (feed: Feed, id: number) =>
  feed.events[id - 1]?.type === "TaskScheduled" ? "parameters" : "input";
