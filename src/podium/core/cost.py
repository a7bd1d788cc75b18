"""What an execution costs on AWS, as a Standard and as an Express workflow, estimated from its history.

Rules, https://aws.amazon.com/step-functions/pricing/ and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html:

- Standard: every state entered is a transition, every retry is, a redrive is, and so is every child execution that a
  distributed Map starts; iterations of an inline Map are not.
- Express: a request, and its duration in steps of 100 ms times its memory in chunks of 64 MB. "Workflow memory
  utilized = 50 MB + state machine definition size + execution data size x Number of Parallel or Map Steps".

Prices are those of us-east-1 before any free tier; an Express price is the first tier's.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

TRANSITION_USD: Final = 0.025 / 1_000
REQUEST_USD: Final = 1.0 / 1_000_000
GB_HOUR_USD: Final = 0.06
DURATION_STEP_MS: Final = 100
MEMORY_CHUNK_MB: Final = 64
BASE_MEMORY_BYTES: Final = 50 * 1024 * 1024
EXPRESS_MAX_MS: Final = 5 * 60 * 1_000

_RETRIED: Final = frozenset({"TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled"})
"""One of these per attempt of a task."""
_RETRIED_SCOPES: Final = ("ParallelState", "MapState")


class StateCost(Struct):
    """What one state of the definition took part in. `retries` are among the `transitions`."""

    transitions: int = 0
    retries: int = 0


class Cost(Struct, frozen=True):
    """An estimate; money in US dollars, durations in milliseconds."""

    transitions: int
    standard_usd: float
    duration_ms: int
    billed_ms: int
    billed_memory_mb: int
    express_usd: float
    states: dict[str, StateCost]


def estimate(events: Iterable[dict[str, Any]], definition_bytes: int, children: int = 0) -> Cost:
    """The cost of one execution.

    Args:
        events: its history as AWS tells it, `timestamp` in epoch milliseconds.
        definition_bytes: how long its definition is.
        children: executions that its distributed Maps started; they have costs of their own besides.
    """
    states: dict[str, StateCost] = {}
    visits: dict[int, str] = {}
    attempted: set[int] = set()
    entries: dict[int, int] = {}
    started: Counter[str] = Counter()
    begin = end = 0
    redrives = parallel_steps = data_bytes = 0
    for event in events:
        number, kind, before = event["id"], event["type"], event.get("previousEventId", 0)
        begin, end = begin or event["timestamp"], event["timestamp"]
        name, entry = visits.get(before, ""), entries.get(before, 0)
        if kind.endswith("StateEntered"):
            told = event["stateEnteredEventDetails"]
            name, entry = told["name"], number
            data_bytes = max(data_bytes, len(told.get("input") or ""))
            states.setdefault(name, StateCost()).transitions += 1
        elif kind in _RETRIED:
            if entry in attempted:
                states[name].transitions += 1
                states[name].retries += 1
            attempted.add(entry)
        elif kind in ("MapIterationStarted", "ParallelStateStarted"):
            parallel_steps += 1
        elif kind == "ExecutionRedriven":
            redrives += 1
        started[kind] += 1
        visits[number], entries[number] = name, entry
    again = sum(max(0, started[f"{scope}Started"] - started[f"{scope}Entered"]) for scope in _RETRIED_SCOPES)
    transitions = sum(state.transitions for state in states.values()) + again + redrives + children
    memory_bytes = BASE_MEMORY_BYTES + definition_bytes + data_bytes * max(1, parallel_steps)
    return _priced(transitions, end - begin, memory_bytes, states)


def _priced(transitions: int, duration_ms: int, memory_bytes: int, states: dict[str, StateCost]) -> Cost:
    billed_ms = max(1, -(-duration_ms // DURATION_STEP_MS)) * DURATION_STEP_MS
    billed_mb = -(-memory_bytes // (MEMORY_CHUNK_MB * 1024 * 1024)) * MEMORY_CHUNK_MB
    gb_hours = billed_mb / 1024 * billed_ms / 3_600_000
    express = REQUEST_USD + gb_hours * GB_HOUR_USD
    return Cost(transitions, transitions * TRANSITION_USD, duration_ms, billed_ms, billed_mb, express, states)


def advice(cost: Cost, resources: Iterable[str]) -> list[str]:
    """What would make it cheaper, one sentence each. `resources`: those of the definition's Tasks."""
    found = []
    waiting = [
        name for name in resources if name.endswith((".waitForTaskToken", ".sync", ".sync:2")) or ":activity:" in name
    ]
    if waiting:
        found.append(f"It can't be Express: {waiting[0]} waits for somebody else.")
    elif cost.duration_ms > EXPRESS_MAX_MS:
        found.append("It can't be Express: it takes longer than five minutes.")
    elif cost.express_usd < cost.standard_usd:
        times = cost.standard_usd / cost.express_usd
        found.append(f"As Express it would cost {times:.0f} times less, without AWS's history and exactly-once.")
    retries = sum(state.retries for state in cost.states.values())
    if retries * 5 > cost.transitions:
        found.append(f"{retries} of {cost.transitions} transitions are retries.")
    if cost.states:
        name, most = max(cost.states.items(), key=lambda item: item[1].transitions)
        if most.transitions >= 10 and most.transitions * 4 > cost.transitions:
            found.append(
                f"{name} was entered {most.transitions} times; a callback or `.sync` instead of a loop costs one."
            )
    return found
