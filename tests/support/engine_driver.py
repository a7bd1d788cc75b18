"""Drives a whole engine on virtual time, with tasks that wait for their test and a store that can fail."""

import asyncio
import contextlib
import json

from driver import INFO, checked

from podium.core.jsontext import encode
from podium.engine.engine import Engine
from podium.integrations.contract import TaskOutcome
from podium.store.contract import Append, StoreError
from podium.store.records import REVISION, RevisionRecord, StateMachineRecord, pack
from podium.testing import VirtualClock

ARN_PREFIX = INFO.arn.rpartition(":")[0]


class WaitingPerformer:
    """Tasks wait here until the test says how they end."""

    def __init__(self):
        self.performed = []
        self.cancelled = []
        self.waiting = {}
        self.answers = {}
        """Function -> outcome, delivered at once."""

    def perform(self, command, deliver):
        self.performed.append(command)
        answer = self.answers.get(command.resource.action)
        if answer is not None:
            deliver(answer)
        else:
            self.waiting[command.execution_arn, command.scheduled_id] = (command, deliver)

    def cancel(self, command):
        self.cancelled.append(command)
        self.waiting.pop((command.execution_arn, command.scheduled_id), None)

    def take(self, function=None):
        """The first waiting command (of a function) and its delivery; it waits no more."""
        key = next(key for key, (c, _) in self.waiting.items() if function in (None, c.resource.action))
        return self.waiting.pop(key)

    def succeed(self, output=None, function=None):
        self.take(function)[1](TaskOutcome(output=json.dumps(output).encode()))

    def fail(self, error, cause=None, function=None):
        self.take(function)[1](TaskOutcome(error=error, cause=cause))


class WatchedStore:
    """A store whose commits are seen, can be held and can fail; everything takes a turn of the loop."""

    def __init__(self, store):
        self._store = store
        self.batches = []
        """Every batch handed to `commit`: lists of (key, sequence)."""
        self.written = []
        """The writes of every batch that was stored."""
        self.failures = []
        """Errors the next commits raise instead of committing."""
        self.load_failures = []
        self.open_gate = asyncio.Event()
        self.open_gate.set()

    async def commit(self, shard, epoch, writes):
        self.batches.append([(w.key, w.sequence) for w in writes if isinstance(w, Append)])
        await asyncio.sleep(0)
        await self.open_gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        refused = await self._store.commit(shard, epoch, writes)
        self.written.append([write for write in writes if write.key not in refused])
        return refused

    async def load(self, key):
        await asyncio.sleep(0)
        if self.load_failures:
            raise self.load_failures.pop(0)
        return await self._store.load(key)

    async def resumable(self, after_key, limit):
        await asyncio.sleep(0)
        return await self._store.resumable(after_key, limit)

    async def due(self, until_ms, limit):
        await asyncio.sleep(0)
        return await self._store.due(until_ms, limit)

    def __getattr__(self, name):
        return getattr(self._store, name)


def broken(times=1):
    """So many failures of the disk."""
    return [StoreError("the disk is full") for _ in range(times)]


async def until(condition):
    """Let the loop turn until something holds; a store may need a thread for it."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0)


class EngineRun:
    """One engine over a store. `crash` leaves it as a power cut would, and opens another over the same store."""

    def __init__(self, store):
        self.store = WatchedStore(store)
        self.clock = VirtualClock()
        self.performer = WaitingPerformer()
        self.engine = None
        self.revisions = {}

    async def open(self, **options):
        self.engine = await Engine.open(self.store, self.performer, self.clock, **options)
        return self

    async def crash(self, **options):
        engine, self.engine = self.engine, None
        tasks = [engine._committer._task, *engine._background.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Timers of the old engine stay behind with its clock, deliveries with its performer.
        self.clock = VirtualClock(self.clock.now_ms())
        self.performer = WaitingPerformer()
        self.store.open_gate.set()
        self.store.failures.clear()
        return await self.open(**options)

    async def start(self, definition, input_value=None, name="one"):
        """Start an execution and give its ARN; a definition is a revision of its own."""
        text = encode(checked(definition)).decode()
        machine_arn = INFO.state_machine_arn
        revision_id = self.revisions.setdefault(text, f"revision-{len(self.revisions)}")
        revision = RevisionRecord(revision_id, machine_arn, text, INFO.role_arn, "STANDARD", 0)
        await self.store.put(REVISION, revision_id, pack(revision))
        started = await self.engine.start_execution(
            state_machine=StateMachineRecord(machine_arn, "orders", "STANDARD", revision_id, 0, 0),
            revision=revision,
            execution_arn=f"{ARN_PREFIX}:{name}",
            name=name,
            input=json.dumps({} if input_value is None else input_value).encode(),
        )
        self.started = started
        return started.arn

    async def settle(self):
        """Until nothing more happens without time passing or an outcome."""
        await self.engine.quiet()

    async def advance(self, seconds):
        await self.clock.advance(round(seconds * 1000), self.engine.quiet)

    async def describe(self, name="one"):
        return await self.engine.describe_execution(f"{ARN_PREFIX}:{name}")

    async def status(self, name="one"):
        view = await self.describe(name)
        return None if view is None else view.status

    async def output(self, name="one"):
        view = await self.describe(name)
        assert view.status == "SUCCEEDED", view
        return json.loads(view.output)

    async def history(self, name="one", *, reverse=False, limit=1000, page=None, include_data=True):
        """All events, read in pages of `limit`."""
        arn, events, after = f"{ARN_PREFIX}:{name}", [], 0
        while True:
            found, after = await self.engine.history(
                arn, after_event_id=after, limit=limit, reverse=reverse, include_data=include_data
            )
            assert len(found) <= limit
            events += found
            if after is None:
                return events

    async def types(self, name="one"):
        return [event["type"] for event in await self.history(name)]

    async def close(self):
        with contextlib.suppress(Exception):
            await self.engine.close()
