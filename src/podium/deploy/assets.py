"""Local code and files that a template names: directories become zips, always the same bytes for the same content.

Where a template names an S3 object, the object is looked up among the files that stand for it: CDK's assets, or the
local paths of a SAM template.
"""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from podium.deploy.documents import read_file
from podium.deploy.errors import TemplateError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o755 << 16
_LEFT_OUT: Final = frozenset({"__pycache__", ".git", ".venv", ".aws-sam", ".podium", ".DS_Store", ".mypy_cache"})


@dataclass
class Assets:
    """Files of one template: relative paths start at `root`; `objects` are S3 keys with the files behind them.

    `images` are tags of container images with the directories they are built from.
    """

    root: Path
    objects: dict[str, Path] = field(default_factory=dict)
    images: dict[str, Path] = field(default_factory=dict)
    _packages: dict[Path, bytes] = field(default_factory=dict)

    def local(self, path: str, place: str) -> Path:
        """The file or directory of a path in the template.

        Raises:
            TemplateError: there is none.
        """
        found = (self.root / path).resolve()
        if not found.exists():
            raise TemplateError(place, f"{found}: there is no such file or directory.")
        return found

    def object(self, key: str, place: str) -> Path:
        """The file that stands for an S3 object.

        Raises:
            TemplateError: nothing local does.
        """
        found = self.objects.get(key)
        if found is None:
            raise TemplateError(place, f"nothing local stands for the S3 object {key!r}; name a local path.")
        if not found.exists():
            raise TemplateError(place, f"{found}: the asset is missing; synthesise the app again.")
        return found

    def package(self, path: Path) -> bytes:
        """The zip of a function's code: a directory, one source file, or a zip as it is."""
        if path not in self._packages:
            if path.is_dir():
                self._packages[path] = _zipped(_files(path))
            elif path.suffix in (".zip", ".jar"):
                self._packages[path] = path.read_bytes()
            else:
                self._packages[path] = _zipped([(path.name, path.read_bytes())])
        return self._packages[path]

    def text(self, path: Path, place: str) -> str:
        """The text of a file.

        Raises:
            TemplateError: it is a directory or no text.
        """
        if path.is_dir():
            raise TemplateError(place, f"{path}: this is a directory; name a file in it.")
        return read_file(path)


def inline_package(file_name: str, source: str) -> bytes:
    """The zip of a function whose source stands in the template."""
    return _zipped([(file_name, source.encode())])


def digest(data: bytes) -> str:
    """A name for a content."""
    return hashlib.sha256(data).hexdigest()


def _files(directory: Path) -> Iterator[tuple[str, bytes]]:
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted(names):
            file = Path(folder, name)
            if name not in _LEFT_OUT and file.suffix != ".pyc" and file.is_file():
                yield file.relative_to(directory).as_posix(), file.read_bytes()


def _zipped(files: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _MODE
            archive.writestr(entry, data)
    return buffer.getvalue()
