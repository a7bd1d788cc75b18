import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { consoleApi } from "../../api/aws";
import type { Attempt } from "../../history/fold";
import { functionHref } from "../../ui/links";
import { TextView } from "../../ui/TextView";

interface Found {
  function: string | null;
  text: string | null;
}

/** What the function printed in one attempt, once it has ended. */
export function FunctionLog({ arn, attempt, index }: { arn: string; attempt: Attempt; index: number }) {
  const { scheduledId, endedId } = attempt;
  const { data } = useQuery({
    queryKey: ["log", arn, scheduledId],
    queryFn: () =>
      consoleApi<Found>(`log?execution=${encodeURIComponent(arn)}&id=${scheduledId}&attempt=${index}`),
    enabled: endedId !== null,
  });
  if (!data?.function) return null;
  return (
    <div className="stack tight">
      {data.text ? (
        <TextView label="Log" text={data.text} />
      ) : (
        <p className="muted small">The function printed nothing in this attempt.</p>
      )}
      <Link className="small" href={functionHref(data.function)}>
        Open the function {data.function}
      </Link>
    </div>
  );
}
