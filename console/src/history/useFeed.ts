/** One execution's history as it grows: the stream's batches, folded as they come. */
import { useEffect, useState } from "react";
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
    const source = new EventSource(`/console/api/stream?execution=${encodeURIComponent(arn)}`);
    const on = <T>(kind: string, heard: (data: T) => void) =>
      source.addEventListener(kind, (message) => {
        heard(JSON.parse((message as MessageEvent<string>).data) as T);
        show();
      });
    on<HistoryEvent[]>("events", (batch) => {
      for (const event of batch) {
        if (event.id <= (now.events.at(-1)?.id ?? 0)) continue;
        now.events.push(event);
        now.fold.add(event);
      }
      now.notices = new Map([...now.notices].filter(([, notice]) => notice.at_ms > Date.now()));
      now.lost = false;
    });
    on<Notice[]>("notices", (told) => {
      now.notices = new Map(now.notices);
      for (const notice of told) now.notices.set(notice.state, notice);
    });
    on<{ status: string }>("reached", ({ status }) => {
      now.status = status;
      now.complete = true;
      now.lost = false;
    });
    on<{ status: string }>("closed", ({ status }) => {
      now.status = status;
      now.complete = true;
      now.notices = new Map();
      source.close();
    });
    source.onerror = () => {
      now.lost = true;
      show();
    };
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, [arn, round]);
  return feed;
}
