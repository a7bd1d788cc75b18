"""Where executions' log lines go: a CloudWatch Logs endpoint, or files under the data directory.

Best effort, as AWS's own delivery is: what a destination doesn't take is counted and gone. Blocking work happens
in daemon threads, so that a destination which hangs keeps neither an execution nor the process waiting.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

import asyncio
import logging
import re
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from msgspec import Struct

log = logging.getLogger(__name__)

EVENT_BYTES_MAX: Final = 256 * 1024
"""What CloudWatch Logs takes as one event, with its overhead."""
BATCH_BYTES_MAX: Final = 1024 * 1024
BATCH_EVENTS_MAX: Final = 10_000
EVENT_OVERHEAD_BYTES: Final = 26
BATCH_SPAN_MS: Final = 24 * 60 * 60 * 1000
FILE_BYTES_MAX: Final = 64 * 1024 * 1024
"""A file that is this long, or one write longer, is put aside."""
FILES_KEPT: Final = 5
"""Put aside, by log group."""
STREAM_AGE_MS: Final = 24 * 60 * 60 * 1000
"""A stream older than this gets no more events; a new one follows it."""
STREAMS_KEPT: Final = 4096
CHECK_SECONDS: Final = 5.0

_GROUP_ARN: Final = re.compile(r"arn:[\w-]+:logs:([a-z0-9-]+):(\d{12}):log-group:([.\-_/#A-Za-z0-9]{1,512})(?::\*)?")

T = TypeVar("T")


class LogGroup(NamedTuple):
    """A log group, as its ARN names it."""

    region: str
    account: str
    name: str


class LogLine(Struct, frozen=True, gc=False):
    """One event of an execution, rendered. `text` is a JSON object without a line break."""

    log_group_arn: str
    state_machine_name: str
    at_ms: int
    text: bytes


class LogSink(Protocol):
    """Takes log lines."""

    async def write(self, lines: Sequence[LogLine]) -> int:
        """Deliver lines, in the order they happened; returns how many could not be. Raises nothing."""

    async def group_exists(self, log_group_arn: str) -> bool:
        """Whether lines for this log group have somewhere to go; True when that can't be found out."""


class LogsClient(Protocol):
    """Calls to CloudWatch Logs. May block."""

    def call(self, service: str, operation: str, region: str, input: dict[str, Any]) -> dict[str, Any]:
        """The operation's answer. Raises what botocore raises."""


def parse_log_group(arn: str) -> LogGroup | None:
    """The log group of arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*, or None."""
    match = _GROUP_ARN.fullmatch(arn)
    return None if match is None else LogGroup(*match.groups())


