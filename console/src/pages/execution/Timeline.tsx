import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { scaleOf } from "../../history/scale";
import type { Feed } from "../../history/useFeed";
import { Empty } from "../../ui/Empty";
import { Panel } from "../../ui/Panel";
import { duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";
import { TimelineRow } from "./TimelineRow";

const ROW = 30;

/** When each state ran. Long stretches in which nothing happened are folded. */
export function Timeline({ feed, onSelect }: { feed: Feed; onSelect: (state: string) => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const { runs } = feed.fold;
  const running = feed.status === "RUNNING";
  const now = useNow(running);
  const start = feed.events[0]?.timestamp ?? now;
  const end = running ? Math.max(now, start) : (feed.events.at(-1)?.timestamp ?? now);
  const scale = useMemo(
    () =>
      scaleOf(
        feed.events.map((event) => event.timestamp),
        start,
        end,
      ),
    [feed, start, end],
  );
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
    <Panel
      title="Timeline"
      actions={<span className="muted small">{duration(end - start)} in all</span>}
      flush
    >
      <div className="virtual" ref={frame} role="group" aria-label="When each state ran" tabIndex={0}>
        <div className="timeline-head" aria-hidden="true">
          {scale.gaps.map((gap) => (
            <span
              key={gap.from}
              style={{ left: `${gap.at * 100}%` }}
              title={`${duration(gap.to - gap.from)} in which nothing happened`}
            >
              ⋯ {duration(gap.to - gap.from)}
            </span>
          ))}
        </div>
        <div role="list" style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map((item) => {
            const run = runs[item.index];
            return (
              run && (
                <TimelineRow
                  key={run.id}
                  run={run}
                  top={item.start}
                  height={ROW}
                  from={scale.position(run.enteredAt)}
                  to={scale.position(run.exitedAt ?? end)}
                  attempts={run.attempts.map((attempt) => scale.position(attempt.startedAt))}
                  took={(run.exitedAt ?? end) - run.enteredAt}
                  onSelect={onSelect}
                />
              )
            );
          })}
        </div>
      </div>
    </Panel>
  );
}
