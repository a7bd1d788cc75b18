"""Loaded machines: compiled once per revision, bounded, found in the catalogue."""

import asyncio
import threading

import pytest
from definitions import machine
from driver import checked

from podium.core import interpreter
from podium.core.jsontext import encode
from podium.engine import machines
from podium.engine.machines import Machines, UnknownRevision
from podium.store.memory import MemoryStore
from podium.store.records import REVISION, RevisionRecord, pack


def revision(number):
    text = encode(checked(machine({f"S{number}": {"Type": "Pass"}}))).decode()
    return RevisionRecord(f"r{number}", "arn", text, "role", "STANDARD", 0)


async def test_one_compilation_per_revision():
    store = MemoryStore()
    await store.put(REVISION, "r1", pack(revision(1)))
    loaded = Machines(store)
    first = loaded.add(revision(1))
    assert loaded.add(revision(1)) is first
    assert await loaded.get("r1") is first
    assert (await Machines(store).get("r1")).scopes[0].start == "S1"


async def test_a_large_definition_is_compiled_once_beside_the_loop(monkeypatch):
    compiled = []
    load = interpreter.load

    def loading(definition, parameter_check):
        compiled.append(threading.current_thread())
        return load(definition, parameter_check)

    monkeypatch.setattr(interpreter, "load", loading)
    monkeypatch.setattr(machines, "LOADED_AT_ONCE_MAX", 10)
    told = []
    loaded = Machines(MemoryStore(), told.append)
    first, second = await asyncio.gather(loaded.ready(revision(1)), loaded.ready(revision(1)))
    assert first is second is await loaded.ready(revision(1)) is loaded.add(revision(1))
    assert [thread is threading.main_thread() for thread in compiled] == [False]
    assert [one.revision_id for one in told] == ["r1"]
    loaded.add(revision(2))
    assert compiled[1] is threading.main_thread()


async def test_a_definition_that_cannot_be_compiled_is_tried_again(monkeypatch):
    monkeypatch.setattr(machines, "LOADED_AT_ONCE_MAX", 10)
    loaded = Machines(MemoryStore())
    with monkeypatch.context() as broken:
        broken.setattr(interpreter, "load", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await loaded.ready(revision(1))
    assert (await loaded.ready(revision(1))).scopes[0].start == "S1"


async def test_an_unknown_revision():
    with pytest.raises(UnknownRevision):
        await Machines(MemoryStore()).get("none")


async def test_the_least_used_is_let_go(monkeypatch):
    monkeypatch.setattr(machines, "CACHED_MACHINES", 2)
    store = MemoryStore()
    loaded = Machines(store)
    first, second = loaded.add(revision(1)), loaded.add(revision(2))
    assert loaded.add(revision(1)) is first
    loaded.add(revision(3))
    assert loaded.add(revision(1)) is first
    assert loaded.add(revision(2)) is not second
