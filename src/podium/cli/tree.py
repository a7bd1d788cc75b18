"""What an execution looks like while it runs: states, attempts, branches and Map progress, built from its events.

Pure: feed it history events and scheduling notices, ask it for rows (`cli/rows.py`). A history is a tree along
`previousEventId`, and that is all it takes to know which branch an event belongs to:

- the first state of each Parallel branch names ParallelStateStarted as its previous event;
- MapIterationStarted names MapStateStarted or the last exit of an earlier iteration, and carries the Map's name;
- what ends a Parallel or Map (Succeeded, Failed, Exited) names an event inside one of its branches.

Iterations of a Map are counted, not shown: a thousand of them are one row. Event shapes:
https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Final, NamedTuple

from podium.core import jsontext

HistoryEvent = dict[str, Any]
"""AWS's HistoryEvent with `timestamp` in epoch milliseconds, or one of the engine's notices (`NOTICES`)."""


class Status(StrEnum):
    """How a state stands; the value is the word a person reads."""

    RUNNING = "running"
    WAITING = "waiting"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    CAUGHT = "caught"
    FAILED = "failed"
    ABORTED = "aborted"
    TIMED_OUT = "timed out"


OPEN: Final = frozenset({Status.RUNNING, Status.WAITING, Status.RETRYING})


class MapProgress:
    """How far a Map is. `total` is the number of its items."""

    __slots__ = ("failed", "running", "succeeded", "total")

    def __init__(self, total: int) -> None:
        self.total = total
        self.running = 0
        self.succeeded = 0
        self.failed = 0

    @property
    def done(self) -> int:
        """Iterations that have ended, one way or another."""
        return self.succeeded + self.failed


class Scope:
    """One sequential path: the execution's own, a Parallel's branch, or (not shown) a Map's iteration."""

    __slots__ = ("parent", "shown", "states")

    def __init__(self, parent: "StateNode | None", *, shown: bool) -> None:
        self.parent = parent
        self.shown = shown
        self.states: list[StateNode] = []

    @property
    def current(self) -> "StateNode | None":
        """The state entered last."""
        return self.states[-1] if self.states else None


class StateNode:
    """One visit of one state."""

    __slots__ = (
        "attempts",
        "branches",
        "due_ms",
        "ended_ms",
        "entered_ms",
        "error",
        "name",
        "progress",
        "scope",
        "started_id",
        "status",
        "type",
    )

    def __init__(self, name: str, type_: str, scope: Scope, entered_ms: int) -> None:
        self.name = name
        self.type = type_
        """ASL's Type: "Task", "Wait", ..."""
        self.scope = scope
        self.status = Status.RUNNING
        self.entered_ms = entered_ms
        self.ended_ms: int | None = None
        self.attempts = 0
        """How often its work was begun; 0 for states that begin none."""
        self.due_ms: int | None = None
        """When a WAITING or RETRYING state moves on, where known."""
        self.error: str | None = None
        """The last error, with its cause when there is one."""
        self.started_id = 0
        """Event id of ParallelStateStarted or MapStateStarted."""
        self.branches: list[Scope] = []
        """A Parallel's, of its last attempt."""
        self.progress: MapProgress | None = None

    @property
    def shown(self) -> bool:
        """Whether it has a row of its own."""
        return self.scope.shown

    def until_ms(self, now_ms: float) -> float:
        """When it ended; now, while it hasn't."""
        return now_ms if self.ended_ms is None else self.ended_ms

    def close(self, status: Status, at_ms: int) -> None:
        """The state is over."""
        self.status = status
        self.ended_ms = at_ms
        self.due_ms = None


class Change(NamedTuple):
    """A state changed in a way worth a line of its own."""

    at_ms: int
    node: StateNode
    status: Status


_SCHEDULED: Final = frozenset({"LambdaFunctionScheduled", "TaskScheduled", "ActivityScheduled"})
_CLOSING: Final = {
    "ExecutionSucceeded": Status.SUCCEEDED,
    "ExecutionFailed": Status.FAILED,
    "ExecutionAborted": Status.ABORTED,
    "ExecutionTimedOut": Status.TIMED_OUT,
}
_FAULT_SUFFIXES: Final = ("Failed", "TimedOut")
NOTICES: Final = {"RetryScheduled": Status.RETRYING, "WaitScheduled": Status.WAITING}
"""Not history: `{type, state, at_ms, attempt?, error?}`, the moment a state of that name moves on."""


