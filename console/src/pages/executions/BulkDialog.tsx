import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { consoleApi } from "../../api/aws";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Loading } from "../../ui/Loading";
import { Problem } from "../../ui/Problem";
import { say } from "../../ui/toasts";
import type { SearchFilter } from "./useSearch";

interface Answer {
  matched: number;
  names: string[];
  done: number;
  refused: { name: string; reason: string }[];
  next: number | null;
}
interface Props {
  action: "stop" | "redrive";
  filter: SearchFilter;
  onClose: () => void;
}

const WORDS = { stop: "Stop", redrive: "Redrive" };

/** Stops or redrives everything that matches: first shows what that is, then does it, page by page. */
export function BulkDialog({ action, filter, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [refused, setRefused] = useState<Answer["refused"]>([]);
  const tried = useQuery({
    queryKey: ["bulk", action, filter],
    queryFn: () => consoleApi<Answer>("bulk", { action, filter, dry_run: true }),
    gcTime: 0,
  });
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      let done = 0;
      const left: Answer["refused"] = [];
      let before: number | null = null;
      do {
        const answer: Answer = await consoleApi<Answer>("bulk", { action, filter, dry_run: false, before });
        done += answer.done;
        left.push(...answer.refused);
        before = answer.next;
      } while (before !== null);
      say(`${WORDS[action]}: done for ${done}.`);
      if (left.length === 0) onClose();
      setRefused(left);
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const { data } = tried;
  return (
    <Dialog title={`${WORDS[action]} all that match?`} onClose={onClose}>
      <Problem error={tried.error ?? error} />
      {!data && !tried.error && <Loading what="what matches" />}
      {data && (
        <p>
          {data.next === null ? "" : "At least "}
          {data.matched} executions match{data.names.length > 0 && `: ${data.names.slice(0, 10).join(", ")}`}
          {data.matched > 10 && ", …"}
        </p>
      )}
      {refused.map((each) => (
        <p key={each.name} className="wrap">
          {each.name}: {each.reason}
        </p>
      ))}
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind={action === "stop" ? "danger" : "primary"}
          disabled={busy || !data?.matched}
          onClick={act}
        >
          {busy ? "Working…" : `${WORDS[action]} ${data?.matched ?? ""}`}
        </Button>
      </footer>
    </Dialog>
  );
}
