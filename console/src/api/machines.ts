import { consoleApi } from "./aws";
import { account } from "./account";
import type { MachineRow } from "./types";

/** All state machines of the account and region, with their tags and latest outcomes. */
export async function fetchMachines(): Promise<MachineRow[]> {
  const { account: id, region } = account();
  const answer = await consoleApi<{ machines: MachineRow[] }>(`machines?account=${id}&region=${region}`);
  return answer.machines;
}