class ExecutionTree:
    """The states of one execution as they are after the events fed so far."""

    def __init__(self) -> None:
        self.root = Scope(None, shown=True)
        self.status = Status.RUNNING
        self.error: str | None = None
        self.started_ms: int | None = None
        self.ended_ms: int | None = None
        self._scopes: dict[int, Scope] = {0: self.root}
        """Event id -> the path it happened on."""
        self._open: dict[str, list[StateNode]] = {}
        """Open states by name, for notices."""
        self._changes: list[Change] = []
        self._last_ms = 0

    def until_ms(self, now_ms: float) -> float:
        """When the execution ended; now, while it hasn't."""
        return now_ms if self.ended_ms is None else self.ended_ms

    def feed(self, events: Iterable[HistoryEvent]) -> list[Change]:
        """Take events in the order they happened; returns what changed on states that have a row."""
        self._changes = []
        for event in events:
            kind = event["type"]
            if kind in NOTICES:
                self._notice(event)
            else:
                self._last_ms = event["timestamp"]
                self._scopes[event["id"]] = self._take(kind, event, self._scope_of(event["previousEventId"]))
        return self._changes

    def _take(self, kind: str, event: HistoryEvent, scope: Scope) -> Scope:
        """Apply one history event; returns the path it happened on."""
        if kind.endswith("StateEntered"):
            return self._enter(kind.removesuffix("StateEntered"), event, scope)
        if kind.endswith("StateExited"):
            return self._exit(event, scope)
        if kind.startswith("MapIteration"):
            return self._iteration(kind.removeprefix("MapIteration"), event, scope)
        if kind.startswith("Execution"):
            return self._execution(kind, event, scope)
        for container in ("Parallel", "Map"):
            if kind.startswith(f"{container}State"):
                return self._container(container, kind.removeprefix(f"{container}State"), event, scope)
        node = scope.current
        if node is not None:
            self._work(kind, event, node)
        return scope

    def _enter(self, type_: str, event: HistoryEvent, scope: Scope) -> Scope:
        parallel = scope.current
        if parallel is not None and parallel.type == "Parallel" and parallel.started_id == event["previousEventId"]:
            scope = Scope(parallel, shown=scope.shown)
            parallel.branches.append(scope)
        node = StateNode(details(event)["name"], type_, scope, event["timestamp"])
        if scope.shown:
            scope.states.append(node)
        else:
            scope.states[:] = [node]
        self._open.setdefault(node.name, []).append(node)
        if type_ == "Fail":
            self._close(node, Status.FAILED, event["timestamp"])
            return scope
        if type_ == "Wait":
            node.status = Status.WAITING
        self._changed(node, event["timestamp"])
        return scope

    def _exit(self, event: HistoryEvent, scope: Scope) -> Scope:
        node = _climb(scope, lambda found: found.name == details(event)["name"])
        if node is None:
            return scope
        caught = node.status is Status.FAILED or (node.error is not None and node.type == "Task")
        self._close(node, Status.CAUGHT if caught else Status.SUCCEEDED, event["timestamp"])
        return node.scope

    def _iteration(self, step: str, event: HistoryEvent, scope: Scope) -> Scope:
        name = details(event)["name"]
        node = _climb(scope, lambda found: found.type == "Map" and found.name == name)
        if node is None or node.progress is None:
            return scope
        if step == "Started":
            node.progress.running += 1
            iteration = Scope(node, shown=False)
            self._changed(node, event["timestamp"])
            return iteration
        node.progress.running -= 1
        if step == "Succeeded":
            node.progress.succeeded += 1
        else:
            node.progress.failed += 1
        self._changed(node, event["timestamp"])
        return node.scope

    def _container(self, type_: str, step: str, event: HistoryEvent, scope: Scope) -> Scope:
        """Started, Succeeded, Failed, Aborted of a Parallel or Map: the innermost one that is still open."""
        node = _climb(scope, lambda found: found.type == type_ and found.status in OPEN)
        if node is None:
            return scope
        at_ms = event["timestamp"]
        if step == "Started":
            self._abandon(node, at_ms)
            node.attempts += 1
            node.started_id = event["id"]
            node.status = Status.RUNNING
            node.due_ms = None
            node.branches = []
            node.progress = MapProgress(details(event).get("length", 0)) if type_ == "Map" else None
        elif step == "Failed":
            self._abandon(node, at_ms)
            node.error = _fault(event) or node.error or _first_error(node)
            self._close(node, Status.FAILED, at_ms)
        elif step == "Aborted":
            self._close(node, Status.ABORTED, at_ms)
        return node.scope

    def _work(self, kind: str, event: HistoryEvent, node: StateNode) -> None:
        """What happens inside a Task, and what a state's own failure leaves behind."""
        if kind in _SCHEDULED:
            node.attempts += 1
            node.error = None
            node.due_ms = None
            node.status = Status.RUNNING
            if node.attempts > 1:
                self._changed(node, event["timestamp"])
        elif kind.endswith("StateAborted"):
            self._close(node, Status.ABORTED, event["timestamp"])
        elif kind.endswith(_FAULT_SUFFIXES):
            node.error = _fault(event)

    def _execution(self, kind: str, event: HistoryEvent, scope: Scope) -> Scope:
        at_ms = event["timestamp"]
        if kind == "ExecutionStarted":
            self.started_ms = at_ms
            return scope
        if kind == "ExecutionRedriven":
            self.status, self.ended_ms, self.error = Status.RUNNING, None, None
            self._reopen(self.root, at_ms)
            return scope
        self.status = _CLOSING[kind]
        self.ended_ms = at_ms
        self.error = _fault(event)
        if self.status is not Status.SUCCEEDED:
            self._blame(scope, at_ms)
        for node in [node for nodes in self._open.values() for node in nodes]:
            self._close(node, Status.ABORTED, at_ms)
        return scope

    def _blame(self, scope: Scope, at_ms: int) -> None:
        """Close the states on the path that ended the execution with its own status."""
        node = scope.current
        while node is not None:
            if node.status in OPEN or node.status is Status.FAILED:
                node.error = node.error or self.error
                if node.status in OPEN:
                    self._close(node, self.status, at_ms)
            node = node.scope.parent

    def _reopen(self, scope: Scope, at_ms: int) -> None:
        """A redrive goes on with what was entered and not left; a Fail state is entered anew."""
        for node in scope.states:
            if node.status in OPEN or node.status in (Status.SUCCEEDED, Status.CAUGHT) or node.type == "Fail":
                continue
            node.status, node.ended_ms, node.error = Status.RUNNING, None, None
            self._open.setdefault(node.name, []).append(node)
            if node.progress is not None:
                node.progress.running, node.progress.failed = node.progress.failed, 0
            for branch in node.branches:
                self._reopen(branch, at_ms)
            self._changed(node, at_ms)

    def _abandon(self, node: StateNode, at_ms: int) -> None:
        """A Parallel's attempt is over: the state whose error ended it failed, other open ones were given up."""
        for branch in node.branches:
            for state in branch.states:
                if state.status in OPEN:
                    self._abandon(state, at_ms)
                    self._close(state, Status.FAILED if state.error else Status.ABORTED, at_ms)

    def _notice(self, event: HistoryEvent) -> None:
        waiting = [node for node in self._open.get(event["state"], ()) if node.due_ms is None]
        if not waiting:
            return
        # Notices name only the state. Where a Map runs several of that name, any of them will do: they have no rows.
        node = waiting[-1]
        self._abandon(node, self._last_ms)
        node.status = NOTICES[event["type"]]
        node.due_ms = event["at_ms"]
        # The event that failed said more than the notice does; a Parallel's or Map's failure said nothing.
        node.error = node.error or event.get("error")
        self._changed(node, self._last_ms)

    def _close(self, node: StateNode, status: Status, at_ms: int) -> None:
        still_open = self._open.get(node.name, [])
        if node in still_open:
            still_open.remove(node)
        node.close(status, at_ms)
        self._changed(node, at_ms)

    def _changed(self, node: StateNode, at_ms: int) -> None:
        if node.shown:
            self._changes.append(Change(at_ms, node, node.status))

    def _scope_of(self, event_id: int) -> Scope:
        return self._scopes.get(event_id, self.root)


