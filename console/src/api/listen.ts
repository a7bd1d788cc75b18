/** A stream of server-sent events that goes on where EventSource gives up.
 *
 * An answer that is no stream ends an EventSource for good, and a server that is starting answers 503. A browser has six
 * connections for a server over HTTP/1.1, whatever the number of its tabs: a tab nobody looks at gives its own back, or the
 * seventh waits for ever. https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;
const HIDDEN_MS = 5_000;

interface Listening {
  /** Asked whenever it is opened, so that it can name what has arrived. */
  address: () => string;
  /** By the event's name: what to do with its data. */
  heard: Record<string, (data: never) => void>;
  /** `again`: something may have been missed. */
  onOpen?: (again: boolean) => void;
  onLost?: () => void;
}

/** Returns what ends it. */
export function listen({ address, heard, onOpen, onLost }: Listening): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let opened = false;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    const made = new EventSource(address());
    source = made;
    made.onopen = () => {
      onOpen?.(opened || failures > 0);
      opened = true;
      failures = 0;
    };
    made.onerror = () => {
      onLost?.();
      if (made.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures++));
    };
    for (const [kind, hear] of Object.entries(heard)) {
      made.addEventListener(kind, (message) =>
        hear(JSON.parse((message as MessageEvent<string>).data) as never),
      );
    }
  };
  const looked = () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") timer = setTimeout(close, HIDDEN_MS);
    else if (!source || source.readyState === EventSource.CLOSED) open();
  };
  document.addEventListener("visibilitychange", looked);
  open();
  return () => {
    document.removeEventListener("visibilitychange", looked);
    close();
  };
}
