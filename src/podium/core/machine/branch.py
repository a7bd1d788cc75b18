"""A branch: one sequential path of an execution (the root, a Parallel's branch, a Map's iteration).

The live branches *are* the state of an execution between decisions. Each journal row carries the branches its
decision changed, as records; putting records in place is all that folding does.

    READY ──run──> (blocked in a state) ──stimulus──> ... ──> DONE (a child) or gone (the root)
             ├─> WAITING   a Wait state, until `wake_ms`
             ├─> RETRYING  a Retry's back-off, until `wake_ms`
             ├─> TASK      a task is outstanding, until its outcome or `wake_ms` (time-out, heartbeat)
             ├─> JOINING   a Parallel or Map waits for its children
             └─> ENTERED   its state failed the execution; a redrive does the state's work again
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from podium.core.machine.payload import Payload

READY: Final = 0
WAITING: Final = 1
RETRYING: Final = 2
TASK: Final = 3
JOINING: Final = 4
DONE: Final = 5
ENTERED: Final = 6

CALLING: Final = 0
OFFERED: Final = 1
WATCHED: Final = 2
HANDED_OVER: Final = 3
"""Phases of a task in status TASK; `callbacks` draws how they follow one another."""

Record = Sequence[Any]
"""A branch as the journal keeps it: written as a tuple, read back as a list."""
PayloadOf = Callable[[int], Payload]


class Report:
    """What the holder of a task's token said about its end: an output, or error and cause."""

    __slots__ = ("cause", "error", "output")

    def __init__(self, output: Payload | None, error: str | None = None, cause: str | None = None) -> None:
        self.output = output
        self.error = error
        self.cause = cause


class Task:
    """The outstanding task of a branch in status TASK."""

    __slots__ = (
        "heartbeat_ms",
        "parameters",
        "phase",
        "report",
        "role_arn",
        "scheduled_id",
        "submission",
        "timeout_at_ms",
        "timeout_ms",
    )

    def __init__(
        self,
        scheduled_id: int,
        parameters: Payload,
        timeout_ms: int | None,
        heartbeat_ms: int | None,
        phase: int = CALLING,
        role_arn: str | None = None,
    ) -> None:
        self.scheduled_id = scheduled_id
        self.parameters = parameters
        self.timeout_ms = timeout_ms
        self.timeout_at_ms: int | None = None
        """None until the clock runs: an activity's starts when a worker takes the task."""
        self.heartbeat_ms = heartbeat_ms
        self.phase = phase
        self.report: Report | None = None
        """A report that came before the call was answered."""
        self.role_arn = role_arn
        """The role the call is made as, when it is not the state machine's own."""
        self.submission: Payload | None = None
        """What the call of a WATCHED task was answered."""

    def start_clock(self, now_ms: int) -> None:
        """Let the time-out count from now on."""
        self.timeout_at_ms = None if self.timeout_ms is None else now_ms + self.timeout_ms

    def deadline_ms(self, now_ms: int) -> int | None:
        """The next deadline if the last sign of life is now: time-out or missed heartbeat."""
        if self.heartbeat_ms is None:
            return self.timeout_at_ms
        heartbeat_at_ms = now_ms + self.heartbeat_ms
        return heartbeat_at_ms if self.timeout_at_ms is None else min(heartbeat_at_ms, self.timeout_at_ms)

    def record(self, ref: Callable[[Payload], int]) -> Record:
        """The task as the journal keeps it."""
        report = self.report
        return (
            self.scheduled_id,
            ref(self.parameters),
            self.timeout_ms,
            self.timeout_at_ms,
            self.heartbeat_ms,
            self.phase,
            report and (report.output and ref(report.output), report.error, report.cause),
            self.role_arn,
            self.submission and ref(self.submission),
        )

    @classmethod
    def from_record(cls, record: Record, payload_of: PayloadOf) -> "Task":
        """The task a record describes."""
        scheduled_id, parameters, timeout_ms, timeout_at_ms, heartbeat_ms, phase, report, role_arn, submission = record
        task = cls(scheduled_id, payload_of(parameters), timeout_ms, heartbeat_ms, phase, role_arn)
        task.timeout_at_ms = timeout_at_ms
        task.submission = payload_of(submission) if submission else None
        if report:
            output, error, cause = report
            task.report = Report(payload_of(output) if output else None, error, cause)
        return task


