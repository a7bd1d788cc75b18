import { Link } from "wouter";
import type { MachineRow } from "../../api/types";
import { machineHref } from "../../ui/links";
import { Outcomes } from "../../ui/Outcomes";
import { dateTime } from "../../ui/time";
import { Tags } from "../../ui/Tags";

export function MachineTable({ rows }: { rows: MachineRow[] }) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Latest executions</th>
            <th scope="col">Running</th>
            <th scope="col">Tags</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.stateMachineArn}>
              <td className="name">
                <Link href={machineHref(row.stateMachineArn)}>{row.name}</Link>
              </td>
              <td>{row.type === "EXPRESS" ? "Express" : "Standard"}</td>
              <td>
                <Outcomes statuses={row.outcomes} />
              </td>
              <td>{row.type === "EXPRESS" ? "" : row.running}</td>
              <td>
                <Tags tags={row.tags} />
              </td>
              <td className="nowrap muted">{dateTime(row.updateDate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
