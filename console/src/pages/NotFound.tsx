import { Link } from "wouter";
import { Empty } from "../ui/Empty";

export function NotFound() {
  return (
    <Empty title="There is no such page" action={<Link href="/">State machines</Link>}>
      The address names nothing in this console.
    </Empty>
  );
}
