/** What Tasks can call and with what, as the server's service models know it. */
import type { Json } from "../asl/model";
import { consoleApi } from "./aws";

export interface Parameter {
  type: "object" | "array" | "string" | "number" | "boolean";
  hint?: string;
  required?: boolean;
  options?: string[];
  members?: Record<string, Parameter>;
  items?: Parameter;
}

/** `SERVICE:ACTION` of `aws-sdk:`, by words that appear in them. */
export const findCalls = (text: string) =>
  consoleApi<{ calls: string[]; more: number }>(`calls?${new URLSearchParams({ text })}`);

const INTEGRATION = /^arn:[^:]*:states:[^:]*:[^:]*:(?!activity:)[^:]+:/;
const asked = new Map<string, Promise<Parameter | null>>();

/** The parameters of what a resource calls; null where nothing is known of them, or the server is away. */
export function parametersOf(resource: unknown): Promise<Parameter | null> {
  if (typeof resource !== "string" || !INTEGRATION.test(resource)) return Promise.resolve(null);
  const before = asked.get(resource);
  if (before) return before;
  const answer = consoleApi<Parameter>(`parameters?${new URLSearchParams({ resource })}`).catch(() => null);
  asked.set(resource, answer);
  void answer.then((found) => found ?? asked.delete(resource));
  return answer;
}

const EMPTY: Record<Parameter["type"], Json> = {
  object: {},
  array: [],
  string: "",
  number: 0,
  boolean: false,
};

/** What a parameter begins as: all it requires, empty. */
export function skeletonOf(parameter: Parameter): Json {
  const required = Object.entries(parameter.members ?? {}).filter(([, member]) => member.required);
  if (required.length === 0) return structuredClone(EMPTY[parameter.type]);
  return Object.fromEntries(required.map(([name, member]) => [name, skeletonOf(member)]));
}

/** The parameter at a path of names and indexes. */
export function parameterAt(root: Parameter, path: (string | number)[]): Parameter | undefined {
  let found: Parameter | undefined = root;
  for (const step of path) found = typeof step === "number" ? found?.items : found?.members?.[step];
  return found;
}
