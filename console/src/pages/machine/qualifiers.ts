/** What leads to a revision of a state machine: its versions, and the aliases that route to them. */
import { useQuery } from "@tanstack/react-query";
import { all, states } from "../../api/aws";
import type { Alias, Version } from "../../api/types";

export function useVersions(arn: string) {
  return useQuery({
    queryKey: ["versions", arn],
    queryFn: () => all<Version>("ListStateMachineVersions", "stateMachineVersions", { stateMachineArn: arn }),
  });
}

export function useAliases(arn: string) {
  return useQuery({ queryKey: ["aliases", arn], queryFn: () => fetchAliases(arn) });
}

async function fetchAliases(arn: string): Promise<Alias[]> {
  const listed = await all<Alias>("ListStateMachineAliases", "stateMachineAliases", { stateMachineArn: arn });
  return Promise.all(
    listed.map((alias) =>
      states<Alias>("DescribeStateMachineAlias", { stateMachineAliasArn: alias.stateMachineAliasArn }),
    ),
  );
}
