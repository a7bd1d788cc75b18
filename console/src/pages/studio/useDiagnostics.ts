/** What the server's validator says of the text, a moment after the last keystroke. */
import { useEffect, useState } from "react";
import { states } from "../../api/aws";
import type { Diagnostic } from "../../api/types";
import { idOf } from "../../asl/graph";
import type { Path } from "../../asl/model";

const PAUSE_MS = 300;

export function useDiagnostics(text: string, type: string): Diagnostic[] {
  const [found, setFound] = useState<Diagnostic[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await states<{ diagnostics: Diagnostic[] }>(
          "ValidateStateMachineDefinition",
          { definition: text, type, severity: "WARNING", maxResults: 100 },
          stop.signal,
        );
        setFound(answer.diagnostics);
      } catch {
        // Superseded, or the server is away: what was found stays until it answers again.
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, type]);
  return found;
}

/** `/States/Order/Catch[0]/Next` as a path. */
export function pathOf(location: string | undefined): Path {
  const path: Path = [];
  for (const part of (location ?? "").split("/").filter(Boolean)) {
    const [, name = part, indexes = ""] = /^(.*?)((?:\[\d+\])*)$/.exec(part) ?? [];
    if (name) path.push(name);
    for (const index of indexes.matchAll(/\d+/g)) path.push(Number(index[0]));
  }
  return path;
}

/** The graph's node that a finding is about: the innermost state on its path. */
export function nodeOf(path: Path): string | null {
  for (let end = path.length; end >= 2; end--) {
    if (path[end - 2] === "States") return idOf(path.slice(0, end));
  }
  return null;
}

export function marksOf(found: Diagnostic[]): Map<string, "ERROR" | "WARNING"> {
  const marks = new Map<string, "ERROR" | "WARNING">();
  for (const { severity, location } of found) {
    const node = nodeOf(pathOf(location));
    if (node && marks.get(node) !== "ERROR") marks.set(node, severity);
  }
  return marks;
}
