import { Component, type ReactNode } from "react";
import { Button } from "../ui/Button";
import { Empty } from "../ui/Empty";
import { PageHead } from "../ui/PageHead";
import { Panel } from "../ui/Panel";

interface Props {
  /** Another page is tried anew. */
  page: string;
  children: ReactNode;
}

/** Keeps the frame when a page can't be shown: its code is no longer on a server that has been updated, or it fails. */
export class PageBoundary extends Component<Props, { failed: Error | null }> {
  override state = { failed: null as Error | null };

  static getDerivedStateFromError(error: unknown): { failed: Error } {
    return { failed: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidUpdate(before: Props): void {
    if (before.page !== this.props.page && this.state.failed) this.setState({ failed: null });
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (!failed) return this.props.children;
    return (
      <div className="page">
        <PageHead title="This page can't be shown" />
        <Panel>
          <Empty
            title={failed.message}
            action={
              <Button kind="primary" onClick={() => window.location.reload()}>
                Load it again
              </Button>
            }
          >
            Perhaps the server was updated since this console was opened, or is away.
          </Empty>
        </Panel>
      </div>
    );
  }
}
