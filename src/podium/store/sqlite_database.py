"""The SQLite file: how its connections are opened, whose file it is, and its errors in plain sentences."""

import sqlite3
import sys
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from podium.store.contract import StoreError

SCHEMA_VERSION = 5
"""PRAGMA user_version of the files this code reads and writes."""
_APPLICATION_ID = 0x506F6469
"""PRAGMA application_id ("Podi"): tells our file from any other SQLite database."""
_CACHE_KIB = 32 * 1024
_WAL_KEPT_BYTES = 64 * 1024 * 1024
"""What the write-ahead log is cut back to once a burst has made it longer."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Connections(NamedTuple):
    """The connections of one store; statements of each are run by one thread at a time."""

    writer: sqlite3.Connection
    reader: sqlite3.Connection
    """Refuses to write."""
    checkpoints: sqlite3.Connection

    def close(self) -> None:
        """Close all; the last one copies the write-ahead log into the database and removes it."""
        for connection in (self.checkpoints, self.reader, self.writer):
            connection.close()


def open_database(path: Path) -> Connections:
    """Open or create the file.

    Raises:
        StoreError: it cannot be opened, is not Podium's, or is a newer Podium's.
    """
    opened: list[sqlite3.Connection] = []
    try:
        for _ in Connections._fields:
            opened.append(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
            if len(opened) == 1:
                # Before anything is set: another program's file must stay as it is.
                _prepare(opened[0], path)
            _configure(opened[-1])
        connections = Connections(*opened)
        connections.reader.execute("PRAGMA query_only = 1")
    except BaseException as error:
        for connection in opened:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise plain(error, path) from error
        raise
    return connections


def _configure(connection: sqlite3.Connection) -> None:
    """Make commits reach as far as the platter, and leave checkpoints to their own thread."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if sys.platform == "darwin":
        # There, fsync alone leaves data in the drive's cache.
        connection.execute("PRAGMA fullfsync = 1")
        connection.execute("PRAGMA checkpoint_fullfsync = 1")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables in a new file; bring those of an older version to this one.

    Raises:
        StoreError: the file is not Podium's, or of a newer Podium.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables == 0 and application == 0 and version == 0:
        _run(connection, "schema.sql", SCHEMA_VERSION)
    elif application != _APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program, not of Podium.")
    elif version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer Podium: its format is {version}, this Podium reads up to {SCHEMA_VERSION}."
        )
    else:
        for older in range(version, SCHEMA_VERSION):
            _run(connection, f"upgrade_to_{older + 1}.sql", older + 1)


def _run(connection: sqlite3.Connection, script: str, version: int) -> None:
    """Run one of our scripts as one transaction: a crash in the middle leaves the file as it was."""
    text = resources.files("podium.store.sql").joinpath(script).read_text("utf-8")
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{text}\nPRAGMA application_id = {_APPLICATION_ID};\n"
        f"PRAGMA user_version = {version};\nCOMMIT;"
    )


def plain(error: sqlite3.Error, path: Path) -> StoreError:
    """The error as a sentence for the person who runs the server."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return StoreError(f"The disk that holds {path} is full.")
    if primary == sqlite3.SQLITE_IOERR:
        return StoreError(f"The disk that holds {path} failed ({error.sqlite_errorname}).")
    if primary in _DAMAGED:
        return StoreError(f"{path} is damaged or not a database ({error}); restore it from a backup.")
    if primary in _NOT_WRITABLE:
        return StoreError(f"{path} cannot be opened for writing ({error}).")
    if primary in _LOCKED:
        return StoreError(f"Another program holds a lock on {path}.")
    return StoreError(f"The database {path} refused: {error}.")
