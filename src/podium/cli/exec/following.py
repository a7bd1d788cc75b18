"""Following an execution to its end: its tree drawn as it grows, and what became of it as the exit code.

AWS's API has nothing that waits for an execution, so this asks, less often while nothing happens.
"""

import asyncio
from typing import Final

from podium.cli.exec.histories import after
from podium.cli.outcome import Outcome, report
from podium.cli.plain_text import printable
from podium.cli.progress import Progress, progress
from podium.cli.server import Server
from podium.cli.tree import ExecutionTree

PAUSE_SECONDS: Final = 0.2
PAUSE_MAX_SECONDS: Final = 2.0


def follow(command: str, server: Server, arn: str, *, as_json: bool) -> int:
    """Draw the execution until it is closed, then print its output. Returns the exit code."""
    tree = ExecutionTree()
    asyncio.run(_draw(server, arn, tree, progress(tree, printable(arn.rpartition(":")[2]))))
    closed = server.call("describe_execution", executionArn=arn)
    outcome = Outcome(closed["status"], closed.get("output"), closed.get("error"), closed.get("cause"))
    return report(command, outcome, as_json=as_json)


async def _draw(server: Server, arn: str, tree: ExecutionTree, shown: Progress) -> None:
    async with shown:
        last_id, pause = 0, PAUSE_SECONDS
        while tree.ended_ms is None:
            events = await asyncio.to_thread(after, server, arn, last_id)
            if events:
                shown.feed(events)
                last_id, pause = events[-1]["id"], PAUSE_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, PAUSE_MAX_SECONDS)
