import { useQuery } from "@tanstack/react-query";
import { consoleApi } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { Loading } from "../../ui/Loading";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { TextView } from "../../ui/TextView";

/** The latest that a function has printed. */
export function FunctionLogs({ name }: { name: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["search", "function-logs", name],
    queryFn: () => consoleApi<{ text: string }>(`logs?function=${encodeURIComponent(name)}`),
  });
  if (error) return <Problem error={error} />;
  if (!data) return <Loading what="log" />;
  return (
    <Panel
      title="Log"
      actions={
        <Button small icon="redrive" onClick={() => void refetch()}>
          Read again
        </Button>
      }
    >
      {data.text ? (
        <TextView text={data.text} label="The latest lines" tall />
      ) : (
        <Empty title="Nothing has been printed">What this function prints appears here.</Empty>
      )}
    </Panel>
  );
}
