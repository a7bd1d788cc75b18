import { Link } from "wouter";
import { Empty } from "../ui/Empty";
import { PageHead } from "../ui/PageHead";
import { Panel } from "../ui/Panel";

export function NotFound() {
  return (
    <div className="page">
      <PageHead title="There is no such page" />
      <Panel>
        <Empty
          title="The address names nothing in this console"
          action={<Link href="/">State machines</Link>}
        />
      </Panel>
    </div>
  );
}
