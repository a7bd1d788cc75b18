"""Loaded machines: compiled once per revision, bounded, found in the catalogue."""

import pytest
from definitions import machine
from driver import checked

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
