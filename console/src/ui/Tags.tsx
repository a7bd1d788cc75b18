export function Tags({ tags }: { tags: Record<string, string> }) {
  return (
    <span className="row">
      {Object.entries(tags).map(([key, value]) => (
        <span key={key} className="tag" title={`${key}=${value}`}>
          {key}={value}
        </span>
      ))}
    </span>
  );
}
