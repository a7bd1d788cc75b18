"""The data directory: made durable when new, and held by one process at a time.

The lock is `flock` on a file of its own, never on the database: closing any descriptor of a database file
would drop the locks SQLite keeps on it. The kernel releases it when the process dies, however it dies.
"""

import fcntl
import os
from pathlib import Path

from podium.store.contract import DataDirectoryInUse, StoreError


class DataDirectory:
    """A directory this process may write to until `release`.

    Raises:
        DataDirectoryInUse: another store, here or in another process, holds it.
        StoreError: it cannot be made or written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _make(path)
            self._lock: int | None = _lock(path)
        except OSError as error:
            raise StoreError(f"The data directory {path} cannot be used: {error.strerror}.") from error

    def release(self) -> None:
        """Let others have it. Idempotent."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None


def _make(path: Path) -> None:
    missing = [directory for directory in (path, *path.parents) if not directory.exists()]
    for directory in reversed(missing):
        directory.mkdir(mode=0o700, exist_ok=True)
        # SQLite makes its files' names durable, but not the name of the directory they are in.
        parent = os.open(directory.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)


def _lock(path: Path) -> int:
    lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
        os.close(lock)
        by = f" by process {holder}" if holder else ""
        raise DataDirectoryInUse(f"The data directory {path} is in use{by}.") from None
    except OSError:
        os.close(lock)
        raise
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock
