"""An execution's history over the API, in the shape `cli/tree.py` reads."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from podium.cli.server import Server
from podium.cli.tree import HistoryEvent

PAGE_SIZE = 1_000
"""AWS's most; fewer requests."""


def milliseconds(moment: datetime) -> int:
    """Epoch milliseconds of a moment as botocore tells it."""
    return round(moment.timestamp() * 1_000)


def history(server: Server, arn: str, *, include_data: bool = True) -> Iterator[HistoryEvent]:
    """All events, in order; `timestamp` in epoch milliseconds."""
    pages = server.pages(
        "get_execution_history", "events", executionArn=arn, maxResults=PAGE_SIZE, includeExecutionData=include_data
    )
    return map(_in_milliseconds, pages)


def after(server: Server, arn: str, last_id: int) -> list[HistoryEvent]:
    """The events after one already known, in order. Read backwards: what is new costs what it is long."""
    found: list[HistoryEvent] = []
    size = 100 if last_id else PAGE_SIZE
    pages = server.pages("get_execution_history", "events", executionArn=arn, maxResults=size, reverseOrder=True)
    for event in pages:
        if event["id"] <= last_id:
            break
        found.append(_in_milliseconds(event))
    return found[::-1]


def _in_milliseconds(event: dict[str, Any]) -> HistoryEvent:
    # AWS leaves out the id before the first event's.
    return {"previousEventId": 0, **event, "timestamp": milliseconds(event["timestamp"])}
