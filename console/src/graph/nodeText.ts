/** How much text a node has room for: SVG doesn't cut a line that is too long. */
import type { PlacedNode } from "./layout";

export const NAME_CHAR_WIDTH = 7.2;
export const DETAIL_CHAR_WIDTH = 6.2;
/** The status mark or the fold button at the right, and the stripe at the left. */
const BESIDE = 46;

export const textRoom = (node: PlacedNode): number => node.width - BESIDE;

export function clipped(text: string, width: number, each: number): string {
  const most = Math.floor(width / each);
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}
