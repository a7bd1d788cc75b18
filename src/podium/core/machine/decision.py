"""A decision in the making: events, new payloads, changed branches and commands of one stimulus.

The machine and the states write into it; when nothing more can be done without the world, `encode` gives the
journal row. Nothing here acts: commands are performed by the engine after the row is durable.
"""

from collections import deque
from typing import TYPE_CHECKING, Any

from podium.core.jsontext import encode
from podium.core.machine.branch import DONE, Branch
from podium.core.machine.commands import Command
from podium.core.machine.context import StateScope
from podium.core.machine.events import EXECUTION_REDRIVEN, EXECUTION_STARTED, Event
from podium.core.machine.execution import Execution
from podium.core.machine.failure import too_large
from podium.core.machine.journal import encode_row
from podium.core.machine.limits import SLICE_BYTES, SLICE_EVENTS
from podium.core.machine.payload import INDEX_BITS, Payload

if TYPE_CHECKING:
    from podium.core.machine.program import Machine


class HistoryFull(Exception):
    """The next event would be the execution's last allowed one; only its closing event fits."""


class Decision:
    """What follows from one stimulus. `sequence` is the number its row will have."""

    __slots__ = (
        "_first_branch_id",
        "_last_event_id",
        "_last_ref",
        "_payload_bytes_max",
        "_scope",
        "cause",
        "changed",
        "closed",
        "commands",
        "entered",
        "error",
        "events",
        "execution",
        "first_event_id",
        "machine",
        "next_event_id",
        "now_ms",
        "output",
        "payload_bytes",
        "payloads",
        "queue",
        "removed",
        "sequence",
        "slice_end",
    )

    def __init__(self, execution: Execution, machine: "Machine", now_ms: int) -> None:
        self.execution = execution
        self.machine = machine
        self.now_ms = now_ms if now_ms > execution.last_ms else execution.last_ms
        self.sequence = execution.sequence + 1
        self._last_ref = (self.sequence << INDEX_BITS) - 1
        self.first_event_id = self.next_event_id = execution.next_event_id
        self._last_event_id = execution.limits.history_events
        self._payload_bytes_max = execution.limits.payload_bytes
        self.slice_end = self.next_event_id + SLICE_EVENTS
        """Event id at which the slice is used up."""
        self._scope: StateScope | None = None
        self.events: list[Event] = []
        self.entered = 0
        """States entered."""
        self.payload_bytes = 0
        self.payloads: list[bytes] = []
        self.changed: dict[int, Branch] = {}
        self.removed: list[int] = []
        self.commands: list[Command] = []
        self.queue: deque[Branch] = deque()
        """Branches that can go on at once."""
        self._first_branch_id = execution.next_branch_id
        self.output: Payload | None = None
        """Of an execution that succeeded."""
        self.closed = False
        """Whether the execution is over with this decision."""
        self.error: str | None = None
        self.cause: str | None = None

    def append(self, event: Event) -> int:
        """Append an event `(code, previous id, *details)` and return its id.

        Raises:
            HistoryFull: one more event would leave no room for the closing one.
        """
        event_id = self.next_event_id
        if event_id >= self._last_event_id:
            raise HistoryFull
        self.next_event_id = event_id + 1
        self.events.append(event)
        return event_id

    def emit(self, code: int, previous_id: int, *details: Any) -> int:
        """`append`, with the event's parts as arguments."""
        return self.append((code, previous_id, *details))

    def emit_last(self, code: int, previous_id: int, *details: Any) -> None:
        """Append the event that closes the execution; it always fits."""
        self.events.append((code, previous_id, *details))
        self.next_event_id += 1

    def ref(self, payload: Payload) -> int:
        """The payload's reference; one that has none yet is put into this row's table."""
        if not payload.ref:
            text = payload.text
            payload.ref = self._keep(text, len(text))
        return payload.ref

    def put_out(self, value: Any, state: str) -> Payload:
        """The output of a state, in this row's table.

        Raises:
            Failure: it is larger than a payload may be.
            InvalidJson: it can't be encoded.
        """
        text = encode(value)
        size = len(text)
        if size > self._payload_bytes_max:
            raise too_large(state)
        return Payload(value, text, self._keep(text, size))

    def journalled(self, output: Payload, state: str) -> Payload:
        """`put_out` of an output that is a payload already, and may be in this row's table or an earlier one's."""
        if not output.ref:
            text = output.text
            if len(text) > self._payload_bytes_max:
                raise too_large(state)
            output.ref = self._keep(text, len(text))
        return output

    def _keep(self, text: bytes, size: int) -> int:
        self.payloads.append(text)
        self.payload_bytes += size
        if self.payload_bytes >= SLICE_BYTES:
            self.slice_end = 0
        self._last_ref = ref = self._last_ref + 1
        return ref

    @property
    def full(self) -> bool:
        """Whether the slice is used up and the decision should end at the next state boundary."""
        return self.next_event_id >= self.slice_end

    def scope(self, branch: Branch) -> StateScope:
        """What expressions of the branch's current state may see. Valid until asked for again."""
        if self._scope is None:
            self._scope = StateScope(self)
        return self._scope.of(branch)

    def touch(self, branch: Branch) -> None:
        """Note that the branch must be in the row as it is at the decision's end."""
        self.changed[branch.id] = branch

    def remove(self, branch: Branch) -> None:
        """Forget a branch that is over."""
        # It may still be queued: only a branch that is READY or JOINING would be run.
        branch.status = DONE
        del self.execution.branches[branch.id]
        self.execution.tasks.discard(branch.id)
        # A branch that was born in this decision is in no earlier row, so there is nothing to take back.
        self.changed.pop(branch.id, None)
        if branch.id < self._first_branch_id:
            self.removed.append(branch.id)

    def spawn(self, parent: Branch, index: int, scope: int, input_payload: Payload, cursor: int) -> Branch:
        """A new child of a Parallel or Map, queued to run."""
        execution = self.execution
        child = Branch(
            execution.next_branch_id, parent.id, index, scope, self.machine.scopes[scope].start, input_payload, cursor
        )
        execution.next_branch_id += 1
        execution.branches[child.id] = child
        parent.children.append(child)
        self.touch(child)
        self.queue.append(child)
        return child

    def block(self, branch: Branch, branch_status: int, wake_ms: int | None = None) -> None:
        """The branch can't go on without a stimulus."""
        branch.status = branch_status
        if wake_ms is not None:
            self.execution.wake_at(wake_ms, branch)
        self.changed[branch.id] = branch

    def close(self, status: str) -> None:
        """The execution is over. Its branches stay as they are: Redrive starts from them."""
        self.execution.status = status
        self.closed = True

    @property
    def begins(self) -> bool:
        """Whether the execution starts with this decision, or is redriven."""
        return bool(self.events) and self.events[0][0] in (EXECUTION_STARTED, EXECUTION_REDRIVEN)

    @property
    def more(self) -> bool:
        """Whether the slice ended before everything that can go on had its turn."""
        return bool(self.queue) and not self.closed

    def before_entry(self, branch: Branch) -> int:
        """The event an EvaluationFailed names as its previous one.

        A state's own Entered event counts only once the state has done something more than evaluate: AWS's form of
        November 2024, see `docs/decisions/0016-what-follows-a-map-run.md`.
        """
        position = branch.entered_id - self.first_event_id
        if branch.cursor == branch.entered_id and position >= 0:
            previous: int = self.events[position][1]
            return previous
        return branch.cursor

    def encode(self) -> bytes:
        """The decision's journal row. Call once, at its end: it numbers the payloads branches still hold."""
        ref = self.ref
        # Scope and decision know each other; apart, both go as soon as nobody holds them.
        self._scope = None
        execution = self.execution
        records = [branch.record(ref) for branch in self.changed.values()]
        return encode_row(
            self.first_event_id,
            self.now_ms,
            self.events,
            self.payloads,
            records,
            self.removed,
            execution.next_branch_id,
            execution.status,
        )