class FileSink:
    """Appends lines to DIRECTORY/LOG GROUP.jsonl; of full files, the last few are kept beside it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def write(self, lines: Sequence[LogLine]) -> int:
        """See `LogSink.write`."""
        return await _in_thread(lambda: self._append(lines))

    async def group_exists(self, log_group_arn: str) -> bool:
        """See `LogSink.group_exists`: every well-formed group has a file."""
        return parse_log_group(log_group_arn) is not None

    def path_of(self, log_group_arn: str) -> Path | None:
        """The file of a log group; None when the ARN names none."""
        group = parse_log_group(log_group_arn)
        parts = [] if group is None else [part for part in group.name.split("/") if part not in ("", ".", "..")]
        if not parts:
            return None
        return self._directory.joinpath(*parts[:-1], f"{parts[-1]}.jsonl")

    def _append(self, lines: Sequence[LogLine]) -> int:
        lost = 0
        for arn, group_lines in _grouped(lines, lambda line: line.log_group_arn):
            path = self.path_of(arn)
            try:
                if path is None:
                    raise ValueError("there is no such log group")
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                text = b"".join(line.text + b"\n" for line in group_lines)
                with path.open("ab") as file:
                    size = file.tell() + len(text)
                    file.write(text)
                if size >= FILE_BYTES_MAX:
                    _rotate(path)
            except (OSError, ValueError) as error:
                lost += len(group_lines)
                log.warning("%d log lines for %s could not be written: %s", len(group_lines), arn, error)
        return lost


def _rotate(path: Path) -> None:
    """Begin a new file: NAME.jsonl becomes NAME.jsonl.1, that one .2, and the oldest goes."""
    for number in range(FILES_KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))


class CloudWatchSink:
    """Puts lines into streams `states/STATE MACHINE/YYYY-MM-DD-HH/ID` of their log groups.

    Args:
        client: makes the calls.
        new_id: gives a stream the end of its name.
    """

    def __init__(self, client: LogsClient, new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:8]) -> None:
        self._client = client
        self._new_id = new_id
        self._streams: OrderedDict[tuple[str, str], tuple[str, int]] = OrderedDict()
        """By log group and state machine: the open stream's name and its first event's time."""

    async def write(self, lines: Sequence[LogLine]) -> int:
        """See `LogSink.write`."""
        return await _in_thread(lambda: self._deliver(lines))

    async def group_exists(self, log_group_arn: str) -> bool:
        """See `LogSink.group_exists`."""
        group = parse_log_group(log_group_arn)
        if group is None:
            return False
        try:
            return await asyncio.wait_for(_in_thread(lambda: self._find(group)), CHECK_SECONDS)
        except Exception as error:
            log.warning("whether log group %s exists could not be found out: %r", log_group_arn, error)
            return True

    def _find(self, group: LogGroup) -> bool:
        found = self._client.call("logs", "DescribeLogGroups", group.region, {"logGroupNamePrefix": group.name})
        return any(listed["logGroupName"] == group.name for listed in found.get("logGroups", []))

    def _deliver(self, lines: Sequence[LogLine]) -> int:
        lost = 0
        for (arn, machine), stream_lines in _grouped(lines, lambda line: (line.log_group_arn, line.state_machine_name)):
            for batch in _batches(stream_lines):
                try:
                    lost += self._put(arn, machine, batch)
                except Exception as error:
                    lost += len(batch)
                    self._streams.pop((arn, machine), None)
                    log.warning("%d log lines for %s could not be delivered: %s", len(batch), arn, error)
            lost += sum(1 for line in stream_lines if _size(line) > EVENT_BYTES_MAX)
        return lost

    def _put(self, arn: str, machine: str, batch: Sequence[LogLine]) -> int:
        group = parse_log_group(arn)
        if group is None:
            raise ValueError("there is no such log group")
        answer = self._client.call(
            "logs",
            "PutLogEvents",
            group.region,
            {
                "logGroupName": group.name,
                "logStreamName": self._stream(arn, group, machine, batch[0].at_ms),
                "logEvents": [{"timestamp": line.at_ms, "message": line.text.decode()} for line in batch],
            },
        )
        refused = answer.get("rejectedLogEventsInfo") or {}
        old = max(refused.get("tooOldLogEventEndIndex", 0), refused.get("expiredLogEventEndIndex", 0))
        return int(old + len(batch) - refused.get("tooNewLogEventStartIndex", len(batch)))

    def _stream(self, arn: str, group: LogGroup, machine: str, at_ms: int) -> str:
        name, since_ms = self._streams.get((arn, machine), ("", at_ms - STREAM_AGE_MS))
        if at_ms - since_ms < STREAM_AGE_MS:
            self._streams.move_to_end((arn, machine))
            return name
        hour = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d-%H")
        name = f"states/{machine}/{hour}/{self._new_id()}"
        self._client.call("logs", "CreateLogStream", group.region, {"logGroupName": group.name, "logStreamName": name})
        self._streams[arn, machine] = (name, at_ms)
        if len(self._streams) > STREAMS_KEPT:
            self._streams.popitem(last=False)
        return name


def _size(line: LogLine) -> int:
    return len(line.text) + EVENT_OVERHEAD_BYTES


def _batches(lines: Iterable[LogLine]) -> Iterator[list[LogLine]]:
    """Lines in the order of their time, in portions one call may carry; those too large for any are left out."""
    batch: list[LogLine] = []
    size = 0
    for line in sorted(lines, key=lambda line: line.at_ms):
        if _size(line) > EVENT_BYTES_MAX:
            continue
        if batch and (
            size + _size(line) > BATCH_BYTES_MAX
            or len(batch) == BATCH_EVENTS_MAX
            or line.at_ms - batch[0].at_ms >= BATCH_SPAN_MS
        ):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += _size(line)
    if batch:
        yield batch


K = TypeVar("K")


def _grouped(lines: Iterable[LogLine], key: Callable[[LogLine], K]) -> list[tuple[K, list[LogLine]]]:
    groups: dict[K, list[LogLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return list(groups.items())


async def _in_thread(work: Callable[[], T]) -> T:
    """Do blocking work in a daemon thread."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except Exception as error:
            failure = error
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:
            # The loop is closed: nobody waits any more.
            return

    threading.Thread(target=run, name="log-delivery", daemon=True).start()
    return await done
