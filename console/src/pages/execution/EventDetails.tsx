import { useQuery } from "@tanstack/react-query";
import type { HistoryEvent } from "../../api/types";
import { detailsOf } from "../../history/details";
import { Button } from "../../ui/Button";
import { JsonView } from "../../ui/JsonView";
import { dateTime } from "../../ui/time";
import { fetchEvent } from "./EventPayload";

interface Props {
  arn: string;
  event: HistoryEvent;
  state: string;
  onState: (state: string) => void;
  onClose: () => void;
}

/** One event, whole. Fields that hold JSON are laid out; the others are plain text. */
export function EventDetails({ arn, event, state, onState, onClose }: Props) {
  const whole = useQuery({
    queryKey: ["event", arn, event.id],
    queryFn: () => fetchEvent(arn, event.id),
    enabled: event.cut !== undefined,
  });
  const fields = Object.entries(detailsOf(whole.data ?? event)).filter(([name]) => !name.endsWith("Details"));
  return (
    <aside className="event-details" aria-label={`Event ${event.id}`}>
      <div className="row spread">
        <h2>
          {event.id} {event.type}
        </h2>
        <Button kind="plain" small icon="cross" aria-label="Close event" onClick={onClose} />
      </div>
      <p className="muted small">
        {dateTime(event.timestamp)}, after event {event.previousEventId}
      </p>
      {state && (
        <Button small onClick={() => onState(state)}>
          Show {state} in the graph
        </Button>
      )}
      {fields.map(([name, value]) => (
        <JsonView key={name} label={name} text={typeof value === "string" ? value : JSON.stringify(value)} />
      ))}
      {fields.length === 0 && <p className="muted">It carries nothing else.</p>}
    </aside>
  );
}
