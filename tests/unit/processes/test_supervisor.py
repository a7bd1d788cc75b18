"""Front ends as processes: started, started again when they die, ended with the server."""

import asyncio
import http.client
import os
import signal

import pytest

from podium.api.http import Response
from podium.processes import heartbeat, supervisor
from podium.processes.answering import Answering
from podium.processes.listening import listen
from podium.processes.supervisor import FrontEnds, StartFailed

MODULE = "podium.bootstrap.front_end"
SECONDS = 60


class Application:
    """Answers whatever is forwarded."""

    async def __call__(self, request):
        return Response(200, (), b"from the engine")


def get(port, path="/"):
    """The body of an answer, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


@pytest.fixture
async def front_ends():
    """Makes front ends; whatever becomes of the test, none is left."""
    made = []

    def front_ends(count=1, module=MODULE):
        def answering(greeted, alive):
            return Answering(Application(), None, None, greeted, alive)

        made.append(FrontEnds(listen("127.0.0.1", 0, count), module, "aws", 1_000_000, answering))
        return made[-1]

    yield front_ends
    for each in made:
        await each.close()


def pid_of(line):
    return int(line.split()[3])


async def test_a_front_end_takes_requests_dies_and_is_started_again(front_ends, caplog):
    started = front_ends()
    await started.start()
    await started.opened()
    assert await asyncio.to_thread(get, started.port) == b"from the engine"
    (first,) = started.lines()
    os.kill(pid_of(first), signal.SIGKILL)
    # Nobody listens now but the sockets do: who connects waits for the next.
    assert await asyncio.to_thread(get, started.port) == b"from the engine"
    (second,) = started.lines()
    assert second == f"front-end 1 pid {pid_of(second)} restarts 1"
    assert pid_of(first) != pid_of(second)
    assert f"front-end 1 (pid {pid_of(first)}) was ended by signal 9; another is started" in caplog.text
    await started.drain(SECONDS)
    with pytest.raises(ProcessLookupError):
        os.kill(pid_of(second), 0)
    with pytest.raises(ConnectionRefusedError):
        get(started.port)


async def test_one_that_hangs_is_killed_and_another_is_started(front_ends, monkeypatch, caplog):
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(heartbeat, "SILENT_BEATS_MAX", 40)
    monkeypatch.setattr(heartbeat, "STARTING_BEATS_MAX", SECONDS / 0.05)
    started = front_ends()
    await started.start()
    await started.opened()
    # Its first answer is what ends the patience one has with a process that starts.
    assert await asyncio.to_thread(get, started.port) == b"from the engine"
    (first,) = started.lines()
    os.kill(pid_of(first), signal.SIGSTOP)
    # What connects meanwhile is answered, by its successor.
    assert await asyncio.to_thread(get, started.port) == b"from the engine"
    (second,) = started.lines()
    assert second == f"front-end 1 pid {pid_of(second)} restarts 1"
    assert f"front-end 1 (pid {pid_of(first)}) has said nothing for 2 seconds and is killed" in caplog.text
    with pytest.raises(ProcessLookupError):
        os.kill(pid_of(first), 0)


async def test_one_that_hangs_before_it_takes_requests_stops_the_start(front_ends, monkeypatch, tmp_path):
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(heartbeat, "STARTING_BEATS_MAX", 4)
    started = front_ends(module="podium.processes.nothing")
    monkeypatch.setattr(started._front_ends[0], "_command", lambda link: ["sleep", "3600"])
    await started.start()
    with pytest.raises(StartFailed, match=r"^front-end 1 was ended by signal 9 before it took requests\.$"):
        await started.opened()


async def test_signals_are_the_engines_to_heed(front_ends):
    started = front_ends(2)
    await started.start()
    await started.opened()
    pids = [pid_of(line) for line in started.lines()]
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
    for _ in range(8):
        name = (await asyncio.to_thread(get, started.port, "/livez")).decode().splitlines()[1]
        assert name in started.lines()
    assert [pid_of(line) for line in started.lines()] == pids


async def test_one_that_ends_before_it_takes_requests_stops_the_start(front_ends):
    started = front_ends(module="podium.processes.nothing")
    await started.start()
    with pytest.raises(StartFailed, match=r"^front-end 1 ended with code 1 before it took requests\.$"):
        await started.opened()
    await asyncio.wait_for(started.drain(SECONDS), SECONDS)


async def test_one_that_does_not_end_in_time_is_killed(front_ends, monkeypatch, caplog):
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.1)
    started = front_ends()
    await started.start()
    await started.opened()
    os.kill(pid_of(started.lines()[0]), signal.SIGSTOP)
    await asyncio.wait_for(started.drain(0.1), SECONDS)
    assert "killed" in caplog.text


async def test_a_drain_ends_the_starting_again(front_ends, monkeypatch):
    monkeypatch.setattr(supervisor, "RESTART_SECONDS", 3_600)
    died = asyncio.Event()
    monkeypatch.setattr(supervisor.log, "error", lambda *_: died.set())
    started = front_ends()
    await started.start()
    await started.opened()
    os.kill(pid_of(started.lines()[0]), signal.SIGKILL)
    await asyncio.wait_for(died.wait(), SECONDS)
    await asyncio.wait_for(started.drain(SECONDS), SECONDS)
