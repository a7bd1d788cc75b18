"""One store of each kind, and short ways to write what goes into it."""

from collections.abc import AsyncIterator

import pytest
from store_writes import Writing

from podium.store.memory import MemoryStore
from podium.store.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path) -> AsyncIterator[MemoryStore | SqliteStore]:
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "data")
    yield store
    await store.close()


@pytest.fixture
async def writing(store) -> Writing:
    return Writing(store, await store.claim(0))


@pytest.fixture
async def sqlite_store(tmp_path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "data")
    yield store
    await store.close()
