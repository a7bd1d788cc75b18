import type { ReactNode } from "react";
import { lookOf } from "../../ui/status";
import { useUrlState } from "../../ui/useUrlState";

const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

/** What is looked for; kept in the address, so that a link shows the same. */
export function Filters({ children }: { children?: ReactNode }) {
  const [status, setStatus] = useUrlState("status");
  const [name, setName] = useUrlState("name");
  const [from, setFrom] = useUrlState("from");
  const [to, setTo] = useUrlState("to");
  return (
    <header>
      <div className="filters">
        {children}
        <input
          className="input search"
          type="search"
          aria-label="Filter by name"
          placeholder="Filter by name"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <select
          className="select"
          aria-label="Status"
          value={status}
          onChange={(event) => setStatus(event.target.value)}
        >
          <option value="">Any status</option>
          {STATUSES.map((each) => (
            <option key={each} value={each}>
              {lookOf(each).word}
            </option>
          ))}
        </select>
        <label className="row small">
          from
          <input
            className="select"
            type="datetime-local"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </label>
        <label className="row small">
          to
          <input
            className="select"
            type="datetime-local"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </label>
      </div>
    </header>
  );
}
