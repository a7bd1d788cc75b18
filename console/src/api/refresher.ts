/** Fetches again what has moved: at once, then at most once in a while, and not before the last answer has come. A busy
 * server says ten times a second that executions moved; asking it as often would slow down what is watched. */
import type { QueryClient, QueryKey } from "@tanstack/react-query";

const PAUSE_MS = 1_000;
/** Metrics read thousands of executions. */
const PAUSES_MS: Record<string, number> = { metrics: 5_000 };

export class Refresher {
  private due = new Map<string, QueryKey>();
  private pausing = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private client: Pick<QueryClient, "invalidateQueries" | "isFetching">) {}

  refresh(queryKey: QueryKey): void {
    const name = JSON.stringify(queryKey);
    this.due.set(name, queryKey);
    if (!this.pausing.has(name)) this.run(name);
  }

  stop(): void {
    for (const timer of this.pausing.values()) clearTimeout(timer);
    this.pausing.clear();
    this.due.clear();
  }

  private run(name: string): void {
    this.pausing.delete(name);
    const queryKey = this.due.get(name);
    if (!queryKey) return;
    if (this.client.isFetching({ queryKey }) === 0) {
      this.due.delete(name);
      void this.client.invalidateQueries({ queryKey });
    }
    const pause = PAUSES_MS[String(queryKey[0])] ?? PAUSE_MS;
    this.pausing.set(
      name,
      setTimeout(() => this.run(name), pause),
    );
  }
}
