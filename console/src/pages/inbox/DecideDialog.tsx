import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { account } from "../../api/account";
import { consoleApi } from "../../api/aws";
import type { Json } from "../../asl/model";
import { setAt } from "../../asl/setAt";
import { FormDialog } from "../../ui/FormDialog";
import { jsonProblem } from "../../ui/json";
import { JsonInput } from "../../ui/JsonInput";
import { JsonView } from "../../ui/JsonView";
import { LabelledInput } from "../../ui/LabelledInput";
import { say } from "../../ui/toasts";
import { rememberWho, WhoField, who as known } from "../../ui/WhoField";
import { AnswerField } from "./AnswerField";
import type { WaitingTask } from "./types";

/** What the state sent along, without what says how it is shown; empty where nothing is left. */
function withoutForm(input: string): string {
  const rest = ["title", "description", "form"].reduce((text, name) => setAt(text, [name], undefined), input);
  return /^\s*\{\s*\}\s*$/.test(rest) ? "" : rest;
}

/** Approve with an answer, by the task's form where it has one, or reject. */
export function DecideDialog({ task, onClose }: { task: WaitingTask; onClose: () => void }) {
  const [who, setWho] = useState(known);
  const [comment, setComment] = useState("");
  const [text, setText] = useState("{}");
  const properties = Object.entries(task.form?.properties ?? {});
  const [values, setValues] = useState<Record<string, Json>>(() =>
    Object.fromEntries(
      properties.flatMap(([name, field]) => (field.default === undefined ? [] : [[name, field.default]])),
    ),
  );
  const asked = withoutForm(task.input);
  const client = useQueryClient();
  const missing = (task.form?.required ?? []).some((name) => values[name] === undefined);
  const problem = properties.length === 0 ? jsonProblem(text) : null;
  const decide = async (approve: boolean) => {
    rememberWho(who);
    const output = properties.length > 0 ? JSON.stringify(values) : text;
    try {
      await consoleApi(
        `decide?account=${task.execution_arn.split(":")[4] ?? account().account}`,
        { token: task.token, approve, who, ...(comment ? { comment } : {}) },
        approve ? { output } : {},
      );
    } finally {
      void client.invalidateQueries({ queryKey: ["inbox"] });
    }
    say(approve ? "Approved." : "Rejected.");
    onClose();
  };
  const named = who.trim() !== "";
  return (
    <FormDialog
      title={String(task.title ?? task.state)}
      action="Approve"
      icon="check"
      ready={named && !missing && problem === null}
      onSubmit={() => decide(true)}
      other={{ action: "Reject", icon: "cross", ready: named, onSubmit: () => decide(false) }}
      onClose={onClose}
    >
      {task.description !== undefined && <p className="wrap">{String(task.description)}</p>}
      {asked && <JsonView label="What was asked" text={asked} />}
      {properties.map(([name, field]) => (
        <AnswerField
          key={name}
          name={name}
          field={field}
          required={task.form?.required?.includes(name) ?? false}
          value={values[name]}
          onChange={(value) =>
            setValues(({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value }))
          }
        />
      ))}
      {properties.length === 0 && <JsonInput label="Answer" text={text} onChange={setText} />}
      <WhoField value={who} onChange={setWho} hint="Kept with the decision" />
      <LabelledInput label="Comment" value={comment} onChange={setComment} />
    </FormDialog>
  );
}
