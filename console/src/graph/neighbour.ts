/** Moving through a graph by arrow keys. */
import type { PlacedNode } from "./layout";

export const TURNS: Record<string, readonly [number, number]> = {
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
};

/** The nearest state in a direction; what lies aside counts double. */
export function neighbour(
  nodes: PlacedNode[],
  from: PlacedNode,
  [dx, dy]: readonly [number, number],
): PlacedNode | undefined {
  const middle = (node: PlacedNode) =>
    [node.x + node.width / 2, node.y + (node.frame ? 16 : node.height / 2)] as const;
  const [x, y] = middle(from);
  let best: PlacedNode | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const [atX, atY] = middle(node);
    const along = (atX - x) * dx + (atY - y) * dy;
    const aside = Math.abs((atX - x) * dy) + Math.abs((atY - y) * dx);
    const far = along + 2 * aside;
    if (node !== from && along > 1 && far < least) {
      least = far;
      best = node;
    }
  }
  return best;
}
