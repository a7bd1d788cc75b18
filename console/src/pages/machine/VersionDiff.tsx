import { useQuery } from "@tanstack/react-query";
import { states } from "../../api/aws";
import { compare } from "../../asl/compare";
import { parseDefinition } from "../../asl/parse";
import type { Machine } from "../../api/types";
import { Loading } from "../../ui/Loading";
import { Problem } from "../../ui/Problem";

const WORDS = { added: "Added", removed: "Removed", changed: "Changed" };
const TONES = { added: "good", removed: "bad", changed: "warn" };

/** Differences in meaning between two versions, state by state. */
export function VersionDiff({ from, to }: { from: string; to: string }) {
  const { data, error } = useQuery({
    queryKey: ["machine", "diff", from, to],
    queryFn: async () => {
      const read = async (arn: string) =>
        parseDefinition(
          (await states<Machine>("DescribeStateMachine", { stateMachineArn: arn })).definition,
        ) ?? {};
      const [before, after] = await Promise.all([read(from), read(to)]);
      return compare(before, after);
    },
  });
  if (error) return <Problem error={error} />;
  if (!data) return <Loading what="both versions" />;
  if (data.length === 0) return <p className="muted">They mean the same.</p>;
  return (
    <ul className="stack tight">
      {data.map((difference) => (
        <li key={difference.place + difference.kind} className={`difference tone-${TONES[difference.kind]}`}>
          <div className="row">
            <span className="badge">{WORDS[difference.kind]}</span>
            <code className="wrap">{difference.place}</code>
          </div>
          {difference.before && <pre className="wrap before">− {difference.before}</pre>}
          {difference.after && <pre className="wrap after">+ {difference.after}</pre>}
        </li>
      ))}
    </ul>
  );
}
