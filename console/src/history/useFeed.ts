/** One execution's history as it grows: the stream's batches, folded as they come. */
import { useEffect, useState } from "react";
import { listen } from "../api/listen";
import type { HistoryEvent, Notice } from "../api/types";
import { Fold } from "./fold";

export interface Feed {
  events: HistoryEvent[];
  fold: Fold;
  /** What time will bring, by the state's name. */
  notices: Map<string, Notice>;
  status: string;
  /** Everything that was durable when the page opened has arrived. */
  complete: boolean;
  lost: boolean;
}

const fresh = (): Feed => ({
  events: [],
  fold: new Fold(),
  notices: new Map(),
  status: "",
  complete: false,
  lost: false,
});

/** `round` grows to listen again: after a redrive. */
export function useFeed(arn: string, round: number): Feed {
  const [feed, setFeed] = useState(fresh);
  useEffect(() => {
    const now = fresh();
    setFeed(now);
    let frame = 0;
    const show = () => {
      if (!frame) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          setFeed({ ...now });
        });
      }
    };
    const on =
      <T>(hear: (data: T) => void) =>
      (data: T) => {
        hear(data);
        show();
      };
    const last = () => now.events.at(-1)?.id ?? 0;
    const stop = listen({
      address: () => `/console/api/stream?execution=${encodeURIComponent(arn)}&after=${last()}`,
      onLost: () => {
        now.lost = true;
        show();
      },
      heard: {
        events: on((batch: HistoryEvent[]) => {
          for (const event of batch) {
            if (event.id <= last()) continue;
            now.events.push(event);
            now.fold.add(event);
          }
          now.notices = new Map([...now.notices].filter(([, notice]) => notice.at_ms > Date.now()));
          now.lost = false;
        }),
        notices: on((told: Notice[]) => {
          now.notices = new Map(now.notices);
          for (const notice of told) now.notices.set(notice.state, notice);
        }),
        reached: on(({ status }: { status: string }) => {
          now.status = status;
          now.complete = true;
          now.lost = false;
        }),
        closed: on(({ status }: { status: string }) => {
          now.status = status;
          now.complete = true;
          now.lost = false;
          now.notices = new Map();
          stop();
        }),
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [arn, round]);
  return feed;
}
