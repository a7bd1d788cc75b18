"""The link between two processes: messages whole and in order, one write a turn, and its end told once."""

import asyncio
import socket

import pytest

from podium.processes.link import Link
from podium.processes.messages import Done, Forward, Gone, decode_to_engine, decode_to_front_end


class Heard:
    """A listener that remembers."""

    def __init__(self):
        self.messages = []
        self.times_lost = 0
        self.changed = asyncio.Event()

    def receive(self, message):
        self.messages.append(message)
        self.changed.set()
        if isinstance(message, Gone) and message.number == 13:
            raise RuntimeError("unlucky")

    def lost(self):
        self.times_lost += 1
        self.changed.set()

    async def until(self, condition):
        async with asyncio.timeout(10):
            while not condition(self):
                self.changed.clear()
                await self.changed.wait()


async def connected(*links):
    loop = asyncio.get_running_loop()
    for link, end in zip(links, socket.socketpair(), strict=True):
        await loop.create_connection(lambda link=link: link, sock=end)


@pytest.fixture
async def ends():
    """Both listeners and their links: the engine's, the front end's."""
    engine, front_end = Heard(), Heard()
    links = Link(engine, decode_to_engine), Link(front_end, decode_to_front_end)
    await connected(*links)
    yield engine, links[0], front_end, links[1]
    for link in links:
        link.close()
    await front_end.until(lambda heard: heard.times_lost)


async def test_messages_arrive_whole_and_in_order(ends):
    engine, _, _, to_engine = ends
    sent = [
        Forward(number, "PUT", "/x", "", {"a": "ä"}, bytes([number]) * size)
        for number, size in enumerate((0, 5, 3_000_000, 1))
    ]
    for message in sent:
        to_engine.send(message)
    await engine.until(lambda heard: len(heard.messages) == len(sent))
    assert engine.messages == sent


async def test_both_ends_talk_and_each_hears_of_the_others_end_once(ends):
    engine, to_front_end, front_end, to_engine = ends
    to_front_end.send(Done(1, b"{}"))
    await front_end.until(lambda heard: heard.messages)
    assert front_end.messages == [Done(1, b"{}")]
    to_engine.close()
    await engine.until(lambda heard: heard.times_lost)
    await front_end.until(lambda heard: heard.times_lost)
    to_front_end.send(Done(2, b"{}"))
    assert (engine.times_lost, front_end.times_lost) == (1, 1)


async def test_one_turn_of_the_loop_is_one_write(ends, monkeypatch):
    engine, _, _, to_engine = ends
    written = []
    transport = to_engine._transport

    class Counting:
        def write(self, data):
            written.append(data)
            transport.write(data)

        def close(self):
            transport.close()

    to_engine._transport = Counting()
    for number in range(50):
        to_engine.send(Gone(number if number != 13 else 99))
    await engine.until(lambda heard: len(heard.messages) == 50)
    assert len(written) == 1


async def test_what_a_listener_raises_ends_only_its_message(ends, caplog):
    engine, _, _, to_engine = ends
    to_engine.send(Gone(13))
    to_engine.send(Gone(14))
    await engine.until(lambda heard: len(heard.messages) == 2)
    assert "could not be taken" in caplog.text


async def test_a_message_without_a_form_on_the_wire_is_refused(ends):
    _, _, _, to_engine = ends
    with pytest.raises(ValueError, match="Gone cannot be sent"):
        to_engine.send(Gone(1 << 70))
