"""All Map Runs of an engine: started by commands, taken up after a crash, seen and changed by the API.

A run's record is written before its first child starts, and a marker while it is open, so that a run whose execution
went on without it (the command to stop it was lost in a crash) is found and ended.
"""

import logging
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from podium.core.machine.chance import derived_uuid
from podium.core.machine.commands import StartMapRun, StopMapRun
from podium.core.machine.decision import Decision
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.map_run import machine_of
from podium.core.machine.redrive import REDRIVABLE_MS, UNSUCCESSFUL
from podium.engine import map_run_redrive, stored_info
from podium.engine.map_run import MapRun, new_record
from podium.engine.map_run_children import Surroundings, children_of
from podium.integrations.contract import TaskOutcome
from podium.store.contract import StoreError
from podium.store.map_runs import (
    MAP_RUN,
    MAP_RUN_OF_EXECUTION,
    OPEN_MAP_RUN,
    RUNNING,
    MapRunRecord,
    execution_key,
    pack_map_run,
    unpack_map_run,
)
from podium.store.records import REVISION, RevisionRecord, pack

log = logging.getLogger(__name__)

OPEN_READ = 1000

Deliver = Callable[[TaskOutcome], None]


class MapRunView(Struct):
    """A Map Run as DescribeMapRun shows it."""

    record: MapRunRecord
    running: tuple[int, int] = (0, 0)
    """How many children run, and of how many items."""
    pending_redrive: tuple[int, int] = (0, 0)
    """How many children wait for being redriven, and of how many items."""
    not_redrivable: tuple[int, int] = (0, 0)
    """How many children ended badly and can't be redriven, and of how many items."""


