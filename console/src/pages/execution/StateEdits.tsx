import type { StateRun } from "../../history/fold";
import { Icon } from "../../ui/Icon";
import { JsonView } from "../../ui/JsonView";
import { dateTime } from "../../ui/time";
import type { Decisions } from "./useDecisions";

/** Who decided a task of this run, and who gave the state another input for a redrive. */
export function StateEdits({ decisions, run }: { decisions: Decisions | undefined; run: StateRun }) {
  const attempts = new Set(run.attempts.map((attempt) => attempt.scheduledId));
  const decided = (decisions?.decisions ?? []).filter((each) => attempts.has(each.scheduled_id));
  const edits = (decisions?.edits ?? []).filter((each) => (each.state ?? run.name) === run.name);
  return (
    <>
      {decided.map((each) => (
        <div key={each.scheduled_id} className={`notice tone-${each.approved ? "good" : "bad"}`}>
          <Icon name={each.approved ? "check" : "cross"} />
          <div>
            {each.approved ? "Approved" : "Rejected"} by <strong>{each.who}</strong>,{" "}
            {dateTime(each.at_ms / 1000)}
            {each.comment && <p className="wrap">{each.comment}</p>}
          </div>
        </div>
      ))}
      {edits.map((each) => (
        <div key={each.redrive} className="stack tight">
          <p className="muted small">
            For redrive {each.redrive}, <strong>{each.who}</strong> gave it this input in place of its own,{" "}
            {dateTime(each.at_ms / 1000)}:
          </p>
          <JsonView label="Edited input" text={each.input} />
        </div>
      ))}
    </>
  );
}
