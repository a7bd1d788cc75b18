"""What an execution costs on AWS, as a Standard and as an Express workflow, estimated from its history.

Rules, https://aws.amazon.com/step-functions/pricing/ and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html:

- Standard: every state entered is a transition, every retry is ("each retry will be charged as an additional state
  transition"), and so is every child execution that a distributed Map starts; iterations of an inline Map are not.
  "When you redrive an execution, it's considered as a state transition. In addition, all states that are rerun in a
  redrive are also considered as state transitions": those are no retries.
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

_ATTEMPTS: Final = frozenset({"TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled"})
"""One of these per attempt of a task."""
_SCOPES_STARTED: Final = frozenset({"ParallelStateStarted", "MapStateStarted"})
_NOT_A_RERUN: Final = frozenset(
    {
        "ExecutionAborted",
        "ExecutionRedriven",
        "MapIterationAborted",
        "MapIterationStarted",
        "MapStateAborted",
        "ParallelStateAborted",
    }
)
"""What follows a state's visit and does not say that this state has run."""


class StateCost(Struct):
    """What one state of the definition took part in. `retries` are among the `transitions`, as reruns are."""

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
    count = _Count()
    begin = end = 0
    parallel_steps = data_bytes = 0
    for event in events:
        kind = event["type"]
        begin, end = begin or event["timestamp"], event["timestamp"]
        if kind.endswith("StateEntered"):
            data_bytes = max(data_bytes, len(event["stateEnteredEventDetails"].get("input") or ""))
        elif kind in ("MapIterationStarted", "ParallelStateStarted"):
            parallel_steps += 1
        count.add(event, kind)
    memory_bytes = BASE_MEMORY_BYTES + definition_bytes + data_bytes * max(1, parallel_steps)
    return _priced(count.transitions() + children, end - begin, memory_bytes, count.states)


class _Count:
    """Counts transitions. The way back along `previousEventId` leads from an event to the visit of its state."""

    def __init__(self) -> None:
        self.states: dict[str, StateCost] = {}
        self._visits: dict[int, int] = {}
        """The StateEntered event that each event belongs to."""
        self._names: dict[int, str] = {}
        """By visit."""
        self._run: dict[int, int] = {}
        """By visit that has not ended: the redrive it was last run in."""
        self._attempted: set[int] = set()
        self._unstarted: Counter[str] = Counter()
        """Scopes entered and not yet started, by kind."""
        self._scope_retries = 0
        self._redrives = 0

    def transitions(self) -> int:
        """All of them."""
        return sum(state.transitions for state in self.states.values()) + self._scope_retries + self._redrives

    def add(self, event: dict[str, Any], kind: str) -> None:
        """Count the next event."""
        number, visit = event["id"], self._visits.get(event.get("previousEventId", 0), 0)
        if kind.endswith("StateEntered"):
            visit = number
            self._entered(visit, event["stateEnteredEventDetails"]["name"], kind)
        elif kind not in _NOT_A_RERUN:
            self._went_on(visit, kind)
        self._redrives += kind == "ExecutionRedriven"
        self._visits[number] = visit

    def _entered(self, visit: int, name: str, kind: str) -> None:
        self.states.setdefault(name, StateCost()).transitions += 1
        self._names[visit] = name
        self._run[visit] = self._redrives
        self._unstarted[kind.removesuffix("Entered")] += 1

    def _went_on(self, visit: int, kind: str) -> None:
        rerun = self._run.get(visit, self._redrives) < self._redrives
        if rerun:
            self._run[visit] = self._redrives
            self._attempted.discard(visit)
            self.states[self._names[visit]].transitions += 1
        if kind in _ATTEMPTS and visit in self._names:
            self._attempt(self.states[self._names[visit]], visit)
        elif kind in _SCOPES_STARTED:
            scope = kind.removesuffix("Started")
            if self._unstarted[scope]:
                self._unstarted[scope] -= 1
            elif not rerun:
                self._scope_retries += 1
        elif kind.endswith("StateExited"):
            self._run.pop(visit, None)

    def _attempt(self, state: StateCost, visit: int) -> None:
        if visit in self._attempted:
            state.transitions += 1
            state.retries += 1
        self._attempted.add(visit)


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
