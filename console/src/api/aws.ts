/** The only door to HTTP beside `live.ts`: AWS's own APIs, and the console's. */
import { ApiError } from "./errors";
import { credentials } from "./account";

async function answer(response: Response): Promise<unknown> {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    if (response.ok) return text;
  }
  if (response.ok) return body;
  const type = String(
    body.__type ?? body.code ?? response.headers.get("x-amzn-errortype") ?? response.status,
  );
  const message = String(body.message ?? body.Message ?? (text.startsWith("{") ? "" : text));
  throw new ApiError(type.split("#").pop() ?? type, message, response.status);
}

/** An operation of Step Functions. */
export async function states<T>(operation: string, input: object = {}, signal?: AbortSignal): Promise<T> {
  const response = await fetch("/", {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `AWSStepFunctions.${operation}`,
      Authorization: credentials("states"),
    },
    body: JSON.stringify(input),
    signal: signal ?? null,
  });
  return (await answer(response)) as T;
}

/** An operation of Lambda: REST-JSON. */
export async function lambda<T>(method: string, path: string, body?: string): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", Authorization: credentials("lambda") },
    body: body ?? null,
  });
  return (await answer(response)) as T;
}

/** Lambda's Invoke: the payload as text, with the headers that say how it went. */
export async function invoke(
  name: string,
  payload: string,
): Promise<{ payload: string; error: string | null; log: string }> {
  const response = await fetch(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
    method: "POST",
    headers: { Authorization: credentials("lambda"), "X-Amz-Log-Type": "Tail" },
    body: payload,
  });
  if (!response.ok) await answer(response);
  const log = response.headers.get("x-amz-log-result");
  const bytes = log ? Uint8Array.from(atob(log), (character) => character.charCodeAt(0)) : new Uint8Array();
  return {
    payload: await response.text(),
    error: response.headers.get("x-amz-function-error"),
    log: new TextDecoder().decode(bytes),
  };
}

/** A route of /console/api. `raw`: members of the body that are JSON text already, so that no digit of theirs is lost. */
export async function consoleApi<T>(
  path: string,
  body?: object,
  raw: Record<string, string> = {},
): Promise<T> {
  const members = Object.entries(body ?? {}).map(([name, value]) => [name, JSON.stringify(value)]);
  const texts = [...members, ...Object.entries(raw)].map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  const response = await fetch(`/console/api/${path}`, {
    method: body ? "POST" : "GET",
    ...(body ? { body: `{${texts.join()}}`, headers: { "Content-Type": "application/json" } } : {}),
  });
  return (await answer(response)) as T;
}

/** All pages of a list operation, up to `max` items. */
export async function all<T>(
  operation: string,
  member: string,
  input: object = {},
  max = 10_000,
): Promise<T[]> {
  const items: T[] = [];
  let nextToken: string | undefined;
  do {
    const page = await states<Record<string, unknown>>(operation, {
      ...input,
      maxResults: 1000,
      ...(nextToken ? { nextToken } : {}),
    });
    items.push(...((page[member] as T[]) ?? []));
    nextToken = page.nextToken as string | undefined;
  } while (nextToken && items.length < max);
  return items;
}
