import { useState } from "react";
import { ROLE } from "../../api/account";
import { states } from "../../api/aws";
import { FormDialog } from "../../ui/FormDialog";
import { jsonProblem } from "../../ui/json";
import { JsonInput } from "../../ui/JsonInput";
import { JsonView } from "../../ui/JsonView";
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
    setTested(null);
    setTested(
      await states<Tested>("TestState", {
        definition,
        stateName: name,
        roleArn: roleArn ?? ROLE(),
        input,
        inspectionLevel: "DEBUG",
        ...(variables.trim() ? { variables } : {}),
        ...(mock.trim() ? { mock: { result: mock, fieldValidationMode: "NONE" } } : {}),
      }),
    );
  };
  return (
    <FormDialog
      title={`Test ${name}`}
      action="Run state"
      icon="play"
      close="Close"
      ready={problems.every((each) => each === null)}
      onSubmit={test}
      onClose={onClose}
    >
      {texts.map(([label, text, set, hint]) => (
        <JsonInput key={label} label={label} text={text} hint={hint} optional onChange={set} />
      ))}
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
    </FormDialog>
  );
}
