import { all } from "../../api/aws";
import type { HistoryEvent } from "../../api/types";
import { detailsOf, failed } from "../../history/details";
import { Button } from "../../ui/Button";
import { download } from "../../ui/download";
import { nameOf } from "../../ui/links";
import { complain } from "../../ui/toasts";
import { useUrlState } from "../../ui/useUrlState";

const KINDS: Record<string, { label: string; is: (type: string) => boolean }> = {
  failures: { label: "Failures only", is: failed },
  states: { label: "States entered and exited", is: (type) => /State(Entered|Exited)$/.test(type) },
  tasks: { label: "Tasks", is: (type) => /^(Task(?!State)|LambdaFunction|Activity)/.test(type) },
  maps: { label: "Maps and Parallels", is: (type) => /^(Map|Parallel)/.test(type) },
  execution: { label: "The execution itself", is: (type) => type.startsWith("Execution") },
};

export function sieve(events: HistoryEvent[], kind: string, text: string): HistoryEvent[] {
  const is = KINDS[kind]?.is;
  const sought = text.toLowerCase();
  if (!is && !sought) return events;
  return events.filter((event) => (!is || is(event.type)) && (!sought || says(event, sought)));
}

function says(event: HistoryEvent, sought: string): boolean {
  if (event.type.toLowerCase().includes(sought)) return true;
  return Object.values(detailsOf(event)).some(
    (value) => typeof value === "string" && value.toLowerCase().includes(sought),
  );
}

/** The history as GetExecutionHistory gives it, as a file. */
async function exportHistory(arn: string): Promise<void> {
  try {
    const events = await all<HistoryEvent>("GetExecutionHistory", "events", { executionArn: arn }, 30_000);
    download(`${nameOf(arn)}.history.json`, JSON.stringify({ events }, null, 2));
  } catch (failure) {
    complain(failure);
  }
}

export function EventFilters({
  arn,
  found,
  total,
  complete,
}: {
  arn: string;
  found: number;
  total: number;
  complete: boolean;
}) {
  const [kind, setKind] = useUrlState("events");
  const [text, setText] = useUrlState("text");
  return (
    <header>
      <div className="filters">
        <select
          className="select"
          aria-label="Kind of event"
          value={kind}
          onChange={(event) => setKind(event.target.value)}
        >
          <option value="">All events</option>
          {Object.entries(KINDS).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <input
          className="input search"
          type="search"
          aria-label="Type, name or text"
          placeholder="Type, name or text"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="muted small" role="status">
          {found === total
            ? `${total.toLocaleString()} events`
            : `${found.toLocaleString()} of ${total.toLocaleString()}`}
          {!complete && ", loading…"}
        </span>
        <Button small icon="down" onClick={() => void exportHistory(arn)}>
          Export history
        </Button>
      </div>
    </header>
  );
}
