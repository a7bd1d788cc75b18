export default function StudioPage({ arn }: { arn: string | null }) {
  return <p>{arn}</p>;
}
