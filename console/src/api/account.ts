/** Whose machines are shown: account and region, which AWS's clients put into their signature. */
import { recall, remember } from "../ui/stored";

const KEY = "podium.account";

export interface Account {
  account: string;
  region: string;
}

export function account(): Account {
  try {
    const stored = JSON.parse(recall(KEY) ?? "{}") as Partial<Account>;
    return { account: stored.account ?? "000000000000", region: stored.region ?? "us-east-1" };
  } catch {
    return { account: "000000000000", region: "us-east-1" };
  }
}

export function setAccount(value: Account): void {
  remember(KEY, JSON.stringify(value));
}

export function credentials(service: string): string {
  const { account: key, region } = account();
  return `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

export const ROLE = () => `arn:aws:iam::${account().account}:role/podium`;
