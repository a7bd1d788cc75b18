"""Reading executions: Describe and history, from the journal alone.

What is shown is what is durable; an execution in memory adds nothing to it.
"""

from typing import Any

from podium.core.machine.events import EXECUTION_SUCCEEDED
from podium.core.machine.execution import INPUT_REF
from podium.core.machine.execution_view import ExecutionView
from podium.core.machine.history import referenced, render_row
from podium.core.machine.journal import Row, decode_row
from podium.core.machine.payload import row_of
from podium.core.machine.redrive import refusal
from podium.engine.stored_info import info_of
from podium.store.contract import ExecutionSummary, Journal

ROWS_PER_READ = 64
PAGE_BYTES = 4 << 20
"""A page of history ends after about so many bytes, however many events were asked for."""


async def describe(journal: Journal, arn: str, now_ms: int, history_events_max: int) -> ExecutionView | None:
    """The execution with this ARN, or None. It can be redriven or not as of `now_ms`."""
    summary = await journal.find(arn)
    if summary is None:
        return None
    info = info_of(summary)
    texts = _Texts(journal, summary.key)
    output = error = cause = None
    wanted, history_events = {INPUT_REF}, 0
    if summary.status != "RUNNING":
        last = decode_row((await journal.rows_at(summary.key, [summary.sequence]))[summary.sequence])
        closing, history_events = last.events[-1], last.counters.next_event_id - 1
        if closing[0] == EXECUTION_SUCCEEDED:
            output = closing[2]
            wanted.add(output)
        elif summary.status != "TIMED_OUT":
            # AWS describes a timed-out execution without error and cause, though its last event has them.
            error, cause = closing[2], closing[3]
    await texts.load(wanted)
    return ExecutionView(
        arn=summary.arn,
        state_machine_arn=info.state_machine_arn,
        revision_id=info.revision_id,
        name=summary.name,
        status=summary.status,
        start_ms=summary.start_ms,
        stop_ms=summary.stop_ms,
        input=texts.text_of(INPUT_REF),
        output=None if output is None else texts.text_of(output),
        error=error,
        cause=cause,
        trace_header=info.trace_header,
        version_arn=info.version_arn,
        alias_arn=info.alias_arn,
        map_run_arn=info.map_run_arn,
        position=info.position,
        redrives=info.redrives,
        not_redrivable=refusal(
            summary.status, summary.start_ms, summary.stop_ms, history_events, now_ms, history_events_max
        ),
    )


async def input_of(journal: Journal, key: int) -> bytes:
    """The input an execution was started with, as it was given."""
    return decode_row((await journal.rows_at(key, [1]))[1]).payloads[0]


async def history(
    journal: Journal, summary: ExecutionSummary, *, after_event_id: int, limit: int, reverse: bool, include_data: bool
) -> tuple[list[dict[str, Any]], int | None]:
    """A page of events in AWS's shape and the event id to go on after; see `EngineApi.history`."""
    texts = _Texts(journal, summary.key)
    events: list[dict[str, Any]] = []
    size = 0
    sequence = await _sequence_of(journal, summary, after_event_id, reverse)
    while len(events) <= limit:
        rows = await journal.rows(
            summary.key,
            after=0 if reverse else sequence - 1,
            before=sequence + 1 if reverse else None,
            limit=ROWS_PER_READ,
            descending=reverse,
        )
        if not rows:
            break
        for row_sequence, data in rows:
            row = decode_row(data)
            texts.add(row_sequence, row)
            if include_data:
                await texts.load(referenced(row))
            rendered = render_row(row, texts.text_of, include_data)
            events.extend(reversed(rendered) if reverse else rendered)
            # The first row read holds events before the page's beginning.
            if after_event_id and row_sequence == sequence:
                events = [event for event in events if _is_after(event["id"], after_event_id, reverse)]
            size += sum(_size(event) for event in rendered)
            if len(events) > limit or size > PAGE_BYTES:
                break
        last_sequence = row_sequence
        after_event_id = 0
        if size > PAGE_BYTES:
            break
        sequence = last_sequence - 1 if reverse else last_sequence + 1
    page = events[:limit]
    if not page:
        return page, None
    reached = page[-1]["id"]
    last = 1 if reverse else await _last_event_id(journal, summary)
    return page, None if reached == last else reached


def _size(event: dict[str, Any]) -> int:
    """About what an event takes in the answer."""
    return sum(
        len(value)
        for details in event.values()
        if isinstance(details, dict)
        for value in details.values()
        if isinstance(value, str)
    )


async def _last_event_id(journal: Journal, summary: ExecutionSummary) -> int:
    row = decode_row((await journal.rows_at(summary.key, [summary.sequence]))[summary.sequence])
    return row.first_event_id + len(row.events) - 1


async def row_events(journal: Journal, key: int, row: Row, *, include_data: bool) -> list[dict[str, Any]]:
    """One row's events in AWS's shape."""
    texts = _Texts(journal, key)
    if include_data:
        await texts.load(referenced(row))
    return render_row(row, texts.text_of, include_data)


def _is_after(event_id: int, after_event_id: int, reverse: bool) -> bool:
    return event_id < after_event_id if reverse else event_id > after_event_id


async def _sequence_of(journal: Journal, summary: ExecutionSummary, after_event_id: int, reverse: bool) -> int:
    """The sequence of the row that holds the page's first event, found by bisection."""
    if not after_event_id:
        return summary.sequence if reverse else 1
    wanted = after_event_id - 1 if reverse else after_event_id + 1
    low, high = 1, summary.sequence
    while low < high:
        middle = (low + high + 1) // 2
        row = decode_row((await journal.rows_at(summary.key, [middle]))[middle])
        if row.first_event_id <= wanted:
            low = middle
        else:
            high = middle - 1
    return low


class _Texts:
    """Payload texts by reference, read row by row as they are wanted."""

    def __init__(self, journal: Journal, key: int) -> None:
        self._journal = journal
        self._key = key
        self._payloads: dict[int, list[bytes]] = {}

    def add(self, sequence: int, row: Row) -> None:
        """A row that has been read anyway."""
        self._payloads[sequence] = row.payloads

    async def load(self, refs: set[int]) -> None:
        """Read the rows that hold these payloads."""
        missing = sorted({row_of(ref)[0] for ref in refs} - self._payloads.keys())
        if missing:
            for sequence, data in (await self._journal.rows_at(self._key, missing)).items():
                self._payloads[sequence] = decode_row(data).payloads

    def text_of(self, ref: int) -> str:
        """The text of a loaded payload."""
        sequence, index = row_of(ref)
        return self._payloads[sequence][index].decode()
