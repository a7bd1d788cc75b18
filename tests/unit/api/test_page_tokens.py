"""Page tokens: opaque, bound to their question, expiring, surviving a restart."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.api.errors import ApiError
from podium.api.page_tokens import PageTokens
from podium.store.memory import MemoryStore

DAY_MS = 86_400_000


@pytest.fixture
def store():
    return MemoryStore()


async def read(tokens, question, token):
    try:
        return await tokens.read(question, token)
    except ApiError as error:
        return error.code


async def test_a_token_means_its_position(store):
    tokens = PageTokens(store, lambda: 0)
    for position in (7, "arn:x"):
        assert await tokens.read("q", await tokens.make("q", position)) == position


async def test_a_token_of_another_question(store):
    tokens = PageTokens(store, lambda: 0)
    assert await read(tokens, "other", await tokens.make("q", 7)) == "InvalidToken"


async def test_a_token_lasts_a_day(store):
    now_ms = 0
    tokens = PageTokens(store, lambda: now_ms)
    token = await tokens.make("q", 7)
    now_ms = DAY_MS - 1
    assert await read(tokens, "q", token) == 7
    now_ms = DAY_MS
    assert await read(tokens, "q", token) == "InvalidToken"


async def test_a_token_outlives_the_process_but_not_the_store(store):
    token = await PageTokens(store, lambda: 0).make("q", 7)
    assert await read(PageTokens(store, lambda: 0), "q", token) == 7
    assert await read(PageTokens(MemoryStore(), lambda: 0), "q", token) == "InvalidToken"


@given(st.data())
async def test_an_altered_token_is_refused(data):
    tokens = PageTokens(MemoryStore(), lambda: 0)
    content = bytearray(base64.urlsafe_b64decode(await tokens.make("q", 7)))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert await read(tokens, "q", base64.urlsafe_b64encode(bytes(content)).decode()) == "InvalidToken"


@pytest.mark.parametrize("token", ["", "x", "abcd", "é", "a" * 3096, "=" * 8, "A" * 40])
async def test_what_never_was_a_token(store, token):
    assert await read(PageTokens(store, lambda: 0), "q", token) == "InvalidToken"