class Join:
    """What a Parallel or Map keeps while its children run. Children's outputs stay with the children."""

    __slots__ = ("concurrency", "done", "effective", "items", "started", "started_id", "total")

    def __init__(
        self, total: int, concurrency: int, started_id: int, items: Payload | None, effective: Payload | None
    ) -> None:
        self.total = total
        self.concurrency = concurrency
        self.started_id = started_id
        """Event id of ParallelStateStarted or MapStateStarted."""
        self.items = items
        self.effective = effective
        self.started = 0
        self.done = 0

    @property
    def can_start(self) -> bool:
        """Whether another child may be started now."""
        return self.started < self.total and self.started - self.done < self.concurrency


class Branch:
    """One sequential path; see the module's docstring for its statuses."""

    __slots__ = (
        "attempt",
        "children",
        "cursor",
        "entered_id",
        "entered_ms",
        "id",
        "index",
        "input",
        "join",
        "output",
        "parent_id",
        "retries",
        "scope",
        "state",
        "status",
        "task",
        "variables",
        "wake_ms",
    )

    def __init__(
        self, id: int, parent_id: int, index: int, scope: int, state: str, input: Payload, cursor: int
    ) -> None:
        self.id = id
        self.parent_id = parent_id
        self.index = index
        """Position among the parent's children."""
        self.scope = scope
        self.state = state
        self.input = input
        """Raw input of the current state."""
        self.cursor = cursor
        """Event id the branch's next event names as its previousEventId."""
        self.status = READY
        self.entered_id = 0
        """Event id of the current state's Entered event; 0 before it is entered."""
        self.entered_ms = 0
        self.attempt = 0
        """Retries of the current state so far ($$.State.RetryCount)."""
        self.retries: tuple[int, ...] = ()
        """Retries spent per retrier of the current state."""
        self.wake_ms: int | None = None
        self.task: Task | None = None
        self.join: Join | None = None
        self.output: Payload | None = None
        """Only when DONE."""
        self.children: list[Branch] = []
        """Child branches in the order they were started. Not in the record: `fold` hangs children in again."""
        self.variables: Payload | None = None
        """Variables assigned in this branch's own scope; an object."""

    def record(self, ref: Callable[[Payload], int]) -> Record:
        """The branch as the journal keeps it; `ref` journals payloads that have no reference yet."""
        task, join = self.task, self.join
        return (
            self.id,
            self.parent_id,
            self.index,
            self.scope,
            self.state,
            self.status,
            ref(self.input),
            self.cursor,
            self.entered_id,
            self.entered_ms,
            self.attempt,
            self.retries,
            self.wake_ms,
            task and task.record(ref),
            join
            and (
                join.total,
                join.concurrency,
                join.started_id,
                join.items and ref(join.items),
                join.effective and ref(join.effective),
                join.started,
                join.done,
            ),
            self.output and ref(self.output),
            self.variables and ref(self.variables),
        )

    @classmethod
    def from_record(cls, record: Record, payload_of: PayloadOf) -> "Branch":
        """The branch a record describes; payloads come from `payload_of`, which may give unloaded ones."""
        branch = cls(record[0], record[1], record[2], record[3], record[4], payload_of(record[6]), record[7])
        branch.status = record[5]
        branch.entered_id, branch.entered_ms, branch.attempt = record[8], record[9], record[10]
        branch.retries = tuple(record[11])
        branch.wake_ms = record[12]
        if record[13]:
            branch.task = Task.from_record(record[13], payload_of)
        if record[14]:
            total, concurrency, started_id, items, effective, started, done = record[14]
            join = Join(
                total,
                concurrency,
                started_id,
                payload_of(items) if items else None,
                payload_of(effective) if effective else None,
            )
            join.started, join.done = started, done
            branch.join = join
        branch.output = payload_of(record[15]) if record[15] else None
        branch.variables = payload_of(record[16]) if record[16] else None
        return branch
