import { useQuery } from "@tanstack/react-query";
import { consoleApi } from "../../api/aws";
import type { HistoryEvent } from "../../api/types";
import { detailsOf } from "../../history/details";
import type { Feed } from "../../history/useFeed";
import { JsonView } from "../../ui/JsonView";

interface Props {
  arn: string;
  feed: Feed;
  id: number;
  field: string;
  label: string;
}

/** A payload of an event: from the stream where it was short, fetched whole where it was cut. */
export function EventPayload({ arn, feed, id, field, label }: Props) {
  const event = feed.events[id - 1];
  const whole = useQuery({
    queryKey: ["event", arn, id],
    queryFn: () => fetchEvent(arn, id),
    enabled: event?.cut !== undefined,
  });
  const value = event && detailsOf(whole.data ?? event)[field];
  if (value === undefined || value === null) return null;
  return <JsonView label={label} text={typeof value === "string" ? value : JSON.stringify(value)} />;
}

export async function fetchEvent(arn: string, id: number): Promise<HistoryEvent> {
  const answer = await consoleApi<{ event: HistoryEvent }>(
    `event?execution=${encodeURIComponent(arn)}&id=${id}`,
  );
  return answer.event;
}
