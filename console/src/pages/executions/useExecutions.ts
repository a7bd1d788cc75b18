/** A machine's executions, page by page, sieved by what the address says. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { states } from "../../api/aws";
import type { ExecutionRow } from "../../api/types";
import { useUrlState } from "../../ui/useUrlState";

interface Page {
  executions: ExecutionRow[];
  nextToken?: string;
}

const PAGE = 100;

export function useExecutions(arn: string) {
  const [status] = useUrlState("status");
  const [name] = useUrlState("name");
  const [from] = useUrlState("from");
  const [to] = useUrlState("to");
  const query = useInfiniteQuery({
    queryKey: ["executions", arn, status],
    queryFn: ({ pageParam }) =>
      states<Page>("ListExecutions", {
        stateMachineArn: arn,
        maxResults: PAGE,
        ...(status ? { statusFilter: status } : {}),
        ...(pageParam ? { nextToken: pageParam } : {}),
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextToken,
  });
  const sought = name.toLowerCase();
  const rows = (query.data?.pages ?? [])
    .flatMap((page) => page.executions)
    .filter(
      (row) =>
        row.name.toLowerCase().includes(sought) &&
        (!from || row.startDate * 1000 >= Date.parse(from)) &&
        (!to || row.startDate * 1000 <= Date.parse(to)),
    );
  return {
    rows,
    more: query.hasNextPage,
    loading: query.isPending,
    error: query.error,
    loadMore: () => void query.fetchNextPage(),
  };
}
