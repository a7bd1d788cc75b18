import { useState } from "react";
import type { Attempt } from "../../history/fold";
import { Button } from "../../ui/Button";
import { StatusBadge } from "../../ui/StatusBadge";
import { clock, duration } from "../../ui/time";
import { FunctionLog } from "./FunctionLog";

interface Props {
  arn: string;
  attempt: Attempt;
  index: number;
  hasLog: boolean;
}

export function AttemptRow({ arn, attempt, index, hasLog }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <li className="stack tight">
      <div className="row">
        <span className="muted">{index + 1}</span>
        <StatusBadge status={attempt.status} />
        <span className="mono">{clock(attempt.startedAt)}</span>
        {attempt.endedAt !== null && <span>{duration(attempt.endedAt - attempt.startedAt)}</span>}
        {attempt.error && <span className="wrap">{attempt.error}</span>}
        {hasLog && (
          <Button
            small
            kind="plain"
            aria-expanded={open}
            aria-label={`Log of attempt ${index + 1}`}
            onClick={() => setOpen(!open)}
          >
            Log
          </Button>
        )}
      </div>
      {open && <FunctionLog arn={arn} attempt={attempt} index={index} />}
    </li>
  );
}
