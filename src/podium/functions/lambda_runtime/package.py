"""Deployment packages: unpack an uploaded zip without trusting a word of it."""

import io
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Final

MAX_UNZIPPED_BYTES: Final = 262_144_000
"""Lambda's limit for the unpacked package (Lambda quotas: 250 MB)."""
MAX_FILES: Final = 50_000
"""Files and directories, also those that only paths name: a directory takes room on a disk as a file does."""
MAX_DEPTH: Final = 100
"""Directories within each other."""
MAX_RATIO: Final = 300
"""Beyond this many unpacked bytes per packed one, a package over `RATIO_FREE_BYTES` is taken for a bomb."""
RATIO_FREE_BYTES: Final = 32 * 1024 * 1024

_CHUNK = 1024 * 1024


class InvalidPackage(Exception):
    """The zip is broken, over a limit, or would write outside its directory. The text is for the uploader."""


def unpack(code: bytes, target: Path) -> None:
    """Unpack a zip into `target`, which appears complete or not at all. Nothing is done if it exists.

    Raises:
        InvalidPackage: see there.
    """
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".unpack-", dir=target.parent))
    try:
        _unpack_into(code, scratch)
        scratch.chmod(0o755)
        _sync_directories(scratch)
        os.rename(scratch, target)
    except OSError as error:
        # Another call that unpacked the same code may have come first.
        if not target.is_dir():
            raise InvalidPackage(f"Could not unzip uploaded file: {error.strerror}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def is_intact(code: bytes, directory: Path) -> bool:
    """Whether a directory holds what unpacking this zip made: every file, with the content it had."""
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            return all(_is_unpacked(entry, directory) for entry in archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError):
        return False


def _is_unpacked(entry: zipfile.ZipInfo, directory: Path) -> bool:
    path = directory / entry.filename
    if entry.is_dir():
        return path.is_dir()
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
    return checksum == entry.CRC


def _unpack_into(code: bytes, directory: Path) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(code))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InvalidPackage(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MAX_FILES:
            raise InvalidPackage(f"The package holds more than {MAX_FILES} files")
        directories: set[PurePosixPath] = set()
        for entry in entries:
            directories.update(_safe_path(entry.filename).parents)
            if len(entries) + len(directories) > MAX_FILES:
                raise InvalidPackage(f"The package holds more than {MAX_FILES} files and directories")
        # What the entries claim is only a first look; what comes out is counted as well.
        if sum(entry.file_size for entry in entries) > MAX_UNZIPPED_BYTES:
            raise InvalidPackage(f"Unzipped size must be smaller than {MAX_UNZIPPED_BYTES} bytes")
        left = MAX_UNZIPPED_BYTES
        if len(code) * MAX_RATIO > RATIO_FREE_BYTES:
            left = min(left, len(code) * MAX_RATIO)
        else:
            left = min(left, RATIO_FREE_BYTES)
        for entry in entries:
            left -= _unpack_entry(archive, entry, directory, left)


def _unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, directory: Path, allowance: int) -> int:
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InvalidPackage(f"The package holds something that is neither file nor directory: {entry.filename!r}")
    destination = directory / _safe_path(entry.filename)
    if entry.is_dir():
        destination.mkdir(parents=True, exist_ok=True)
        return 0
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        with archive.open(entry) as source, destination.open("wb") as output:
            written = _copy(source, output, allowance)
            os.fchmod(output.fileno(), 0o755 if mode & 0o111 else 0o644)
            output.flush()
            os.fsync(output.fileno())
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise InvalidPackage(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from error
    except Exception as error:
        if isinstance(error, InvalidPackage | OSError):
            raise
        # zlib, lzma and bz2 each have their own error for bad data.
        raise InvalidPackage(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from error
    return written


def _sync_directories(root: Path) -> None:
    """Make names durable as the files are: a package that is there after a power cut is trusted to be complete."""
    for directory, _, _ in os.walk(root):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _safe_path(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in name or not path.parts:
        raise InvalidPackage(f"The package holds a path outside itself: {name!r}")
    if len(path.parts) > MAX_DEPTH:
        raise InvalidPackage(f"The package holds a path of more than {MAX_DEPTH} directories: {name[:100]!r}...")
    return path


def _copy(source: IO[bytes], output: IO[bytes], allowance: int) -> int:
    written = 0
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        if written > allowance:
            raise InvalidPackage(f"Unzipped size must be smaller than {MAX_UNZIPPED_BYTES} bytes")
        output.write(chunk)
    return written
