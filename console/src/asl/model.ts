/** A definition as plain data. Only what the console looks at is named; everything else stays in the text. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = (string | number)[];

export interface StateNode {
  [field: string]: Json | undefined;
  Type?: string;
}
export interface ScopeNode {
  StartAt?: string;
  States?: Record<string, StateNode>;
  [field: string]: unknown;
}

export const STATE_TYPES = ["Task", "Pass", "Choice", "Wait", "Parallel", "Map", "Succeed", "Fail"] as const;
export type StateType = (typeof STATE_TYPES)[number];

export const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The scopes inside a state, with where each stands in it. */
export function innerScopes(state: StateNode): { path: Path; scope: ScopeNode }[] {
  const found: { path: Path; scope: ScopeNode }[] = [];
  if (Array.isArray(state.Branches)) {
    state.Branches.forEach((branch, index) => {
      if (isObject(branch)) found.push({ path: ["Branches", index], scope: branch as ScopeNode });
    });
  }
  for (const field of ["ItemProcessor", "Iterator"]) {
    const scope = state[field];
    if (isObject(scope)) found.push({ path: [field], scope: scope as ScopeNode });
  }
  return found;
}

/** What a Task calls, in the words of its resource: "lambda:invoke", a function's name. */
export function calls(state: StateNode): string {
  const resource = typeof state.Resource === "string" ? state.Resource : "";
  const integration = /^arn:[^:]*:states:[^:]*:[^:]*:(?!activity:)(.+)$/.exec(resource)?.[1];
  if (integration) {
    const called = [state.Arguments, state.Parameters].find(isObject)?.FunctionName;
    if (integration.startsWith("lambda:invoke") && typeof called === "string") {
      return `λ ${called.split(":function:").pop() ?? called}`;
    }
    return integration.replace(/^aws-sdk:/, "");
  }
  if (resource.includes(":function:")) return `λ ${resource.split(":function:").pop() ?? ""}`;
  if (resource.includes(":activity:")) return `activity ${resource.split(":").pop() ?? ""}`;
  return resource;
}
