import type { Execution } from "../../api/types";
import { JsonView } from "../../ui/JsonView";
import { Panel } from "../../ui/Panel";

export function Payloads({ execution }: { execution: Execution | undefined }) {
  if (!execution) return null;
  return (
    <div className="split even">
      <Panel>
        <JsonView label="Input" text={execution.input} />
      </Panel>
      <Panel>
        {execution.output === undefined ? (
          <p className="muted">There is no output{execution.status === "RUNNING" ? " yet" : ""}.</p>
        ) : (
          <JsonView label="Output" text={execution.output} />
        )}
      </Panel>
    </div>
  );
}
