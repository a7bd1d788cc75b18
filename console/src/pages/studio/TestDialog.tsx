import { useState } from "react";
import { ROLE } from "../../api/account";
import { states } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { jsonProblem } from "../../ui/json";
import { JsonInput } from "../../ui/JsonInput";
import { JsonView } from "../../ui/JsonView";
import { Problem } from "../../ui/Problem";
import { StatusBadge } from "../../ui/StatusBadge";

interface Tested {
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  nextState?: string;
  inspectionData?: Record<string, unknown>;
}
interface Props {
  definition: string;
  name: string;
  roleArn: string | undefined;
  onClose: () => void;
}

/** Runs one state with TestState: really, or with what it calls answered here. */
export function TestDialog({ definition, name, roleArn, onClose }: Props) {
  const [input, setInput] = useState("{}");
  const [variables, setVariables] = useState("");
  const [mock, setMock] = useState("");
  const [tested, setTested] = useState<Tested | null>(null);
  const [error, setError] = useState<unknown>(null);
  const texts: [string, string, (text: string) => void, string][] = [
    ["Input", input, setInput, ""],
    ["Variables", variables, setVariables, "Optional: a JSON object"],
    [
      "Result in place of the call",
      mock,
      setMock,
      "Optional: what the Task, Map or Parallel gives; empty: it is really called",
    ],
  ];
  const problems = texts.map(([, text]) => (text.trim() ? jsonProblem(text) : null));
  const test = async () => {
    setError(null);
    try {
      const answer = await states<Tested>("TestState", {
        definition,
        stateName: name,
        roleArn: roleArn ?? ROLE(),
        input,
        inspectionLevel: "DEBUG",
        ...(variables.trim() ? { variables } : {}),
        ...(mock.trim() ? { mock: { result: mock, fieldValidationMode: "NONE" } } : {}),
      });
      setTested(answer);
    } catch (failure) {
      setTested(null);
      setError(failure);
    }
  };
  return (
    <Dialog title={`Test ${name}`} onClose={onClose}>
      {texts.map(([label, text, set, hint]) => (
        <JsonInput key={label} label={label} text={text} hint={hint} optional onChange={set} />
      ))}
      <Problem error={error} />
      {tested && (
        <div className="stack" aria-live="polite">
          <div className="row">
            <StatusBadge status={tested.status} />
            {tested.nextState && <span>leads to {tested.nextState}</span>}
            {tested.error && <strong>{tested.error}</strong>}
          </div>
          {tested.cause && <p className="wrap">{tested.cause}</p>}
          {tested.output !== undefined && <JsonView label="Output" text={tested.output} />}
          {tested.inspectionData && (
            <JsonView label="On the way" text={JSON.stringify(tested.inspectionData)} />
          )}
        </div>
      )}
      <footer>
        <Button onClick={onClose}>Close</Button>
        <Button kind="primary" icon="play" disabled={problems.some((each) => each !== null)} onClick={test}>
          Run state
        </Button>
      </footer>
    </Dialog>
  );
}
