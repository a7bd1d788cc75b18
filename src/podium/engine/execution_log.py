"""The execution log: what a state machine's LoggingConfiguration asks for, as the lines AWS writes.

Told of decisions once they are durable, it notes which ones are wanted in a bounded queue; a task of its own
renders them later, from the journal for Standard executions, and hands the lines to a sink. An execution never
waits for any of it: what the queue has no room for is counted and dropped. Machines that log nothing cost one
look into an empty dict.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from podium.core import jsontext
from podium.core.machine import events
from podium.core.machine.decision import Decision
from podium.core.machine.events import EVENT_TYPES, Event
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.history import render_event
from podium.core.machine.journal import decode_row
from podium.core.machine.payload import INDEX_BITS
from podium.engine.views import row_events
from podium.integrations.log_delivery import LogLine, LogSink
from podium.store.contract import Journal
from podium.store.records import RevisionRecord

log = logging.getLogger(__name__)

QUEUE_DECISIONS_MAX: Final = 20_000
QUEUE_BYTES_MAX: Final = 64 * 1024 * 1024
"""Of payloads that only the queue holds: those of Express executions."""
WRITE_BYTES: Final = 1024 * 1024
"""Lines are handed on when they are this many bytes, or all there are."""
REVISIONS_MAX: Final = 65_536
DATA_BYTES_MAX: Final = 248 * 1024
"""An escaped input or output longer than this is truncated."""
CLOSE_SECONDS: Final = 5.0

_FATAL: Final = frozenset({events.EXECUTION_FAILED, events.EXECUTION_ABORTED, events.EXECUTION_TIMED_OUT})
_ERROR: Final = _FATAL | {
    code
    for code, event_type in EVENT_TYPES.items()
    if event_type.name in ("FailStateEntered", "EvaluationFailed")
    or (event_type.name.endswith(("Failed", "Aborted", "TimedOut")) and not event_type.name.startswith("Execution"))
}
_LEVELS: Final[dict[str, frozenset[int]]] = {"ALL": frozenset(EVENT_TYPES), "ERROR": _ERROR, "FATAL": _FATAL}


class LogSettings(Struct, frozen=True):
    """What a revision wants logged: events by code, with or without their data, to one log group."""

    log_group_arn: str
    codes: frozenset[int]
    include_data: bool


class _Wanted(Struct):
    """A decision whose events are to be logged; those of an Express execution come with it."""

    info: ExecutionInfo
    settings: LogSettings
    lines: int
    key: int = 0
    sequence: int = 0
    first_event_id: int = 0
    at_ms: int = 0
    events: Sequence[Event] = ()
    texts: Mapping[int, bytes] = {}
    bytes: int = 0


def settings_of(revision: RevisionRecord) -> LogSettings | None:
    """What a revision wants logged; None for nothing."""
    configuration = revision.logging_configuration or {}
    codes = _LEVELS.get(configuration.get("level", "OFF"))
    destinations = configuration.get("destinations")
    if codes is None or not destinations:
        return None
    arn = destinations[0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn")
    return None if arn is None else LogSettings(arn, codes, configuration.get("includeExecutionData", False))


class ExecutionLog:
    """Logs executions. Without a sink it logs nothing."""

    def __init__(self, journal: Journal, sink: LogSink | None) -> None:
        self._journal = journal
        self._sink = sink
        self._settings: dict[str, LogSettings] = {}
        """By revision id, of revisions that log."""
        self._queue: deque[_Wanted] = deque()
        self._queued_bytes = 0
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0
        """Lines that went nowhere: the queue was full, or their destination didn't take them."""

    def add(self, revision: RevisionRecord) -> None:
        """Learn what executions of a revision want logged."""
        if self._sink is not None and (settings := settings_of(revision)) is not None:
            if len(self._settings) >= REVISIONS_MAX:
                del self._settings[next(iter(self._settings))]
            self._settings[revision.revision_id] = settings

    def tell(self, info: ExecutionInfo, key: int, decision: Decision) -> None:
        """A decision of a Standard execution has become durable."""
        settings = self._settings.get(info.revision_id)
        if settings is not None:
            lines = _count(decision.events, settings.codes)
            if lines:
                self._put(_Wanted(info, settings, lines, key=key, sequence=decision.sequence))

    def express(self, info: ExecutionInfo) -> "ExpressLog | None":
        """What logs one Express execution; None when nothing is to be logged."""
        settings = self._settings.get(info.revision_id)
        return None if settings is None else ExpressLog(self, info, settings)

    def put_express(self, wanted: _Wanted) -> None:
        """Log events of an Express execution."""
        self._put(wanted)

    async def flushed(self) -> None:
        """Return when everything told so far has been handed to the sink or dropped."""
        await self._idle.wait()

    async def close(self) -> None:
        """Hand on what is queued, as far as a few seconds go; then stop."""
        if self._task is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), CLOSE_SECONDS)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _put(self, wanted: _Wanted) -> None:
        if len(self._queue) >= QUEUE_DECISIONS_MAX or self._queued_bytes + wanted.bytes > QUEUE_BYTES_MAX:
            self.dropped += wanted.lines
            return
        self._queue.append(wanted)
        self._queued_bytes += wanted.bytes
        self._idle.clear()
        self._arrived.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="execution-log")

    async def _run(self) -> None:
        assert self._sink is not None
        reported = 0
        while True:
            await self._arrived.wait()
            lines = await self._render_some()
            if lines:
                try:
                    self.dropped += await self._sink.write(lines)
                except Exception:
                    self.dropped += len(lines)
                    log.exception("%d log lines could not be delivered", len(lines))
            if self.dropped > reported:
                reported = self.dropped
                log.warning("%d log lines of executions have been dropped since the start", reported)
            if not self._queue:
                self._arrived.clear()
                self._idle.set()

    async def _render_some(self) -> list[LogLine]:
        """The lines of the queue's first decisions: as many of them as are worth a write."""
        lines: list[LogLine] = []
        size = 0
        while self._queue and size < WRITE_BYTES:
            wanted = self._queue.popleft()
            self._queued_bytes -= wanted.bytes
            try:
                rendered = await self._render(wanted)
            except Exception:
                self.dropped += wanted.lines
                log.exception("events of %s could not be logged", wanted.info.arn)
            else:
                lines += rendered
                size += sum(len(line.text) for line in rendered)
            await asyncio.sleep(0)
        return lines

    async def _render(self, wanted: _Wanted) -> list[LogLine]:
        settings = wanted.settings
        if not wanted.key:
            return [
                render_line(
                    wanted.info,
                    settings,
                    render_event(
                        event,
                        wanted.first_event_id + position,
                        wanted.at_ms,
                        lambda ref: wanted.texts[ref].decode(),
                        settings.include_data,
                    ),
                )
                for position, event in enumerate(wanted.events)
                if event[0] in settings.codes
            ]
        row = decode_row((await self._journal.rows_at(wanted.key, [wanted.sequence]))[wanted.sequence])
        shown = await row_events(self._journal, wanted.key, row, include_data=settings.include_data)
        return [
            render_line(wanted.info, settings, rendered)
            for event, rendered in zip(row.events, shown, strict=True)
            if event[0] in settings.codes
        ]


