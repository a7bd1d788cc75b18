"""Where objects lie: S3, at whatever endpoint is configured, or directories that stand for buckets.

Everything here blocks and is called in threads. Which buckets are directories is a setting (`buckets`); all others
are S3's.
"""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol
from urllib.parse import unquote, urlsplit

from podium.integrations.items.contract import READER_FAILED, ItemsFailed

READ_BYTES: Final = 1 << 20
REOPENINGS_MAX: Final = 5


class ObjectInfo(dict[str, Any]):
    """One object of a listing, with AWS's members: Etag, Key, LastModified (epoch seconds), Size, StorageClass."""


class Storage(Protocol):
    """A place of objects. Failures are OSError or ItemsFailed."""

    def open(self, bucket: str, key: str) -> BinaryIO:
        """An object's bytes, streamed."""

    def list(self, bucket: str, parameters: Mapping[str, Any]) -> Iterator[ObjectInfo]:
        """The objects ListObjectsV2 gives for these parameters, by key."""

    def put(self, bucket: str, key: str, content: BinaryIO) -> None:
        """Store an object."""


class DirectoryStorage:
    """One directory as a bucket: keys are paths in it."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def open(self, bucket: str, key: str) -> BinaryIO:
        """See `Storage`."""
        return self._path(bucket, key).open("rb")

    def list(self, bucket: str, parameters: Mapping[str, Any]) -> Iterator[ObjectInfo]:
        """See `Storage`."""
        prefix = str(parameters.get("Prefix", ""))
        found = sorted(path for path in self._root.rglob("*") if path.is_file())
        for path in found:
            key = path.relative_to(self._root).as_posix()
            if key.startswith(prefix):
                status = path.stat()
                yield ObjectInfo(
                    Etag=f'"{status.st_mtime_ns:x}-{status.st_size:x}"',
                    Key=key,
                    LastModified=int(status.st_mtime),
                    Size=status.st_size,
                    StorageClass="STANDARD",
                )

    def put(self, bucket: str, key: str, content: BinaryIO) -> None:
        """See `Storage`. The object appears whole or not at all."""
        path = self._path(bucket, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.unfinished")
        with unfinished.open("wb") as file:
            while piece := content.read(READ_BYTES):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def _path(self, bucket: str, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root) or not key:
            raise ItemsFailed(READER_FAILED, f"The key '{key}' leads out of the bucket '{bucket}'.")
        return path


class S3Storage:
    """Buckets of S3 or of what speaks its API.

    Args:
        client: makes botocore's client for S3, when it is first needed.
    """

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def open(self, bucket: str, key: str) -> BinaryIO:
        """See `Storage`. A connection that breaks is taken up where it broke."""
        stream = _S3Stream(self._client(), bucket, key)
        return io.BufferedReader(stream, READ_BYTES)

    def list(self, bucket: str, parameters: Mapping[str, Any]) -> Iterator[ObjectInfo]:
        """See `Storage`."""
        pages = self._client().get_paginator("list_objects_v2").paginate(**{**parameters, "Bucket": bucket})
        for page in pages:
            for found in page.get("Contents", []):
                yield ObjectInfo(
                    Etag=found["ETag"],
                    Key=found["Key"],
                    LastModified=int(found["LastModified"].timestamp()),
                    Size=found["Size"],
                    StorageClass=found.get("StorageClass", "STANDARD"),
                )

    def put(self, bucket: str, key: str, content: BinaryIO) -> None:
        """See `Storage`."""
        self._client().put_object(Bucket=bucket, Key=key, Body=content)


class _S3Stream(io.RawIOBase):
    """An object read front to back."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        super().__init__()
        self._client = client
        self._where = {"Bucket": bucket, "Key": key}
        self._at = 0
        response = client.get_object(**self._where)
        self._etag, self._length, self._body = response["ETag"], response["ContentLength"], response["Body"]

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on, over broken connections."""
        for _ in range(REOPENINGS_MAX):
            try:
                piece: bytes = self._body.read(len(buffer))
            except Exception as error:
                if not _is_broken_connection(error):
                    raise
                piece = b""
            if piece or self._at >= self._length:
                buffer[: len(piece)] = piece
                self._at += len(piece)
                return len(piece)
            self._body.close()
            response = self._client.get_object(**self._where, Range=f"bytes={self._at}-", IfMatch=self._etag)
            self._body = response["Body"]
        raise OSError(f"the connection broke {REOPENINGS_MAX} times at byte {self._at}")

    def close(self) -> None:
        """Let go of the connection."""
        self._body.close()
        super().close()


def _is_broken_connection(error: Exception) -> bool:
    from botocore.exceptions import HTTPClientError

    return isinstance(error, HTTPClientError | OSError)


class Storages:
    """Every bucket in its place."""

    def __init__(self, buckets: Mapping[str, Storage], others: Storage) -> None:
        self._buckets = dict(buckets)
        self._others = others

    def of(self, bucket: str) -> Storage:
        """Where this bucket is."""
        return self._buckets.get(bucket, self._others)


def mapped(buckets: Mapping[str, str], s3_client: Callable[[], Any]) -> Storages:
    """S3, and directories by `file://` URL for the buckets named.

    Raises:
        ValueError: a URL is no file:// URL.
    """
    directories: dict[str, Storage] = {}
    for bucket, url in buckets.items():
        parts = urlsplit(url)
        if parts.scheme != "file" or not parts.path:
            raise ValueError(f"{bucket}: expected a file:// URL, not '{url}'")
        directories[bucket] = DirectoryStorage(Path(unquote(parts.path)))
    return Storages(directories, S3Storage(s3_client))


def failing_as(error: str) -> Callable[[Exception], ItemsFailed]:
    """What a storage's own failures are to a Map Run: AWS's wording of an S3 error where there is one."""

    def failed(problem: Exception) -> ItemsFailed:
        if isinstance(problem, ItemsFailed):
            return problem
        response = getattr(problem, "response", None)
        if isinstance(response, dict) and "Error" in response:
            code, message = response["Error"].get("Code"), response["Error"].get("Message", "")
            metadata = response.get("ResponseMetadata", {})
            status, request = metadata.get("HTTPStatusCode"), metadata.get("RequestId", "")
            details = f"Service: S3, Status Code: {status}, Request ID: {request}"
            return ItemsFailed(error, f"{message} ({details}; Error Code: {code})")
        if isinstance(problem, FileNotFoundError):
            return ItemsFailed(error, "The specified key does not exist.")
        return ItemsFailed(error, str(problem) or type(problem).__name__)

    return failed
