"""Secrets: made once, however many ask for one, and kept."""

import pytest

from podium.store.memory import MemoryStore
from podium.store.secrets import PAGE_TOKENS, SECRET_BYTES, TASK_TOKENS, kept_secret


@pytest.fixture
def store():
    return MemoryStore()


async def test_a_secret_is_made_once_for_each_purpose(store):
    made = await kept_secret(store, TASK_TOKENS)
    assert len(made) == SECRET_BYTES
    assert await kept_secret(store, TASK_TOKENS) == made
    assert await kept_secret(store, PAGE_TOKENS) != made


async def test_two_that_make_it_at_once_use_the_same(store):
    get, others = store.get, []

    async def get_before_the_other_wrote(kind, key):
        store.get = get
        others.append(await kept_secret(store, TASK_TOKENS))

    store.get = get_before_the_other_wrote
    assert [await kept_secret(store, TASK_TOKENS)] == others
