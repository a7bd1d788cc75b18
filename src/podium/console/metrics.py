"""GET metrics: what happened to executions over time, in AWS's terms, read from the store when somebody looks.

https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html: ExecutionsStarted, -Succeeded, -Failed,
-Aborted, -TimedOut and ExecutionTime are not counted while executions run, so they cost nothing there. Transitions,
throttled requests and how late timers were are counted by the minute, of all machines together and since the server
started.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from podium.api.services import Services
from podium.console.application import ConsoleRequest
from podium.store.contract import ExecutionSummary

READ_MAX: Final = 20_000
"""Executions looked at; beyond, the answer says that it is of the latest ones only."""
BUCKETS: Final = 60
_PAGE: Final = 1_000
_CLOSED: Final = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")


async def metrics(request: ConsoleRequest) -> dict[str, Any]:
    """GET metrics?machine=ARN&minutes=60

    Answers `from_ms`, `step_ms` and, per step, how many executions started and ended in each way, and the 50th, 90th
    and 99th percentile of the durations (milliseconds) of those that ended in it; also per step, and of the whole
    server, `transitions`, `throttled`, `timers` woken and how late they were (`lag_mean_ms`, `lag_max_ms`).
    """
    services = request.services
    minutes = max(1, min(request.number("minutes", 60), 90 * 24 * 60))
    step_ms = minutes * 60_000 // BUCKETS
    # Whole steps, so that the columns of a chart don't change with every look at it.
    until_ms = (services.clock() // step_ms + 1) * step_ms
    from_ms = until_ms - BUCKETS * step_ms
    machine = request.query.get("machine") or None
    steps = [_Step() for _ in range(BUCKETS)]
    read, before = 0, None
    while read < READ_MAX:
        page = await services.store.list_executions(
            state_machine_arn=machine, status=None, before_key=before, limit=_PAGE
        )
        for summary in page:
            _count(steps, summary, from_ms, step_ms)
        # Twenty thousand at once would hold everybody up for a quarter of a second.
        await asyncio.sleep(0)
        read += len(page)
        if len(page) < _PAGE:
            break
        before = page[-1].key
    of_server = _of_server(services, from_ms, step_ms)
    return {
        "from_ms": from_ms,
        "step_ms": step_ms,
        "complete": read < READ_MAX,
        "open": await services.store.count_open(machine),
        "steps": [step.told() | figures for step, figures in zip(steps, of_server, strict=True)],
    }


def _of_server(services: Services, from_ms: int, step_ms: int) -> Iterator[dict[str, Any]]:
    counted = (services.engine.transitions, services.throttle.refused, services.engine.timer_lag_ms)
    for transitions, throttled, lag in zip(*(each.steps(from_ms, step_ms, BUCKETS) for each in counted), strict=True):
        yield {
            "transitions": transitions.total,
            "throttled": throttled.times,
            "timers": lag.times,
            "lag_mean_ms": round(lag.total / lag.times, 1) if lag.times else None,
            "lag_max_ms": lag.most if lag.times else None,
        }


class _Step:
    """One column of the charts."""

    def __init__(self) -> None:
        self.started = 0
        self.ended = dict.fromkeys(_CLOSED, 0)
        self.durations_ms: list[int] = []

    def told(self) -> dict[str, Any]:
        ordered = sorted(self.durations_ms)
        quantiles = {f"p{percent}_ms": _quantile(ordered, percent / 100) for percent in (50, 90, 99)}
        return {"started": self.started, **self.ended, **quantiles}


def _count(steps: list[_Step], summary: ExecutionSummary, from_ms: int, step_ms: int) -> None:
    begun = (summary.start_ms - from_ms) // step_ms
    if 0 <= begun < len(steps):
        steps[begun].started += 1
    if summary.stop_ms is not None:
        ended = (summary.stop_ms - from_ms) // step_ms
        if 0 <= ended < len(steps) and summary.status in _CLOSED:
            steps[ended].ended[summary.status] += 1
            steps[ended].durations_ms.append(summary.stop_ms - summary.start_ms)


def _quantile(ordered: list[int], quantile: float) -> int | None:
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] if ordered else None
