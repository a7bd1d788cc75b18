import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { HistoryEvent } from "../../api/types";
import { detailsOf, failed } from "../../history/details";
import type { Feed } from "../../history/useFeed";
import { Empty } from "../../ui/Empty";
import { Panel } from "../../ui/Panel";
import { useUrlState } from "../../ui/useUrlState";
import { EventDetails } from "./EventDetails";
import { EventFilters, sieve } from "./EventFilters";
import { EventRow } from "./EventRow";

const ROW = 34;

/** The history. Only the rows in sight exist, so that 25,000 events scroll like 25. */
export function EventTable({
  arn,
  feed,
  onState,
}: {
  arn: string;
  feed: Feed;
  onState: (state: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [kind] = useUrlState("events");
  const [text] = useUrlState("text");
  const [open, setOpen] = useState<number | null>(null);
  const shown = useMemo(() => sieve(feed.events, kind, text), [feed, kind, text]);
  const names = useMemo(() => ownerNames(feed), [feed]);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const at = shown.findIndex((event) => event.id === open);
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    if (!step || shown.length === 0) return;
    event.preventDefault();
    const next = Math.min(shown.length - 1, Math.max(0, at + step));
    setOpen(shown[next]?.id ?? null);
    rows.scrollToIndex(next);
  };
  const chosen: HistoryEvent | undefined = shown[at];
  const start = feed.events[0]?.timestamp ?? 0;
  return (
    <Panel flush>
      <EventFilters arn={arn} found={shown.length} total={feed.events.length} complete={feed.complete} />
      {feed.complete && shown.length === 0 && <Empty title="No event matches">Change the filter.</Empty>}
      <div className={chosen ? "split events-split" : ""}>
        <div
          className="virtual"
          ref={frame}
          role="table"
          aria-label="Events"
          aria-rowcount={shown.length + 1}
          tabIndex={0}
          onKeyDown={pressed}
        >
          <div role="row" className="virtual-row event-row head">
            {["Id", "Event", "State", "After start", ""].map((title) => (
              <span key={title} role="columnheader">
                {title || <span className="visually-hidden">Detail</span>}
              </span>
            ))}
          </div>
          <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
            {rows.getVirtualItems().map((item) => {
              const event = shown[item.index];
              return (
                event && (
                  <EventRow
                    key={event.id}
                    event={event}
                    index={item.index}
                    top={item.start}
                    height={ROW}
                    state={names.get(event.id) ?? ""}
                    after={event.timestamp - start}
                    bad={failed(event.type)}
                    open={event.id === open}
                    onOpen={setOpen}
                  />
                )
              );
            })}
          </div>
        </div>
        {chosen && (
          <EventDetails
            arn={arn}
            event={chosen}
            state={names.get(chosen.id) ?? String(detailsOf(chosen).name ?? "")}
            onState={onState}
            onClose={() => setOpen(null)}
          />
        )}
      </div>
    </Panel>
  );
}

function ownerNames(feed: Feed): Map<number, string> {
  const names = new Map<number, string>();
  for (const run of feed.fold.runs) for (const id of run.eventIds) names.set(id, run.name);
  return names;
}
