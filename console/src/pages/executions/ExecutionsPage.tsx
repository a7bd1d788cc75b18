import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fetchMachines } from "../../api/machines";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { useUrlQuery, useUrlState } from "../../ui/useUrlState";
import { BulkDialog } from "./BulkDialog";
import { ExecutionTable } from "./ExecutionTable";
import { Filters } from "./Filters";
import { useSearch, useSearchFilter } from "./useSearch";
import { Views } from "./Views";

/** Executions of all machines or one, by everything the server can look for; stop or redrive all that match. */
export default function ExecutionsPage() {
  const [machine, setMachine] = useUrlState("machine");
  const [error, setError] = useUrlState("error");
  const [text, setText] = useUrlState("text");
  const [bulk, setBulk] = useState<"stop" | "redrive" | null>(null);
  const query = useUrlQuery();
  const filter = useSearchFilter();
  const found = useSearch(filter);
  const { data: machines } = useQuery({ queryKey: ["machines"], queryFn: fetchMachines });
  const inside: [string, string, (value: string) => void][] = [
    ["Error or cause", error, setError],
    ["Text in input or output", text, setText],
  ];
  return (
    <div className="page">
      <PageHead
        title="Executions"
        actions={
          <>
            <Views query={query} />
            <Button icon="redrive" onClick={() => setBulk("redrive")}>
              Redrive all matching
            </Button>
            <Button kind="danger" icon="stop" onClick={() => setBulk("stop")}>
              Stop all matching
            </Button>
          </>
        }
      />
      <Problem error={found.error} />
      <Panel flush>
        <Filters>
          <select
            className="select"
            aria-label="State machine"
            value={machine}
            onChange={(event) => setMachine(event.target.value)}
          >
            <option value="">All state machines</option>
            {(machines ?? [])
              .filter((row) => row.type === "STANDARD")
              .map((row) => (
                <option key={row.stateMachineArn} value={row.stateMachineArn}>
                  {row.name}
                </option>
              ))}
          </select>
          {inside.map(([label, value, set]) => (
            <input
              key={label}
              className="input search"
              type="search"
              aria-label={label}
              placeholder={label}
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          ))}
        </Filters>
        {found.rows.length > 0 && <ExecutionTable rows={found.rows} withMachine />}
        {found.loading && <Loading what="executions" />}
        {!found.loading && found.rows.length === 0 && (
          <Empty title="No executions">None of the {found.read.toLocaleString()} looked at matches.</Empty>
        )}
        {found.more && (
          <div className="more">
            <Button onClick={found.loadMore}>Look further</Button>
          </div>
        )}
      </Panel>
      {bulk && <BulkDialog action={bulk} filter={filter} onClose={() => setBulk(null)} />}
    </div>
  );
}
