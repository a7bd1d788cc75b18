import { useState } from "react";
import { invoke } from "../../api/aws";
import { Button } from "../../ui/Button";
import { jsonProblem } from "../../ui/json";
import { JsonView } from "../../ui/JsonView";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { StatusBadge } from "../../ui/StatusBadge";
import { duration } from "../../ui/time";

interface Answered {
  payload: string;
  error: string | null;
  log: string;
  seconds: number;
}

/** Calls a function and shows its answer, its error and the end of its log. */
export function InvokePanel({ name }: { name: string }) {
  const [text, setText] = useState("{}");
  const [busy, setBusy] = useState(false);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [error, setError] = useState<unknown>(null);
  const problem = jsonProblem(text);
  const call = async () => {
    setBusy(true);
    setError(null);
    const began = performance.now();
    try {
      setAnswered({ ...(await invoke(name, text)), seconds: (performance.now() - began) / 1000 });
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <Panel title="Invoke">
      <div className="stack">
        <div className="field">
          <label htmlFor="payload">Payload</label>
          <textarea
            id="payload"
            className="textarea"
            spellCheck={false}
            aria-invalid={problem !== null}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="problem" role="status">
            {problem}
          </span>
        </div>
        <div>
          <Button kind="primary" icon="play" disabled={problem !== null || busy} onClick={call}>
            {busy ? "Running…" : "Invoke"}
          </Button>
        </div>
        <Problem error={error} />
        {answered && (
          <div className="stack" aria-live="polite">
            <div className="row">
              <StatusBadge status={answered.error ? "FAILED" : "SUCCEEDED"} />
              <span className="muted">{duration(answered.seconds)}</span>
              {answered.error && <span>{answered.error}</span>}
            </div>
            <JsonView text={answered.payload} label="Answer" />
            {answered.log && <JsonView text={answered.log} label="Log" />}
          </div>
        )}
      </div>
    </Panel>
  );
}
