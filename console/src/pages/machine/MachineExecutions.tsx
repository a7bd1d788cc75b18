import type { Machine } from "../../api/types";
import { Empty } from "../../ui/Empty";
import { ExecutionTable } from "../executions/ExecutionTable";
import { Filters } from "../executions/Filters";
import { useExecutions } from "../executions/useExecutions";
import { Loading } from "../../ui/Loading";
import { Button } from "../../ui/Button";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";

export function MachineExecutions({ machine }: { machine: Machine }) {
  const { rows, more, error, loading, loadMore } = useExecutions(machine.stateMachineArn);
  const isExpress = machine.type === "EXPRESS";
  if (isExpress) {
    return (
      <Panel>
        <Empty title="Express executions are not listed">
          Express executions are not kept, as on AWS: what they do is in the log the machine's logging
          configuration names.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel flush>
      <Filters />
      <div className="body-flush">
        <Problem error={error} />
        {rows.length > 0 && <ExecutionTable rows={rows} />}
        {loading && rows.length === 0 && <Loading what="executions" />}
        {!loading && !error && rows.length === 0 && (
          <Empty title="No executions">Start one with “Start execution”, or change the filter.</Empty>
        )}
        {more && (
          <div className="more">
            <Button onClick={loadMore}>Show more</Button>
          </div>
        )}
      </div>
    </Panel>
  );
}
