import { ErrorNotice } from "../../ui/ErrorNotice";
import { JsonView } from "../../ui/JsonView";
import { StatusBadge } from "../../ui/StatusBadge";
import { duration } from "../../ui/time";

/** How a synchronous Express execution went. */
export interface Ran {
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  startDate: number;
  stopDate: number;
  billingDetails?: { billedMemoryUsedInMB: number; billedDurationInMilliseconds: number };
}

export function RanResult({ ran }: { ran: Ran }) {
  const billed = ran.billingDetails;
  return (
    <div className="stack" aria-live="polite">
      <div className="row">
        <StatusBadge status={ran.status} />
        <span className="muted">
          {duration(ran.stopDate - ran.startDate)}
          {billed &&
            `, billed as ${duration(billed.billedDurationInMilliseconds / 1000)} × ${billed.billedMemoryUsedInMB} MB`}
        </span>
      </div>
      {ran.error !== undefined && <ErrorNotice error={ran.error} cause={ran.cause} />}
      {ran.output !== undefined && <JsonView label="Output" text={ran.output} />}
    </div>
  );
}
