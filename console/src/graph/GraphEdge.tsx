import type { PlacedEdge } from "./layout";

export function GraphEdge({ edge }: { edge: PlacedEdge }) {
  return (
    <g className={`edge edge-${edge.kind}`}>
      <path d={edge.path} markerEnd="url(#arrow)" />
      {edge.label && (
        <text x={edge.labelX} y={edge.labelY + 4} textAnchor="middle">
          {edge.label}
        </text>
      )}
    </g>
  );
}
