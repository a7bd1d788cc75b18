import { memo } from "react";
import type { HistoryEvent } from "../../api/types";
import { textOf } from "../../history/details";
import { Icon } from "../../ui/Icon";
import { duration } from "../../ui/time";

interface Props {
  event: HistoryEvent;
  index: number;
  top: number;
  height: number;
  state: string;
  after: number;
  bad: boolean;
  open: boolean;
  onOpen: (id: number | null) => void;
}

export const EventRow = memo(function EventRow({
  event,
  index,
  top,
  height,
  state,
  after,
  bad,
  open,
  onOpen,
}: Props) {
  const brief = textOf(event, "error") ?? textOf(event, "output") ?? textOf(event, "input") ?? "";
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={open}
      className={`virtual-row event-row${open ? " open" : ""}${bad ? " tone-bad" : ""}`}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onOpen(open ? null : event.id)}
    >
      <span role="cell" className="mono">
        {event.id}
      </span>
      <span role="cell" className="event-type">
        {bad && <Icon name="warning" />}
        {event.type}
      </span>
      <span role="cell">{state}</span>
      <span role="cell" className="mono">
        {duration(after)}
      </span>
      <span role="cell" className="mono brief">
        {brief}
      </span>
    </div>
  );
});
