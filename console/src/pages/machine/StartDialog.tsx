import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { states } from "../../api/aws";
import type { Execution, ExecutionRow, Machine } from "../../api/types";
import { FormDialog } from "../../ui/FormDialog";
import { jsonProblem, pretty } from "../../ui/json";
import { JsonInput } from "../../ui/JsonInput";
import { LabelledInput } from "../../ui/LabelledInput";
import { say } from "../../ui/toasts";
import { nameOf } from "../../ui/links";
import { type Ran, RanResult } from "./RanResult";
import { useAliases, useVersions } from "./qualifiers";

interface Props {
  machine: Pick<Machine, "stateMachineArn" | "name" | "type">;
  /** Where to begin: the input of an execution to start again. */
  input?: string;
  onClose: () => void;
  onStarted: (executionArn: string) => void;
}

const KEPT = 5;

/** The inputs of the latest executions, newest first, each once. */
async function lastInputs(arn: string): Promise<string[]> {
  const { executions } = await states<{ executions: ExecutionRow[] }>("ListExecutions", {
    stateMachineArn: arn,
    maxResults: 10,
  });
  const described = await Promise.all(
    executions.map((row) => states<Execution>("DescribeExecution", { executionArn: row.executionArn })),
  );
  return [...new Set(described.map((execution) => execution.input))].slice(0, KEPT);
}

/** Starts an execution with an input that is checked while it is typed. */
export function StartDialog({ machine, input, onClose, onStarted }: Props) {
  const [text, setText] = useState(input ? pretty(input) : "{}");
  const [name, setName] = useState("");
  const isExpress = machine.type === "EXPRESS";
  const { data: inputs } = useQuery({
    queryKey: ["executions", machine.stateMachineArn, "inputs"],
    queryFn: () => lastInputs(machine.stateMachineArn),
    enabled: !isExpress,
  });
  const [waits, setWaits] = useState(isExpress);
  const [ran, setRan] = useState<Ran | null>(null);
  const [through, setThrough] = useState("");
  const { data: versions } = useVersions(machine.stateMachineArn);
  const { data: aliases } = useAliases(machine.stateMachineArn);
  const targets = [
    ...(aliases ?? []).map(({ stateMachineAliasArn: arn }) => ({ arn, label: `alias ${nameOf(arn)}` })),
    ...(versions ?? []).map(({ stateMachineVersionArn: arn }) => ({ arn, label: `version ${nameOf(arn)}` })),
  ];
  const target = through || machine.stateMachineArn;
  const run = async () => {
    setRan(null);
    setRan(
      await states<Ran>("StartSyncExecution", {
        stateMachineArn: target,
        input: text,
        ...(name ? { name } : {}),
      }),
    );
  };
  const start = async () => {
    const { executionArn } = await states<{ executionArn: string }>("StartExecution", {
      stateMachineArn: target,
      input: text,
      ...(name ? { name } : {}),
    });
    onClose();
    if (isExpress) say("Started. Express executions are not kept; see the machine's log.");
    else onStarted(executionArn);
  };
  return (
    <FormDialog
      title={`Start ${machine.name}`}
      action="Start"
      icon="play"
      ready={jsonProblem(text) === null}
      onSubmit={waits ? run : start}
      close={ran ? "Close" : "Cancel"}
      onClose={onClose}
    >
      <LabelledInput label="Name" placeholder="Made up when left empty" value={name} onChange={setName} />
      {targets.length > 0 && (
        <div className="field">
          <label htmlFor="start-through">What runs</label>
          <select
            id="start-through"
            className="select"
            value={through}
            onChange={(event) => setThrough(event.target.value)}
          >
            <option value="">the definition as it is now</option>
            {targets.map(({ arn, label }) => (
              <option key={arn} value={arn}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
      {inputs && inputs.length > 0 && (
        <div className="field">
          <label htmlFor="start-last">Input of an earlier execution</label>
          <select
            id="start-last"
            className="select"
            value=""
            onChange={(event) => setText(pretty(inputs[Number(event.target.value)] ?? "{}"))}
          >
            <option value="">Choose…</option>
            {inputs.map((each, index) => (
              <option key={each} value={index}>
                {each.length > 80 ? `${each.slice(0, 80)}…` : each}
              </option>
            ))}
          </select>
        </div>
      )}
      <JsonInput label="Input" text={text} rows={12} onChange={setText} />
      {isExpress && (
        <label className="row">
          <input type="checkbox" checked={waits} onChange={(event) => setWaits(event.target.checked)} />
          Wait for its end and show what it gives: Express executions are not kept
        </label>
      )}
      {ran && <RanResult ran={ran} />}
    </FormDialog>
  );
}
