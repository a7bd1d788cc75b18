"""An execution in memory: its live branches and counters.

It is a fold of its journal: `fold` puts the branches of snapshot and rows in place, evaluates nothing and
decides nothing. Between decisions an execution is exactly its branches and counters; a property test holds
that folding the rows of any run gives the same as having run it.
"""

import heapq
from collections.abc import Iterable, Mapping

from podium.core.machine import branch as status
from podium.core.machine.branch import CALLING, HANDED_OVER, Branch, Record
from podium.core.machine.chance import derived_uuid
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.journal import (
    Counters,
    RowToFold,
    decode_snapshot,
    decode_to_fold,
    encode_snapshot,
)
from podium.core.machine.limits import AWS, Limits
from podium.core.machine.payload import Payload, row_of
from podium.core.machine.task_token import TokenKey


class Execution:
    """One run of a state machine. Changed only by `decide`, one decision at a time."""

    __slots__ = (
        "_uuid",
        "branches",
        "deadline_ms",
        "info",
        "input",
        "last_ms",
        "limits",
        "next_branch_id",
        "next_event_id",
        "sequence",
        "status",
        "tasks",
        "token_key",
        "wakes",
    )

    def __init__(
        self,
        info: ExecutionInfo,
        timeout_ms: int | None,
        limits: Limits = AWS,
        token_key: TokenKey | None = None,
    ) -> None:
        self.info = info
        self._uuid: str | None = None
        self.token_key = token_key
        """Makes the tokens of its tasks; None where nobody could send one back."""
        self.limits = limits
        self.status = "RUNNING"
        self.sequence = 0
        """Of the last decision's row."""
        self.next_event_id = 1
        self.next_branch_id = 1
        self.last_ms = info.start_ms
        # A redrive begins the state machine's time-out anew.
        began_ms = info.start_ms if info.redrives.at_ms is None else info.redrives.at_ms
        self.deadline_ms = None if timeout_ms is None else began_ms + timeout_ms
        self.input: Payload | None = None
        self.branches: dict[int, Branch] = {}
        self.tasks: set[int] = set()
        """Ids of branches whose task is not over and not handed over: a restart performs their commands again."""
        self.wakes: list[tuple[int, int]] = []
        """Heap of (wake_ms, branch id); entries whose branch moved on are skipped when they surface."""

    @property
    def uuid(self) -> str:
        """Stands for this run of the state machine; its calls bear UUIDs made from it."""
        if self._uuid is None:
            self._uuid = derived_uuid(self.info.arn, self.info.start_ms)
        return self._uuid

    @property
    def root(self) -> Branch:
        """The branch of the top-level scope; present while RUNNING."""
        return self.branches[1]

    def wake_at(self, at_ms: int, branch: Branch) -> None:
        """Have the branch looked at again at a time."""
        branch.wake_ms = at_ms
        heapq.heappush(self.wakes, (at_ms, branch.id))

    def due(self, now_ms: int) -> Branch | None:
        """Take the next branch whose time has come off the heap."""
        while (earliest := self._earliest()) is not None and earliest[0] <= now_ms:
            heapq.heappop(self.wakes)
            return self.branches[earliest[1]]
        return None

    def next_wake_ms(self) -> int | None:
        """The earliest deadline of any branch or of the whole execution."""
        earliest = self._earliest()
        if earliest is None:
            return self.deadline_ms
        return earliest[0] if self.deadline_ms is None else min(earliest[0], self.deadline_ms)

    def _earliest(self) -> tuple[int, int] | None:
        wakes = self.wakes
        while wakes:
            found = self.branches.get(wakes[0][1])
            if found is not None and found.wake_ms == wakes[0][0]:
                return wakes[0]
            heapq.heappop(wakes)
        return None

    def runnable(self) -> Iterable[Branch]:
        """Branches that can go on without a stimulus (a slice ended before they were done)."""
        return [
            found
            for found in self.branches.values()
            if found.status in (status.READY, status.ENTERED)
            or (found.status == status.JOINING and found.join and found.join.can_start)
        ]

    def outstanding(self) -> Iterable[Branch]:
        """Branches whose command must be performed again after a restart."""
        return [self.branches[branch_id] for branch_id in sorted(self.tasks)]

    def calls(self) -> bool:
        """Whether a call is to be answered; a job that is watched may take as long as it likes."""
        for branch_id in self.tasks:
            task = self.branches[branch_id].task
            if task is not None and task.phase == CALLING:
                return True
        return False

    def snapshot(self) -> bytes:
        """The live branches, stored form."""
        return encode_snapshot([found.record(_journalled) for found in self.branches.values()], self.counters())

    def counters(self) -> Counters:
        """Where numbering stands."""
        return Counters(self.next_event_id, self.next_branch_id, self.last_ms)

    def payloads(self) -> Iterable[Payload]:
        """Every payload the live branches hold, and the execution's input."""
        if self.input is not None:
            yield self.input
        for found in self.branches.values():
            yield found.input
            if found.task:
                yield found.task.parameters
                if found.task.report is not None and found.task.report.output is not None:
                    yield found.task.report.output
            if found.join:
                for held in (found.join.items, found.join.effective):
                    if held is not None:
                        yield held
            for held in (found.output, found.variables):
                if held is not None:
                    yield held

    def missing_rows(self) -> dict[int, list[Payload]]:
        """Unloaded payloads by the sequence of the row that holds their text."""
        missing: dict[int, list[Payload]] = {}
        for payload in self.payloads():
            if not payload.loaded:
                missing.setdefault(row_of(payload.ref)[0], []).append(payload)
        return missing