def _climb(scope: Scope, wanted: Callable[[StateNode], bool]) -> StateNode | None:
    """The nearest state, from a path's current one outwards, that is wanted."""
    node = scope.current
    if node is not None and wanted(node):
        return node
    node = scope.parent
    while node is not None and not wanted(node):
        node = node.scope.parent
    return node


def details(event: HistoryEvent) -> dict[str, Any]:
    """The one `...EventDetails` object of an event."""
    for key, value in event.items():
        if key.endswith("EventDetails") and isinstance(value, dict):
            return value
    return {}


def fault_text(error: str | None, cause: str | None) -> str | None:
    """ "Error: cause", or None without either. Of a function's error object only its message is told."""
    if cause and cause.startswith("{"):
        try:
            told = jsontext.decode(cause)
        except jsontext.InvalidJson:
            told = None
        message = told.get("errorMessage") if isinstance(told, dict) else None
        cause = message if isinstance(message, str) else cause
    return ": ".join(part for part in (error, cause) if part) or None


def _fault(event: HistoryEvent) -> str | None:
    """What an event that tells of a failure says about it."""
    told = details(event)
    return fault_text(told.get("error"), told.get("cause"))


def _first_error(node: StateNode) -> str | None:
    """An error from inside a Parallel, whose own failure event carries none."""
    return next((state.error for branch in node.branches for state in branch.states if state.error), None)
