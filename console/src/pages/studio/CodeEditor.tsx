import {
  closeBrackets,
  closeBracketsKeymap,
  autocompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic as Mark, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { useEffect, useRef } from "react";
import type { Diagnostic } from "../../api/types";
import type { Path } from "../../asl/model";
import type { QueryLanguage } from "../../asl/templates";
import { completeAsl } from "./completion";
import { hoverAsl } from "./hover";
import { colours } from "./colours";
import { pathOf } from "./useDiagnostics";
import type { StudioDocument } from "./useDocument";

interface Props {
  studio: StudioDocument;
  found: Diagnostic[];
  language: QueryLanguage;
  selected: Path | null;
}

const nonce = () => document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";

/** CodeMirror over the studio's text. The text is the document's: what is typed goes there, what the graph or a form
 * changes comes from there as the smallest replacement. */
export default function CodeEditor({ studio, found, selected }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(studio);
  latest.current = studio;
  useEffect(() => {
    const parent = frame.current;
    if (!parent) return;
    const turn = (which: "undo" | "redo") => () => {
      latest.current[which]();
      return true;
    };
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          drawSelection(),
          highlightActiveLine(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightSelectionMatches(),
          json(),
          syntaxHighlighting(colours),
          autocompletion({ override: [completeAsl] }),
          hoverAsl,
          EditorView.contentAttributes.of({ "aria-label": "Definition", tabindex: "0" }),
          EditorState.tabSize.of(2),
          EditorView.lineWrapping,
          keymap.of([
            { key: "Mod-z", run: turn("undo"), preventDefault: true },
            { key: "Mod-Shift-z", run: turn("redo"), preventDefault: true },
            { key: "Mod-y", run: turn("redo"), preventDefault: true },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...foldKeymap,
            ...completionKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            const text = update.state.doc.toString();
            if (update.docChanged && text !== latest.current.text) latest.current.edit(text, true);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const change = difference(editor.state.doc.toString(), studio.text);
    if (change) editor.dispatch({ changes: change });
  }, [studio.text]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, marks(editor.state.doc.toString(), found)));
  }, [found]);
  useEffect(() => {
    const editor = view.current;
    const tree = editor && selected ? parseTree(editor.state.doc.toString()) : undefined;
    const node = tree && selected ? findNodeAtLocation(tree, selected) : undefined;
    if (editor && node && !editor.hasFocus) {
      editor.dispatch({
        selection: { anchor: node.parent?.offset ?? node.offset },
        effects: EditorView.scrollIntoView(node.parent?.offset ?? node.offset, { y: "start", yMargin: 40 }),
      });
    }
  }, [selected]);
  return <div ref={frame} className="code-editor" />;
}

function difference(before: string, after: string): { from: number; to: number; insert: string } | null {
  if (before === after) return null;
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from++;
  let end = 0;
  const most = Math.min(before.length, after.length) - from;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}

/** The validator's places as stretches of the text: of a field that is missing, the object it is missing from. */
function marks(text: string, found: Diagnostic[]): Mark[] {
  const tree = parseTree(text);
  return found.map((each) => {
    const path = pathOf(each.location);
    let node = tree && findNodeAtLocation(tree, path);
    while (tree && !node && path.length > 0) {
      path.pop();
      node = findNodeAtLocation(tree, path);
    }
    const from = Math.min(node?.offset ?? 0, text.length);
    const to = node && node.length < 200 ? node.offset + node.length : Math.min(from + 1, text.length);
    const severity = each.severity === "ERROR" ? "error" : "warning";
    return { from, to, severity, message: each.message, source: each.code };
  });
}
