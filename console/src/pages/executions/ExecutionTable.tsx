import { Link } from "wouter";
import type { ExecutionRow } from "../../api/types";
import { executionHref, machineHref, nameOf } from "../../ui/links";
import { StatusBadge } from "../../ui/StatusBadge";
import { dateTime, duration } from "../../ui/time";
import { useNow } from "../../ui/useNow";

export function ExecutionTable({
  rows,
  withMachine = false,
}: {
  rows: ExecutionRow[];
  withMachine?: boolean;
}) {
  const now = useNow(rows.some((row) => row.status === "RUNNING"));
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            {withMachine && <th scope="col">State machine</th>}
            <th scope="col">Status</th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.executionArn}>
              <td className="name">
                <Link href={executionHref(row.executionArn)}>{row.name}</Link>
              </td>
              {withMachine && (
                <td className="wrap">
                  <Link href={machineHref(row.stateMachineArn)}>{nameOf(row.stateMachineArn)}</Link>
                </td>
              )}
              <td>
                <StatusBadge status={row.status} />
              </td>
              <td className="nowrap">{dateTime(row.startDate)}</td>
              <td className="nowrap">
                {duration((row.stopDate ?? Math.max(now, row.startDate)) - row.startDate)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
