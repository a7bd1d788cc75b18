import { isObject } from "../asl/model";
import { Icon } from "./Icon";

/** An error with its cause. A function's error object is shown as a person would want it: what it says, then its trace. */
export function ErrorNotice({ error, cause }: { error: string; cause: string | null | undefined }) {
  const told = cause ? readError(cause) : null;
  return (
    <div className="notice tone-bad">
      <Icon name="warning" />
      <div className="grow">
        <strong>{error}</strong>
        {told && <p className="wrap">{told.message}</p>}
        {told?.trace && <pre className="cause">{told.trace}</pre>}
        {!told && cause && <pre className="cause">{cause}</pre>}
      </div>
    </div>
  );
}

/** Lambda's error object: errorMessage, errorType, stackTrace in lines or in lists of a frame's parts. */
function readError(cause: string): { message: string; trace: string } | null {
  try {
    const told: unknown = JSON.parse(cause);
    if (!isObject(told) || typeof told.errorMessage !== "string") return null;
    const lines = Array.isArray(told.stackTrace) ? told.stackTrace : [];
    const trace = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)).trimEnd());
    return { message: told.errorMessage, trace: trace.join("\n") };
  } catch {
    return null;
  }
}