def supply(missing: Mapping[int, list[Payload]], rows: Mapping[int, bytes]) -> None:
    """Give unloaded payloads their texts from the rows that hold them."""
    for sequence, payloads in missing.items():
        texts = decode_to_fold(rows[sequence]).payloads
        for payload in payloads:
            payload.supply(texts[row_of(payload.ref)[1]])


INPUT_REF = 1 << 12
"""The execution's input is the first payload of the first row."""


def fold(execution: Execution, snapshot: bytes | None, snapshot_sequence: int, rows: list[bytes]) -> None:
    """Put an execution's branches in place from a snapshot and the rows after it.

    Payloads come out unloaded unless their row is among `rows`; `missing_rows` and `supply` load the rest.
    """
    records: dict[int, Record] = {}
    texts: dict[int, list[bytes]] = {}
    sequence = snapshot_sequence
    if snapshot is not None:
        held = decode_snapshot(snapshot)
        records = {record[0]: record for record in held.branches}
        execution.next_event_id, execution.next_branch_id, execution.last_ms = held.counters
    row: RowToFold | None = None
    for data in rows:
        row = decode_to_fold(data)
        sequence += 1
        texts[sequence] = row.payloads
        for record in row.branches:
            records[record[0]] = record
        for gone in row.removed:
            records.pop(gone, None)
    execution.sequence = sequence
    if row is not None:
        execution.next_event_id = row.first_event_id + len(row.events)
        execution.next_branch_id, execution.last_ms, execution.status = row.next_branch_id, row.at_ms, row.status
    shared: dict[int, Payload] = {}

    def payload_of(ref: int) -> Payload:
        payload = shared.get(ref)
        if payload is None:
            sequence, index = row_of(ref)
            row_texts = texts.get(sequence)
            payload = shared[ref] = Payload.journalled(ref, row_texts[index] if row_texts else None)
        return payload

    execution.input = payload_of(INPUT_REF)
    branches = execution.branches = {}
    tasks = execution.tasks = set()
    wakes = execution.wakes = []
    # In the order they were started in, as in an execution that was never folded: `runnable` keeps to it. So a parent
    # is in place before its children.
    for key in sorted(records) if len(records) > 1 else records:
        branch = branches[key] = Branch.from_record(records[key], payload_of)
        if branch.parent_id:
            branches[branch.parent_id].children.append(branch)
        if branch.status == status.TASK and branch.task is not None and branch.task.phase != HANDED_OVER:
            tasks.add(key)
        if branch.wake_ms is not None:
            wakes.append((branch.wake_ms, key))
    heapq.heapify(wakes)


def hang_children(execution: Execution) -> None:
    """Give every live branch the list of its children."""
    for branch in execution.branches.values():
        branch.children = []
    for child in execution.branches.values():
        if child.parent_id:
            execution.branches[child.parent_id].children.append(child)


def _journalled(payload: Payload) -> int:
    if not payload.ref:
        raise LookupError("a snapshot may hold only journalled payloads")
    return payload.ref
