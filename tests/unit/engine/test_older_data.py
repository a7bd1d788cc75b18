"""A data directory of the version before is opened, and everything in it goes on.

`support/version_2.sql` is what Podium wrote at format 2: executions that ended with one row and with several, one
that waits 100 s, one that was redriven (with client token "token") and has a task outstanding, and one that has.
"""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from engine_driver import EngineRun

from podium.store.sqlite import FILE_NAME, SqliteStore

DUMP = Path(__file__).parents[2] / "support" / "version_2.sql"
NAMES = ("whole", "steps", "waiting", "redriven", "outstanding")


@pytest.fixture
async def run(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
    store = SqliteStore(tmp_path)
    run = await EngineRun(store).open()
    yield run
    await run.close()
    await store.close()


async def test_what_had_ended_reads_as_before(run):
    assert await run.output("whole") == {"n": 1, "r": [1, 2]}
    assert await run.output("steps") == {"a": "answer"}
    assert len(await run.history("whole")) == 6
    assert [event["id"] for event in await run.history("steps", reverse=True)] == list(range(12, 0, -1))


async def test_what_ran_goes_on_to_its_end(run):
    assert [command.resource.action for command in run.performer.performed] == ["c", "d"]
    run.performer.succeed("C", function="c")
    run.performer.succeed("D", function="d")
    await run.advance(100)
    run.performer.succeed("B", function="b")
    await run.settle()
    assert [await run.output(name) for name in ("waiting", "redriven", "outstanding")] == ["B", "C", "D"]
    assert (await run.describe("redriven")).redrives.count == 1


async def test_what_was_fixed_at_the_start_is_kept(run):
    views = [await run.describe(name) for name in NAMES]
    assert [view.name for view in views] == list(NAMES)
    assert [view.revision_id for view in views] == [f"revision-{number}" for number in range(5)]
    assert views[3].redrives.tokens[0][0] == "token"


async def test_an_older_execution_can_be_redriven(run):
    run.performer.fail("Again", function="d")
    await run.settle()
    arn = (await run.describe("outstanding")).arn
    await run.engine.redrive_execution(arn, None)
    await run.crash()
    view = await run.describe("outstanding")
    assert (view.status, view.redrives.count, view.revision_id) == ("RUNNING", 1, "revision-4")


async def test_its_names_are_taken(run):
    with pytest.raises(Exception, match="whole"):
        await run.start({"P": {"Type": "Pass"}}, {"other": 1}, "whole")
    await run.start({"P": {"Type": "Pass"}}, name="new")
    assert await run.status("new") == "SUCCEEDED"
