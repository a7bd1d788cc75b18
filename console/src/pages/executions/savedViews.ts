/** Views of executions that this browser keeps by name: a view is what stands in the address. */
import { recall, remember } from "../../ui/stored";

export interface SavedView {
  name: string;
  /** Without the question mark; parameters in alphabetical order. */
  query: string;
}

const KEY = "podium.views";
const SHOWN = ["machine", "status", "name", "error", "text", "from", "to"];

export const STANDING: SavedView[] = [
  { name: "All executions", query: "" },
  { name: "Running", query: "status=RUNNING" },
  { name: "Failed", query: "status=FAILED" },
  { name: "Timed out", query: "status=TIMED_OUT" },
];

/** The view of an address's query: what filters, in an order of its own. */
export function viewOf(search: string): string {
  const given = new URLSearchParams(search);
  const kept = SHOWN.filter((name) => given.get(name)).sort();
  return new URLSearchParams(kept.map((name) => [name, given.get(name) ?? ""])).toString();
}

/** Every parameter of a view; those it leaves out are empty. */
export function parametersOf(query: string): Record<string, string> {
  const given = new URLSearchParams(query);
  return Object.fromEntries(SHOWN.map((name) => [name, given.get(name) ?? ""]));
}

export function savedViews(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(recall(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

export function keepViews(views: SavedView[]): void {
  remember(KEY, JSON.stringify(views));
}

/** The views with one more; a name is given once. */
export const withView = (views: SavedView[], view: SavedView): SavedView[] => [
  ...views.filter((each) => each.name !== view.name),
  view,
];

const isView = (each: unknown): each is SavedView =>
  typeof each === "object" &&
  each !== null &&
  typeof (each as SavedView).name === "string" &&
  typeof (each as SavedView).query === "string";