class MapRuns:
    """Map Runs by ARN."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._runs: dict[str, MapRun] = {}
        self._wanted: set[str] = set()
        """Runs some execution waits for, those that are still being taken up included."""

    # -- what executions ask -------------------------------------------------------------------------------------

    def start(self, command: StartMapRun, deliver: Deliver) -> None:
        """Run it, or go on with it; `deliver` is called at most once. Repeating it does nothing."""
        if command.map_run_arn not in self._wanted:
            self._wanted.add(command.map_run_arn)
            self._around.spawn(self._take_up(command, deliver))

    def stop(self, command: StopMapRun) -> None:
        """Nobody waits for it any more."""
        arn = command.map_run_arn
        self._wanted.discard(arn)
        run = self._runs.get(arn)
        if run is not None:
            run.abort()

    def child_ended(self, info: ExecutionInfo, decision: Decision) -> None:
        """A child's end is durable."""
        run = self._runs.get(info.map_run_arn or "")
        if run is not None:
            status = decision.execution.status
            output = None if decision.output is None else decision.output.text
            full = decision.next_event_id - 1 >= self._around.limits.history_events - 1
            run.child_ended(info.arn, status, output, redrivable=status not in UNSUCCESSFUL or not full)

    async def _take_up(self, command: StartMapRun, deliver: Deliver) -> None:
        arn = command.map_run_arn
        while arn in self._runs:
            # An earlier attempt that was aborted completes what it does first.
            await self._runs[arn].over.wait()
        try:
            record = await self._record(command)
            revision = await self._revision(command)
        except StoreError as error:
            log.error("Map Run %s could not be taken up and is tried again: %s", arn, error)
            self._around.later(lambda: self._around.spawn(self._take_up(command, deliver)))
            return
        if record.status == "FAILED":
            self._wanted.discard(arn)
            deliver(TaskOutcome(error=record.error, cause=record.cause))
            return
        # One that succeeded without its execution having heard of it is wound up again, to the same end.
        record.status, record.stop_ms = RUNNING, None

        def ended(outcome: TaskOutcome | None) -> None:
            self._runs.pop(arn, None)
            # One that was aborted is wanted by nobody, or again already: by a redrive that waits for this.
            if outcome is not None:
                self._wanted.discard(arn)
                deliver(outcome)

        run = self._runs[arn] = MapRun(self._around, command, record, revision, ended)
        if arn not in self._wanted:
            run.abort()
        run.poke()

    async def _record(self, command: StartMapRun) -> MapRunRecord:
        store, arn = self._around.store, command.map_run_arn
        found = await store.get(MAP_RUN, arn)
        if found is not None:
            record = unpack_map_run(found.data)
            if record.redrive_count < command.redrive_count:
                map_run_redrive.begin(record, command.redrive_count, self._around.clock.now_ms())
                await store.put(OPEN_MAP_RUN, arn, b"")
                await store.put(MAP_RUN, arn, pack_map_run(record))
            return record
        record = new_record(command, self._around.clock.now_ms())
        key = execution_key(command.execution_arn, command.scheduled_id)
        await store.put(MAP_RUN_OF_EXECUTION, key, arn.encode())
        await store.put(OPEN_MAP_RUN, arn, b"")
        await store.put(MAP_RUN, arn, pack_map_run(record))
        return record

    async def _revision(self, command: StartMapRun) -> RevisionRecord:
        """What the children are pinned to: the item processor, as a definition of its own."""
        plan = command.plan
        prefix, name = command.map_run_arn.split(":mapRun:")
        machine_arn = f"{prefix}:stateMachine:{machine_of(name)}/{plan.label}"
        revision_id = derived_uuid(command.revision_id, plan.label)
        found = await self._around.store.get(REVISION, revision_id)
        revision = RevisionRecord(
            revision_id,
            machine_arn,
            plan.processor,
            command.role_arn,
            plan.execution_type,
            self._around.clock.now_ms(),
        )
        if found is None:
            await self._around.store.put(REVISION, revision_id, pack(revision))
        return revision

    async def recover(self) -> None:
        """End open runs that no execution waits for any more."""
        store, after = self._around.store, ""
        while markers := await store.list(OPEN_MAP_RUN, after=after, limit=OPEN_READ):
            after = markers[-1].key
            for marker in markers:
                if marker.key not in self._wanted:
                    await self._end_orphan(marker.key)

    async def _end_orphan(self, arn: str) -> None:
        store = self._around.store
        async for summary in children_of(store, arn, RUNNING):
            await self._around.stop(summary.arn, None, None)
        found = await store.get(MAP_RUN, arn)
        if found is not None:
            record = unpack_map_run(found.data)
            if record.status == RUNNING:
                record.status, record.stop_ms = "ABORTED", self._around.clock.now_ms()
                await store.put(MAP_RUN, arn, pack_map_run(record))
        await store.delete(OPEN_MAP_RUN, arn)

    # -- what the API asks --------------------------------------------------------------------------------------

    async def describe(self, arn: str) -> MapRunView | None:
        """The run with this ARN, as it is now."""
        run = self._runs.get(arn)
        if run is not None:
            progress = run.progress
            return MapRunView(run.record, progress.running_counts, progress.pending_counts, run.record.not_redrivable)
        found = await self._around.store.get(MAP_RUN, arn)
        if found is None:
            return None
        record = unpack_map_run(found.data)
        expired = self._around.clock.now_ms() - record.start_ms > REDRIVABLE_MS and not record.express
        return MapRunView(record, not_redrivable=await self._expired(arn) if expired else record.not_redrivable)

    async def _expired(self, arn: str) -> tuple[int, int]:
        """How many children of an old run ended badly too long ago to be redriven, and of how many items."""
        executions = items = 0
        latest_ms = self._around.clock.now_ms() - REDRIVABLE_MS
        for status in UNSUCCESSFUL:
            async for summary in children_of(self._around.store, arn, status):
                if summary.stop_ms is not None and summary.stop_ms < latest_ms:
                    executions += 1
                    items += stored_info.info_of(summary).item_count or 0
        return executions, items

    async def of_execution(self, execution_arn: str, after: str, limit: int) -> list[tuple[str, MapRunRecord]]:
        """An execution's runs in the order they were started, each with the `after` of what follows it."""
        prefix = f"{execution_arn} "
        keys = await self._around.store.list(MAP_RUN_OF_EXECUTION, prefix=prefix, after=after, limit=limit)
        listed = []
        for entry in keys:
            view = await self.describe(entry.data.decode())
            if view is not None:
                listed.append((entry.key, view.record))
        return listed

    async def update(self, arn: str, limits: dict[str, Any]) -> bool:
        """Change limits of a run under way (`MapRunRecord`'s names), durably; False when it isn't."""
        run = self._runs.get(arn)
        if run is None:
            return False
        await run.update(limits)
        return True
