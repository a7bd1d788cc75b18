import { useQuery } from "@tanstack/react-query";
import { all, states } from "../../api/aws";
import type { Alias, Machine } from "../../api/types";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { nameOf } from "../../ui/links";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { dateTime } from "../../ui/time";

async function fetchAliases(arn: string): Promise<Alias[]> {
  const listed = await all<Alias>("ListStateMachineAliases", "stateMachineAliases", { stateMachineArn: arn });
  return Promise.all(
    listed.map((alias) =>
      states<Alias>("DescribeStateMachineAlias", { stateMachineAliasArn: alias.stateMachineAliasArn }),
    ),
  );
}

export function Aliases({ machine }: { machine: Machine }) {
  const { data, error } = useQuery({
    queryKey: ["aliases", machine.stateMachineArn],
    queryFn: () => fetchAliases(machine.stateMachineArn),
  });
  return (
    <Panel title="Aliases" flush>
      <Problem error={error} />
      {!data && !error && <Loading what="aliases" />}
      {data?.length === 0 && (
        <Empty title="No aliases yet">
          An alias is a name that leads to one or two versions; create one with CreateStateMachineAlias.
        </Empty>
      )}
      {data && data.length > 0 && (
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Alias</th>
                <th scope="col">Leads to</th>
                <th scope="col">Description</th>
                <th scope="col">Created</th>
              </tr>
            </thead>
            <tbody>
              {data.map((alias) => (
                <tr key={alias.stateMachineAliasArn}>
                  <td className="name">{nameOf(alias.stateMachineAliasArn)}</td>
                  <td>
                    {(alias.routingConfiguration ?? [])
                      .map((route) => `version ${nameOf(route.stateMachineVersionArn)}: ${route.weight} %`)
                      .join(", ")}
                  </td>
                  <td>{alias.description}</td>
                  <td className="nowrap">{dateTime(alias.creationDate)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
