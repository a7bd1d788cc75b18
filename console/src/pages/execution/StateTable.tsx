import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { Feed } from "../../history/useFeed";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Panel } from "../../ui/Panel";
import { StatusBadge } from "../../ui/StatusBadge";
import { clock, duration } from "../../ui/time";

const ROW = 42;

/** Every run of every state, in the order they were entered. */
export function StateTable({ feed, onSelect }: { feed: Feed; onSelect: (state: string) => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const { runs } = feed.fold;
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  if (runs.length === 0)
    return (
      <Panel>
        <Empty title="Nothing has run yet" />
      </Panel>
    );
  return (
    <Panel flush>
      <div
        className="virtual"
        ref={frame}
        role="table"
        aria-label="States"
        aria-rowcount={runs.length + 1}
        tabIndex={0}
      >
        <div role="row" className="virtual-row states-row head">
          {["State", "Type", "Status", "Entered", "Took", "Attempts"].map((title) => (
            <span key={title} role="columnheader">
              {title}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map((item) => {
            const run = runs[item.index];
            if (!run) return null;
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                className="virtual-row states-row"
                style={{ transform: `translateY(${item.start}px)`, height: ROW }}
              >
                <span role="cell">
                  <Button kind="plain" small onClick={() => onSelect(run.name)}>
                    {run.name}
                    {run.iteration !== null && <span className="muted">#{run.iteration}</span>}
                  </Button>
                </span>
                <span role="cell">{run.type}</span>
                <span role="cell">
                  <StatusBadge status={run.status} />
                </span>
                <span role="cell" className="mono">
                  {clock(run.enteredAt)}
                </span>
                <span role="cell">{run.exitedAt === null ? "" : duration(run.exitedAt - run.enteredAt)}</span>
                <span role="cell">{run.attempts.length || ""}</span>
              </div>
            );
          })}
        </div>
      </div>
    </Panel>
  );
}
