import { useQuery } from "@tanstack/react-query";
import { consoleApi } from "../../api/aws";
import { Icon } from "../../ui/Icon";
import { Loading } from "../../ui/Loading";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { duration } from "../../ui/time";

interface Cost {
  transitions: number;
  standard_usd: number;
  billed_ms: number;
  billed_memory_mb: number;
  express_usd: number;
  states: Record<string, { transitions: number; retries: number }>;
  advice: string[];
}

const dollars = (amount: number, digits: number) => `$${amount.toFixed(digits)}`;

function Share({ part, whole }: { part: number; whole: number }) {
  const percent = (part / Math.max(1, whole)) * 100;
  return (
    <span className="share">
      <i style={{ width: percent }} />
      {percent.toFixed(0)} %
    </span>
  );
}

/** What this execution would cost on AWS, and what would make it cheaper. */
export function CostPanel({ arn, status }: { arn: string; status: string }) {
  const { data, error } = useQuery({
    queryKey: ["cost", arn, status],
    queryFn: () => consoleApi<Cost>(`cost?execution=${encodeURIComponent(arn)}`),
  });
  if (error) return <Problem error={error} />;
  if (!data) return <Loading what="cost" />;
  // Every transition costs the same; Express is billed by the time and memory of the whole.
  const perTransition = data.standard_usd / Math.max(1, data.transitions);
  const kinds: [string, string, number][] = [
    ["Standard", `${data.transitions} transitions`, data.standard_usd],
    ["Express", `${duration(data.billed_ms / 1000)} × ${data.billed_memory_mb} MB`, data.express_usd],
  ];
  const advice = data.advice.length > 0 && (
    <ul className="body stack tight" aria-label="Advice">
      {data.advice.map((sentence) => (
        <li key={sentence} className="notice tone-live">
          <Icon name="info" />
          {sentence}
        </li>
      ))}
    </ul>
  );
  return (
    <Panel title="On AWS this would cost" flush>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">As</th>
              <th scope="col">Billed</th>
              <th scope="col">This execution</th>
              <th scope="col">A million like it</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(([kind, billed, usd]) => (
              <tr key={kind}>
                <th scope="row">{kind}</th>
                <td>{billed}</td>
                <td>{dollars(usd, 6)}</td>
                <td>{dollars(usd * 1_000_000, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {advice}
      <h3 className="table-title">State by state</h3>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Transitions</th>
              <th scope="col">Of them retries</th>
              <th scope="col">As Standard</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(data.states).map(([name, state]) => (
              <tr key={name}>
                <td className="name">{name}</td>
                <td>{state.transitions}</td>
                <td>{state.retries || ""}</td>
                <td>{dollars(perTransition * state.transitions, 6)}</td>
                <td>
                  <Share part={state.transitions} whole={data.transitions} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
