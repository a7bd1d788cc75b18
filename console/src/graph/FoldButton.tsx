import type { PlacedNode } from "./layout";

/** Folds a Parallel or Map to a single node, or unfolds it. By keyboard: C at the node itself. */
export function FoldButton({ node, onFold }: { node: PlacedNode; onFold: (node: PlacedNode) => void }) {
  const label = `${node.folded ? "Unfold" : "Fold"} ${node.name}`;
  return (
    <g
      className="fold-button"
      role="button"
      aria-label={label}
      tabIndex={-1}
      transform={`translate(${node.x + node.width - 50} ${node.y + (node.folded ? node.height / 2 - 9 : 9)})`}
      onClick={() => onFold(node)}
    >
      <title>{label}</title>
      <rect width={18} height={18} rx={4} />
      <path d={node.folded ? "M5 9h8M9 5v8" : "M5 9h8"} />
    </g>
  );
}
