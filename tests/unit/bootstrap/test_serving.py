"""What a server has opened is closed again when it cannot start."""

import os

import pytest

from podium.bootstrap import serving
from podium.bootstrap.serving import _Rooms
from podium.config import Settings
from podium.store.contract import DataDirectoryInUse
from podium.store.sqlite import SqliteStore

HANDLERS = """
import os
open({pid!r}, "w").write(str(os.getpid()))

def f(event, context):
    return event
"""
LATER_STEPS = (
    "function_runtime",
    "open_functions",
    "log_sink_of",
    "performers_of",
    "_engine",
    "EventSources",
    "EventBus",
    "Scheduler",
    "StatusEvents",
)


class Broken(Exception):
    pass


def broken(*_, **__):
    raise Broken


@pytest.fixture
def settings(tmp_path):
    handlers = tmp_path / "handlers.py"
    handlers.write_text(HANDLERS.format(pid=str(tmp_path / "pid")))
    return Settings(data_directory=tmp_path / "data", handlers=handlers)


def handlers_are_gone(settings):
    """Whether the process that loaded the handlers has ended, and is buried."""
    pid = int((settings.handlers.parent / "pid").read_text())
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("step", LATER_STEPS)
async def test_a_step_that_fails_closes_what_was_opened_before_it(monkeypatch, settings, step):
    monkeypatch.setattr(serving, step, broken)
    with pytest.raises(Broken):
        await _Rooms.open(settings, {})
    assert handlers_are_gone(settings)
    await SqliteStore(settings.data_directory).close()


async def test_what_is_open_is_open_until_it_is_closed(settings):
    rooms = await _Rooms.open(settings, {})
    assert not handlers_are_gone(settings)
    with pytest.raises(DataDirectoryInUse):
        SqliteStore(settings.data_directory)
    await rooms.close()
    assert handlers_are_gone(settings)
    await SqliteStore(settings.data_directory).close()
