import { useState } from "react";
import { invoke } from "../../api/aws";
import { Button } from "../../ui/Button";
import { jsonProblem } from "../../ui/json";
import { JsonInput } from "../../ui/JsonInput";
import { JsonView } from "../../ui/JsonView";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { StatusBadge } from "../../ui/StatusBadge";
import { TextView } from "../../ui/TextView";
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
        <JsonInput label="Payload" text={text} rows={8} onChange={setText} />
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
            {answered.log && <TextView text={answered.log} label="Log" />}
          </div>
        )}
      </div>
    </Panel>
  );
}