class ExpressLog:
    """Logs one Express execution, whose payloads no journal keeps."""

    def __init__(self, log: ExecutionLog, info: ExecutionInfo, settings: LogSettings) -> None:
        self._log = log
        self._info = info
        self._settings = settings
        self._texts: dict[int, bytes] = {}

    def tell(self, decision: Decision) -> None:
        """A decision has been made."""
        new_bytes = 0
        if self._settings.include_data:
            base = decision.sequence << INDEX_BITS
            self._texts.update((base + index, text) for index, text in enumerate(decision.payloads))
            new_bytes = decision.payload_bytes
        self._put(decision.first_event_id, decision.now_ms, decision.events, new_bytes)

    def tell_end(self, event_id: int, at_ms: int, event: Event) -> None:
        """The execution was ended by an event that no decision made."""
        self._put(event_id, at_ms, [event], 0)

    def _put(self, first_event_id: int, at_ms: int, happened: Sequence[Event], new_bytes: int) -> None:
        lines = _count(happened, self._settings.codes)
        if lines:
            self._log.put_express(
                _Wanted(
                    self._info,
                    self._settings,
                    lines,
                    first_event_id=first_event_id,
                    at_ms=at_ms,
                    events=happened,
                    texts=self._texts,
                    bytes=new_bytes,
                )
            )


def render_line(info: ExecutionInfo, settings: LogSettings, shown: dict[str, Any]) -> LogLine:
    """The line of one event in the API's shape (`render_event`)."""
    details: dict[str, Any] = next((value for name, value in shown.items() if name.endswith("EventDetails")), {})
    line = {
        "id": str(shown["id"]),
        "type": shown["type"],
        "details": {name: _fitting(name, value, details) for name, value in details.items()},
        "previous_event_id": str(shown["previousEventId"]),
        "event_timestamp": str(shown["timestamp"]),
        "execution_arn": info.arn,
        "redrive_count": "0",
    }
    return LogLine(settings.log_group_arn, info.state_machine_name, shown["timestamp"], jsontext.encode(line))


def _fitting(name: str, value: Any, details: Mapping[str, Any]) -> Any:
    """A detail as a line may hold it: data cut to its bound, and a mark beside it saying so."""
    if name in ("input", "output", "parameters"):
        return _cut(value)
    if name in ("inputDetails", "outputDetails"):
        data = details[name.removesuffix("Details")]
        return {"truncated": len(_cut(data)) < len(data)}
    return value


def _cut(text: str) -> str:
    # Escaping makes a character six bytes at most.
    if len(text) * 6 <= DATA_BYTES_MAX:
        return text
    while (size := len(jsontext.encode(text))) > DATA_BYTES_MAX:
        text = text[: len(text) * DATA_BYTES_MAX // size]
    return text


def _count(happened: Sequence[Event], codes: frozenset[int]) -> int:
    if len(codes) == len(EVENT_TYPES):
        return len(happened)
    return sum(1 for event in happened if event[0] in codes)
