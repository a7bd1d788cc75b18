/** What a request came to: the server's own code and message. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message || code);
    this.name = "ApiError";
  }
}

export function wordingOf(error: unknown): string {
  if (error instanceof ApiError) return error.code === error.message ? error.code : `${error.message}`;
  if (error instanceof TypeError) return "The server can't be reached. Is podium serve running?";
  return error instanceof Error ? error.message : String(error);
}
