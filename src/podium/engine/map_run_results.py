"""What becomes of a Map Run's results: one output in the items' order, or files behind a manifest.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html. Everything is read back from the
children's journals, one child at a time, so neither size nor a crash matters.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine.context import iso_time
from podium.core.machine.execution_view import ExecutionView
from podium.core.machine.limits import Limits
from podium.core.machine.map_run import MapRunPlan
from podium.engine import views
from podium.integrations.items.contract import WRITER_FAILED, Items, ItemsFailed, ResultFile
from podium.store.contract import Journal

FILE_BYTES_MAX: Final = 5_000_000_000
"""AWS's bound of one result file."""

_SUCCEEDED: Final = "SUCCEEDED"
_GROUPS: Final = ("FAILED", "PENDING", _SUCCEEDED)


def child_result(view: ExecutionView) -> dict[str, Any]:
    """A child as result files show it, with all it is known by."""
    shown: dict[str, Any] = {"ExecutionArn": view.arn, "Input": view.input, "InputDetails": {"Included": True}}
    shown["Name"] = view.name
    if view.output is not None:
        shown |= {"Output": view.output, "OutputDetails": {"Included": True}}
    redrives = view.redrives
    shown["RedriveCount"] = redrives.count
    if redrives.count and redrives.at_ms is not None:
        shown["RedriveDate"] = iso_time(redrives.at_ms)
    shown["RedriveStatus"] = "REDRIVABLE" if view.not_redrivable is None else "NOT_REDRIVABLE"
    if view.not_redrivable is not None:
        shown["RedriveStatusReason"] = view.not_redrivable
    shown |= {"StartDate": iso_time(view.start_ms), "StateMachineArn": view.state_machine_arn, "Status": view.status}
    if view.stop_ms is not None:
        shown["StopDate"] = iso_time(view.stop_ms)
    shown |= {key: value for key, value in (("Error", view.error), ("Cause", view.cause)) if value is not None}
    return shown


def shaped(view: ExecutionView, transformation: str) -> list[bytes]:
    """A child's results as WriterConfig wants them, JSON texts; what failed always carries its metadata."""
    if view.status != _SUCCEEDED or view.output is None or transformation == "NONE":
        return [jsontext.encode(child_result(view))]
    if transformation == "FLATTEN":
        output = jsontext.decode(view.output)
        if isinstance(output, list):
            return [jsontext.encode(element) for element in output]
    return [view.output.encode()]


class Results:
    """Reads the children of one Map Run, in order."""

    def __init__(self, journal: Journal, plan: MapRunPlan, map_run_arn: str, now_ms: int, limits: Limits) -> None:
        self._journal = journal
        self._now_ms = now_ms
        self._limits = limits
        self._plan = plan
        self._map_run_arn = map_run_arn

    async def output(self, children: AsyncIterator[str], known: Mapping[str, bytes]) -> bytes | None:
        """All results as one JSON text; None when it is larger than a payload may be.

        Args:
            known: outputs at hand, by the child's ARN.
        """
        transformation, output_type = self._plan.writer.transformation, self._plan.writer.output_type
        texts: list[bytes] = []
        size = 2
        async for arn in children:
            if transformation == "COMPACT" and arn in known:
                found = [known[arn]]
            else:
                found = shaped(await self._view(arn), transformation)
            texts += found
            size += sum(map(len, found)) + len(found)
            if size > self._limits.payload_bytes:
                return None
        if output_type == "JSONL":
            return jsontext.encode(b"\n".join(texts).decode())
        return b"[" + b",".join(texts) + b"]"

    async def write(self, children: AsyncIterator[str], pending: AsyncIterator[bytes], items: Items) -> bytes:
        """Write the result files and the manifest; gives the state's output.

        Raises:
            ItemsFailed: they can't be written.
        """
        parameters = self._plan.writer.parameters or {}
        bucket, prefix = parameters.get("Bucket"), parameters.get("Prefix", "")
        if not isinstance(bucket, str) or not isinstance(prefix, str):
            raise ItemsFailed(WRITER_FAILED, "The field 'Bucket' is required but was missing")
        run_id = self._map_run_arn.rpartition(":")[2]
        folder = "/".join(part for part in (prefix.rstrip("/"), run_id) if part)
        files = {group: _Files(items, bucket, f"{folder}/{group}", self._plan.writer.output_type) for group in _GROUPS}
        try:
            async for arn in children:
                view = await self._view(arn)
                group = _SUCCEEDED if view.status == _SUCCEEDED else "FAILED"
                await files[group].add(shaped(view, self._plan.writer.transformation))
            async for text in pending:
                await files["PENDING"].add([jsontext.encode({"Input": text.decode(), "Status": "PENDING"})])
            listed = {group: await written.close() for group, written in files.items()}
        except BaseException:
            for written in files.values():
                await written.discard()
            raise
        key = f"{folder}/manifest.json"
        manifest = {"DestinationBucket": bucket, "MapRunArn": self._map_run_arn, "ResultFiles": listed}
        await items.put(bucket, key, manifest)
        return jsontext.encode(
            {"MapRunArn": self._map_run_arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}},
        )

    async def _view(self, arn: str) -> ExecutionView:
        view = await views.describe(self._journal, arn, self._now_ms, self._limits.history_events)
        if view is None:
            raise LookupError(f"the child {arn} is not kept any more")
        return view


class _Files:
    """The files of one group: SUCCEEDED_0.json, SUCCEEDED_1.json, ... each made when there is something for it."""

    def __init__(self, items: Items, bucket: str, stem: str, output_type: str) -> None:
        self._items = items
        self._bucket = bucket
        self._stem = stem
        self._lines = output_type == "JSONL"
        self._file: ResultFile | None = None
        self._size = 0
        self._closed: list[dict[str, Any]] = []

    async def add(self, texts: list[bytes]) -> None:
        """Append results."""
        for text in texts:
            if self._file is not None and self._size + len(text) + 2 > FILE_BYTES_MAX:
                await self._close()
            if self._file is None:
                self._file = self._items.create(self._bucket, self._key())
                self._size = 0
            opening = b"" if self._lines else b"," if self._size else b"["
            piece = opening + text + (b"\n" if self._lines else b"")
            await self._file.write(piece)
            self._size += len(piece)

    async def close(self) -> list[dict[str, Any]]:
        """Store the last file; gives all of them as the manifest lists them."""
        await self._close()
        return self._closed

    async def discard(self) -> None:
        """Forget the file under way."""
        if self._file is not None:
            await self._file.discard()
            self._file = None

    async def _close(self) -> None:
        if self._file is None:
            return
        if not self._lines:
            await self._file.write(b"]")
        file, self._file = self._file, None
        self._closed.append({"Key": self._key(), "Size": await file.close()})

    def _key(self) -> str:
        return f"{self._stem}_{len(self._closed)}.{'jsonl' if self._lines else 'json'}"
