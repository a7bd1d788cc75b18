import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { account } from "../../api/account";
import { consoleApi } from "../../api/aws";
import type { Json } from "../../asl/model";
import { setAt } from "../../asl/setAt";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { jsonProblem } from "../../ui/json";
import { JsonInput } from "../../ui/JsonInput";
import { JsonView } from "../../ui/JsonView";
import { Problem } from "../../ui/Problem";
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
  const [error, setError] = useState<unknown>(null);
  const client = useQueryClient();
  const missing = (task.form?.required ?? []).some((name) => values[name] === undefined);
  const problem = properties.length === 0 ? jsonProblem(text) : null;
  const decide = async (approve: boolean) => {
    setError(null);
    try {
      rememberWho(who);
      const output = properties.length > 0 ? JSON.stringify(values) : text;
      await consoleApi(
        `decide?account=${task.execution_arn.split(":")[4] ?? account().account}`,
        { token: task.token, approve, who, ...(comment ? { comment } : {}) },
        approve ? { output } : {},
      );
      say(approve ? "Approved." : "Rejected.");
      onClose();
    } catch (failure) {
      setError(failure);
    }
    void client.invalidateQueries({ queryKey: ["inbox"] });
  };
  return (
    <Dialog title={String(task.title ?? task.state)} onClose={onClose}>
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
      <div className="field">
        <label htmlFor="comment">Comment</label>
        <input
          id="comment"
          className="input"
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
      <Problem error={error} />
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" icon="cross" disabled={!who.trim()} onClick={() => void decide(false)}>
          Reject
        </Button>
        <Button
          kind="primary"
          icon="check"
          disabled={!who.trim() || missing || problem !== null}
          onClick={() => void decide(true)}
        >
          Approve
        </Button>
      </footer>
    </Dialog>
  );
}
