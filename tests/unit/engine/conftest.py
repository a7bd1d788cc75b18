"""One engine over each kind of store, on virtual time."""

import pytest
from engine_driver import EngineRun

from podium.store.memory import MemoryStore
from podium.store.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
async def run(request, tmp_path):
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "data")
    run = await EngineRun(store).open()
    yield run
    await run.close()
    await store.close()
