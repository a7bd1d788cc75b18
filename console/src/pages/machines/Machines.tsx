import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { fetchMachines } from "../../api/machines";
import type { MachineRow } from "../../api/types";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { useUrlState } from "../../ui/useUrlState";
import { studioHref } from "../../ui/links";
import { MachineTable } from "./MachineTable";

/** A name, a type, or `tag:key=value`: all words must match. */
function matches(row: MachineRow, words: string[]): boolean {
  const tags = Object.entries(row.tags).map(([key, value]) => `${key}=${value}`.toLowerCase());
  return words.every((word) =>
    word.startsWith("tag:")
      ? tags.some((tag) => tag.includes(word.slice(4)))
      : row.name.toLowerCase().includes(word) ||
        row.type.toLowerCase() === word ||
        tags.some((tag) => tag.includes(word)),
  );
}

const create = (
  <Link href={studioHref()} className="button primary">
    <Icon name="plus" />
    Create state machine
  </Link>
);

export function Machines() {
  const [filter, setFilter] = useUrlState("q");
  const { data, error } = useQuery({ queryKey: ["machines"], queryFn: fetchMachines });
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = (data ?? []).filter((row) => matches(row, words));
  return (
    <div className="page">
      <PageHead title="State machines" actions={create} />
      <Problem error={error} />
      <Panel flush>
        {data?.length === 0 ? (
          <Empty title="No state machines yet" action={create}>
            Build one in the studio, or create one with AWS's API, the CLI or an SDK pointed at this server.
          </Empty>
        ) : (
          <>
            <header>
              <input
                className="input search"
                type="search"
                aria-label="Filter by name, type or tag"
                placeholder="Filter by name, type or tag:key=value"
                value={filter}
                onChange={(event) => setFilter(event.target.value)}
              />
              <span className="muted small" role="status">
                {data && `${shown.length} of ${data.length}`}
              </span>
            </header>
            {data ? <MachineTable rows={shown} /> : !error && <Loading what="state machines" />}
            {data && shown.length === 0 && <Empty title="Nothing matches">Change or clear the filter.</Empty>}
          </>
        )}
      </Panel>
    </div>
  );
}
