import { useQuery } from "@tanstack/react-query";
import { fetchMachines } from "../../api/machines";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { useUrlState } from "../../ui/useUrlState";
import { ExecutionTable } from "./ExecutionTable";
import { Filters } from "./Filters";
import { useExecutions } from "./useExecutions";

/** Executions of one machine at a time, chosen in the filter. */
export default function ExecutionsPage() {
  const [machine, setMachine] = useUrlState("machine");
  const { data, error: listError } = useQuery({ queryKey: ["machines"], queryFn: fetchMachines });
  const standard = (data ?? []).filter((row) => row.type === "STANDARD");
  const chosen = machine || standard[0]?.stateMachineArn || "";
  return (
    <div className="page">
      <PageHead title="Executions" />
      <Problem error={listError} />
      <Panel flush>
        {data && standard.length === 0 ? (
          <Empty title="No state machines yet">
            Executions appear here once there is a state machine to run.
          </Empty>
        ) : (
          <>
            <Filters>
              <select
                className="select"
                aria-label="State machine"
                value={chosen}
                onChange={(event) => setMachine(event.target.value)}
              >
                {standard.map((row) => (
                  <option key={row.stateMachineArn} value={row.stateMachineArn}>
                    {row.name}
                  </option>
                ))}
              </select>
            </Filters>
            {chosen ? <Listed arn={chosen} /> : <Loading what="executions" />}
          </>
        )}
      </Panel>
    </div>
  );
}

function Listed({ arn }: { arn: string }) {
  const { rows, more, error, loading, loadMore } = useExecutions(arn);
  if (error) return <Problem error={error} />;
  if (loading) return <Loading what="executions" />;
  return (
    <>
      {rows.length > 0 ? (
        <ExecutionTable rows={rows} />
      ) : (
        <Empty title="No executions">None matches the filter.</Empty>
      )}
      {more && (
        <div className="more">
          <Button onClick={loadMore}>Show more</Button>
        </div>
      )}
    </>
  );
}
