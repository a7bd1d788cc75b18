import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { consoleApi } from "../../api/aws";
import type { StateRun } from "../../history/fold";
import type { Feed } from "../../history/useFeed";
import { textOf } from "../../history/details";
import { FormDialog } from "../../ui/FormDialog";
import { JsonInput } from "../../ui/JsonInput";
import { jsonProblem, pretty } from "../../ui/json";
import { rememberWho, WhoField, who as known } from "../../ui/WhoField";
import { fetchEvent } from "./EventPayload";

interface Props {
  arn: string;
  feed: Feed;
  run: StateRun;
  /** What it was given last, where that was edited before. */
  edited: string | undefined;
  onClose: () => void;
  onRedriven: () => void;
}

/** Lets the execution go on, with another input for the state that failed. */
export function RedriveDialog({ arn, feed, run, edited, onClose, onRedriven }: Props) {
  const entered = feed.events[run.id - 1];
  const whole = useQuery({
    queryKey: ["event", arn, run.id],
    queryFn: () => fetchEvent(arn, run.id),
    enabled: entered?.cut !== undefined && edited === undefined,
  });
  const event = entered?.cut ? whole.data : entered;
  const given = edited ?? (event ? textOf(event, "input") : null);
  if (given === null) return null;
  return <Form {...{ arn, run, onClose, onRedriven }} given={given} />;
}

function Form({ arn, run, given, onClose, onRedriven }: Omit<Props, "feed" | "edited"> & { given: string }) {
  const [text, setText] = useState(() => pretty(given));
  const [who, setWho] = useState(known);
  const redrive = async () => {
    rememberWho(who);
    // As text, so that no digit of a number is lost on the way.
    await consoleApi("redrive", { execution: arn, state: run.name, who }, { input: text });
    onClose();
    onRedriven();
  };
  return (
    <FormDialog
      title={`Redrive with another input for ${run.name}`}
      action="Redrive"
      icon="redrive"
      ready={jsonProblem(text) === null && who.trim() !== ""}
      onSubmit={redrive}
      onClose={onClose}
    >
      <p>
        What has succeeded is kept. {run.name} is done again with this input in place of the one it had; the
        history keeps both.
      </p>
      <JsonInput label={`Input of ${run.name}`} text={text} rows={12} onChange={setText} />
      <WhoField value={who} onChange={setWho} hint="Kept with the edited input" />
    </FormDialog>
  );
}
