import { useQuery } from "@tanstack/react-query";
import { consoleApi } from "../../api/aws";
import { fetchMachines } from "../../api/machines";
import { Loading } from "../../ui/Loading";
import { PageHead } from "../../ui/PageHead";
import { Panel } from "../../ui/Panel";
import { Problem } from "../../ui/Problem";
import { duration } from "../../ui/time";
import { useUrlState } from "../../ui/useUrlState";
import { Chart, type Series } from "./Chart";

type Step = Record<string, number | null>;
interface Metrics {
  from_ms: number;
  step_ms: number;
  complete: boolean;
  open: number;
  steps: Step[];
}

const SPANS: [string, string][] = [
  ["60", "1 hour"],
  ["360", "6 hours"],
  ["1440", "1 day"],
  ["10080", "7 days"],
  ["43200", "30 days"],
];
const OUTCOMES: Series[] = [
  { key: "SUCCEEDED", label: "Succeeded", tone: "good" },
  { key: "FAILED", label: "Failed", tone: "bad" },
  { key: "TIMED_OUT", label: "Timed out", tone: "warn" },
  { key: "ABORTED", label: "Aborted", tone: "idle" },
];
const STARTS: Series[] = [{ key: "started", label: "Started", tone: "live" }];
const TIMES: Series[] = [
  { key: "p50_ms", label: "Median", tone: "good" },
  { key: "p90_ms", label: "90 %", tone: "warn" },
  { key: "p99_ms", label: "99 %", tone: "bad" },
];

const TRANSITIONS: Series[] = [{ key: "transitions", label: "Transitions", tone: "live" }];
const THROTTLED: Series[] = [{ key: "throttled", label: "Throttled", tone: "warn" }];
const LAG: Series[] = [
  { key: "lag_mean_ms", label: "Mean", tone: "good" },
  { key: "lag_max_ms", label: "Latest", tone: "warn" },
];
const whole = (value: number) => value.toLocaleString();
const milliseconds = (value: number) => duration(value / 1000);

/** Starts, outcomes and durations over time, and how the server is doing. */
export default function MetricsPage() {
  const [machine, setMachine] = useUrlState("machine");
  const [minutes, setMinutes] = useUrlState("minutes", "60");
  const { data: machines } = useQuery({ queryKey: ["machines"], queryFn: fetchMachines });
  const { data, error } = useQuery({
    queryKey: ["metrics", machine, minutes],
    queryFn: () => consoleApi<Metrics>(`metrics?minutes=${minutes}&machine=${encodeURIComponent(machine)}`),
    placeholderData: (previous) => previous,
  });
  return (
    <div className="page">
      <PageHead
        title="Metrics"
        actions={
          <>
            <select
              className="select"
              aria-label="State machine"
              value={machine}
              onChange={(event) => setMachine(event.target.value)}
            >
              <option value="">All state machines</option>
              {(machines ?? []).map((row) => (
                <option key={row.stateMachineArn} value={row.stateMachineArn}>
                  {row.name}
                </option>
              ))}
            </select>
            <select
              className="select"
              aria-label="Time"
              value={minutes}
              onChange={(event) => setMinutes(event.target.value)}
            >
              {SPANS.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </>
        }
      />
      <Problem error={error} />
      {!data && !error && <Loading what="metrics" />}
      {data && (
        <>
          <p className="muted" role="status">
            {data.open} running now.
            {!data.complete && " Older executions than the latest 20,000 are not counted."}
          </p>
          <div className="split even">
            <Panel title="Started">
              <Chart {...chartOf(data)} series={STARTS} kind="bars" write={whole} />
            </Panel>
            <Panel title="Ended">
              <Chart {...chartOf(data)} series={OUTCOMES} kind="bars" write={whole} />
            </Panel>
          </div>
          <Panel title="How long they took">
            <Chart {...chartOf(data)} series={TIMES} kind="lines" write={milliseconds} />
          </Panel>
          <h2>The whole server, since it started</h2>
          <div className="split even">
            <Panel title="State transitions of Standard executions">
              <Chart {...chartOf(data)} series={TRANSITIONS} kind="bars" write={whole} />
            </Panel>
            <Panel title="Throttled requests">
              <Chart {...chartOf(data)} series={THROTTLED} kind="bars" write={whole} />
            </Panel>
            <Panel title="Timers: how late waits and retries went on">
              <Chart {...chartOf(data)} series={LAG} kind="lines" write={milliseconds} />
            </Panel>
          </div>
        </>
      )}
    </div>
  );
}

const chartOf = ({ from_ms, step_ms, steps }: Metrics) => ({ fromMs: from_ms, stepMs: step_ms, steps });
