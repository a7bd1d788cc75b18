"""The SQLite store's files: the lock, what survives closing and crashing, whose file it is."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from store_writes import arn_of, more, start

from podium.store.contract import DataDirectoryInUse, StoreError
from podium.store.sql import statements as sql
from podium.store.sqlite import SqliteStore
from podium.store.sqlite_database import SCHEMA_VERSION

HOLD_THE_LOCK = """
import sys
from podium.store.data_directory import DataDirectory
from pathlib import Path
held = DataDirectory(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


async def filled(directory):
    """A store with a closed and an open execution and a record, not closed."""
    store = SqliteStore(directory)
    epoch = await store.claim(0)
    await store.commit(0, epoch, [start(store.next_key(), "done", status="SUCCEEDED")])
    key = store.next_key()
    await store.commit(0, epoch, [start(key, "open", wake_at_ms=5, resumable=True), more(key, 2)])
    await store.commit(0, epoch, [more(key, 3, snapshot=b"s3")])
    await store.put("k", "a", b"data")
    return store


async def everything(store):
    return (
        await store.list_executions(state_machine_arn=None, status=None, limit=10),
        [await store.load(key) for key in (1, 2)],
        await store.list("k"),
    )


async def test_what_was_committed_is_there_after_closing(tmp_path):
    store = await filled(tmp_path)
    before = await everything(store)
    await store.close()
    assert sorted(os.listdir(tmp_path)) == ["lock", "podium.db"]
    store = SqliteStore(tmp_path)
    assert await everything(store) == before
    assert store.next_key() == 3
    assert await store.claim(0) == 2
    await store.close()


async def test_what_was_committed_is_there_after_a_crash(tmp_path):
    store = await filled(tmp_path / "data")
    before = await everything(store)
    (tmp_path / "copy").mkdir()
    for name in ("podium.db", "podium.db-wal"):
        shutil.copy(tmp_path / "data" / name, tmp_path / "copy" / name)
    await store.close()
    store = SqliteStore(tmp_path / "copy")
    assert await everything(store) == before
    await store.close()


async def test_a_torn_write_ahead_log_gives_a_prefix_of_the_commits(tmp_path):
    store = SqliteStore(tmp_path / "data")
    epoch = await store.claim(0)
    for _ in range(10):
        key = store.next_key()
        await store.commit(0, epoch, [start(key), more(key, 2)])
    database, log = ((tmp_path / "data" / name).read_bytes() for name in ("podium.db", "podium.db-wal"))
    await store.close()
    counts = set()
    for cut in range(0, len(log), len(log) // 12):
        directory = tmp_path / f"cut-{cut}"
        directory.mkdir()
        (directory / "podium.db").write_bytes(database)
        (directory / "podium.db-wal").write_bytes(log[:cut])
        store = SqliteStore(directory)
        found = await store.list_executions(state_machine_arn=None, status=None, limit=100)
        assert [summary.key for summary in found] == list(range(len(found), 0, -1))
        for summary in found:
            assert summary.sequence == len(await store.rows(summary.key)) == 2
        counts.add(len(found))
        await store.close()
    assert len(counts) > 5


async def test_a_directory_is_held_by_one_store(tmp_path):
    store = SqliteStore(tmp_path)
    with pytest.raises(DataDirectoryInUse, match=f"{tmp_path} is in use by process {os.getpid()}"):
        SqliteStore(tmp_path)
    await store.close()
    await SqliteStore(tmp_path).close()


def test_a_directory_is_held_across_processes_until_the_holder_dies(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DataDirectoryInUse, match=f"process {holder.pid}"):
            SqliteStore(tmp_path)
        holder.kill()
        holder.wait()
        asyncio.run(SqliteStore(tmp_path).close())


async def test_a_store_that_cannot_be_opened_lets_go_of_the_lock(tmp_path):
    (tmp_path / "podium.db").write_bytes(b"this is text, long enough to be taken for a header. " * 100)
    with pytest.raises(StoreError, match="damaged or not a database"):
        SqliteStore(tmp_path)
    (tmp_path / "podium.db").unlink()
    await SqliteStore(tmp_path).close()


async def test_closing_twice_is_closing_once(tmp_path):
    store = SqliteStore(tmp_path)
    await store.close()
    await store.close()
    with pytest.raises(StoreError):
        await store.find(arn_of("any"))
    with pytest.raises(StoreError):
        await store.claim(0)


async def test_a_missing_directory_is_made_and_is_private(tmp_path):
    directory = tmp_path / "new" / "deeper"
    await SqliteStore(directory).close()
    assert directory.stat().st_mode & 0o077 == 0


async def test_a_directory_that_cannot_be_one_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be used: Not a directory\."):
        SqliteStore(tmp_path / "file" / "data")


async def test_a_newer_format_is_refused_and_left_alone(tmp_path):
    await SqliteStore(tmp_path).close()
    with sqlite3.connect(tmp_path / "podium.db") as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = (tmp_path / "podium.db").read_bytes()
    with pytest.raises(StoreError, match=f"newer Podium: its format is {SCHEMA_VERSION + 1}"):
        SqliteStore(tmp_path)
    assert (tmp_path / "podium.db").read_bytes() == before


async def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "podium.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = (tmp_path / "podium.db").read_bytes()
    with pytest.raises(StoreError, match="another program"):
        SqliteStore(tmp_path)
    assert (tmp_path / "podium.db").read_bytes() == before


async def test_the_file_commits_to_the_disk(sqlite_store):
    for connection in sqlite_store._connections:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)


def version_2():
    return (Path(__file__).parents[2] / "support" / "version_2.sql").read_text("utf-8")


VERSION_1 = """
    INSERT INTO journal (execution, sequence, epoch, row) SELECT key, 1, 1, row FROM execution WHERE row IS NOT NULL;
    ALTER TABLE execution DROP COLUMN row;
    DROP TABLE forgotten;
    DROP TABLE name;
    DROP TABLE name_mark;
    CREATE UNIQUE INDEX execution_arn ON execution (arn_digest);
    DROP INDEX execution_open;
    CREATE INDEX execution_status ON execution (status);
    PRAGMA user_version = 1;
"""
"""What makes a file of version 2 one of version 1."""


@pytest.mark.parametrize("older", ["", VERSION_1], ids=["version 2", "version 1"])
async def test_a_file_of_an_older_version_is_brought_to_this_one(tmp_path, older):
    with contextlib.closing(sqlite3.connect(tmp_path / "podium.db", isolation_level=None)) as connection:
        connection.executescript(version_2() + older)
        # An ARN that doesn't end with the name.
        connection.execute("UPDATE execution SET arn = arn || ':1' WHERE key = 5")
        before = connection.execute("SELECT key, arn, name, status, sequence, meta FROM execution").fetchall()
        rows = connection.execute("SELECT execution, sequence, row FROM journal ORDER BY id").fetchall()
    store = SqliteStore(tmp_path)
    listed = await store.list_executions(state_machine_arn=None, status=None, limit=10)
    found = [(each.key, each.arn, each.name, each.status, each.sequence, each.meta) for each in reversed(listed)]
    assert [(*each[:3], sql.STATUSES[each[3]], *each[4:]) for each in before] == found
    for key, sequence, row in rows:
        assert (await store.rows_at(key, [sequence]))[sequence] == row
    assert await store.open_by_machine() == {listed[0].state_machine_arn: 3}
    epoch = await store.claim(0)
    key = store.next_key()
    assert await store.commit(0, epoch, [start(key, "later", status="FAILED")]) == set()
    assert await store.rows(key) == [(1, b"%d:1" % key)]
    again = store.next_key()
    assert await store.commit(0, epoch, [start(again, "whole", machine=listed[0].state_machine_arn)]) == {again}
    await store.close()
