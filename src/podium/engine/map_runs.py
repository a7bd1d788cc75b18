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
from podium.core.machine.map_run import machine_of
from podium.engine.map_run import MapRun, Surroundings, new_record
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

    def child_ended(self, map_run_arn: str, arn: str, status: str, output: bytes | None) -> None:
        """A child's end is durable."""
        run = self._runs.get(map_run_arn)
        if run is not None:
            run.child_ended(arn, status, output)

    async def _take_up(self, command: StartMapRun, deliver: Deliver) -> None:
        arn = command.map_run_arn
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
            self._wanted.discard(arn)
            if outcome is not None:
                deliver(outcome)

        run = self._runs[arn] = MapRun(self._around, command, record, revision, ended)
        if arn not in self._wanted:
            run.abort()
        run.poke()

    async def _record(self, command: StartMapRun) -> MapRunRecord:
        store, arn = self._around.store, command.map_run_arn
        found = await store.get(MAP_RUN, arn)
        if found is not None:
            return unpack_map_run(found.data)
        record = new_record(arn, command.execution_arn, command.plan.limits, self._around.clock.now_ms())
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
        for summary in await store.list_executions(state_machine_arn=arn, status=RUNNING, limit=1 << 30):
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
            return MapRunView(run.record, run.running)
        found = await self._around.store.get(MAP_RUN, arn)
        return None if found is None else MapRunView(unpack_map_run(found.data))

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

    def update(self, arn: str, limits: dict[str, Any]) -> bool:
        """Change limits of a run under way (`MapRunRecord`'s names); False when it isn't."""
        run = self._runs.get(arn)
        if run is None:
            return False
        run.update(limits)
        return True
