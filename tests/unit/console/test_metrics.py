"""Metrics: which step an execution counts in, and the percentiles of what ended in it."""

from types import SimpleNamespace

from podium.console.application import ConsoleRequest
from podium.console.metrics import BUCKETS, metrics
from podium.core.minutes import Minutes
from podium.store.contract import ExecutionSummary

NOW_MS = 1_800_000_030_000
MINUTE_MS = 60_000


def ended(duration_ms, status="SUCCEEDED", ago_ms=MINUTE_MS):
    stop_ms = NOW_MS - ago_ms
    return ExecutionSummary(1, "arn", "machine", "n", status, stop_ms - duration_ms, stop_ms, 1, None, False, b"", b"")


async def told_of(*summaries):
    """The steps that are told of these executions."""

    async def list_executions(*, state_machine_arn, status, before_key, limit):
        return list(summaries)

    async def count_open(machine):
        return 0

    services = SimpleNamespace(
        clock=lambda: NOW_MS,
        store=SimpleNamespace(list_executions=list_executions, count_open=count_open),
        engine=SimpleNamespace(transitions=Minutes(), timer_lag_ms=Minutes()),
        throttle=SimpleNamespace(refused=Minutes()),
    )
    request = SimpleNamespace(query="minutes=60", headers={}, body=b"")
    return (await metrics(ConsoleRequest(services, None, request)))["steps"]


async def test_percentiles_are_of_what_ended_in_the_step():
    steps = await told_of(*(ended(duration_ms) for duration_ms in range(1, 101)))
    (step,) = [step for step in steps if step["p50_ms"] is not None]
    assert (step["p50_ms"], step["p90_ms"], step["p99_ms"]) == (51, 91, 100)
    (alone,) = [step["p99_ms"] for step in await told_of(ended(7)) if step["p99_ms"] is not None]
    assert alone == 7


async def test_each_execution_counts_where_it_began_and_where_it_ended():
    steps = await told_of(ended(5 * MINUTE_MS), ended(1, "FAILED"), ended(1, "SUCCEEDED", ago_ms=2 * 60 * MINUTE_MS))
    assert len(steps) == BUCKETS
    assert [(place, step["started"]) for place, step in enumerate(steps) if step["started"]] == [(53, 1), (58, 1)]
    assert [(place, step["SUCCEEDED"], step["FAILED"]) for place, step in enumerate(steps) if step["p50_ms"]] == [
        (58, 1, 1)
    ]
