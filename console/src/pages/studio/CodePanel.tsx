import { lazy, Suspense } from "react";
import type { Diagnostic } from "../../api/types";
import type { Path } from "../../asl/model";
import type { QueryLanguage } from "../../asl/templates";
import { Loading } from "../../ui/Loading";
import type { StudioDocument } from "./useDocument";

const CodeEditor = lazy(() => import("./CodeEditor"));

interface Props {
  studio: StudioDocument;
  found: Diagnostic[];
  language: QueryLanguage;
  selected: Path | null;
}

/** The code view; its editor is fetched when it is first wanted. */
export function CodePanel(props: Props) {
  return (
    <div className="code-panel">
      <Suspense fallback={<Loading what="editor" />}>
        <CodeEditor {...props} />
      </Suspense>
    </div>
  );
}
