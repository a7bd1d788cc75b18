import { useQuery } from "@tanstack/react-query";
import type { HistoryEvent } from "../../api/types";
import type { StateRun } from "../../history/fold";
import { asObject, assignedBy, assigningExits } from "../../history/variables";
import type { Feed } from "../../history/useFeed";
import { JsonView } from "../../ui/JsonView";
import { fetchEvent } from "./EventPayload";

/** The variables the state could see when it was entered. */
export function VariablesBefore({ arn, feed, run }: { arn: string; feed: Feed; run: StateRun }) {
  const ids = assigningExits(run, feed.events);
  const shown = ids
    .map((id) => feed.events[id - 1])
    .filter((event): event is HistoryEvent => event !== undefined);
  const cut = shown.some((event) => event.cut);
  const whole = useQuery({
    queryKey: ["events", arn, ids.join()],
    queryFn: () => Promise.all(shown.map((event) => (event.cut ? fetchEvent(arn, event.id) : event))),
    enabled: cut,
  });
  const exits = cut ? whole.data : shown;
  if (ids.length === 0 || !exits) return null;
  return <JsonView label="Variables" text={asObject(assignedBy(exits))} />;
}
