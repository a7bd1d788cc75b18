/** A search over all executions, as the address says; the server reads a bounded number at a time. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { account } from "../../api/account";
import { consoleApi } from "../../api/aws";
import type { ExecutionRow } from "../../api/types";
import { useUrlState } from "../../ui/useUrlState";

interface Page {
  executions: ExecutionRow[];
  read: number;
  next: number | null;
}
export type SearchFilter = Record<string, string>;

const moment = (local: string) => (local ? String(Date.parse(local)) : "");

export function useSearchFilter(): SearchFilter {
  const [machine] = useUrlState("machine");
  const [status] = useUrlState("status");
  const [name] = useUrlState("name");
  const [error] = useUrlState("error");
  const [text] = useUrlState("text");
  const [from] = useUrlState("from");
  const [to] = useUrlState("to");
  const given = { ...account(), machine, status, name, error, text, since: moment(from), until: moment(to) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

export function useSearch(filter: SearchFilter) {
  const query = useInfiniteQuery({
    queryKey: ["search", filter],
    queryFn: ({ pageParam }) => {
      const parameters = new URLSearchParams({
        ...filter,
        limit: "100",
        ...(pageParam ? { before: String(pageParam) } : {}),
      });
      return consoleApi<Page>(`executions?${parameters}`);
    },
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
  });
  const pages = query.data?.pages ?? [];
  return {
    rows: pages.flatMap((page) => page.executions),
    read: pages.reduce((sum, page) => sum + page.read, 0),
    more: query.hasNextPage,
    loading: query.isPending,
    error: query.error,
    loadMore: () => void query.fetchNextPage(),
  };
}
