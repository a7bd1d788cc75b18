"""Layers: zips with what several functions share, unpacked once and put on the paths of whoever names them.

https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, structs

from podium.functions.lambda_runtime.package import InvalidPackage, is_intact, unpack
from podium.store.contract import Catalogue, Put
from podium.store.shelf import Shelf

LAYER_VERSION: Final = "layer-version"
"""Catalogue kind; key = `layer_version_key`."""
LAYER: Final = "layer"
"""Catalogue kind; key = layer ARN."""
LAYER_CODE: Final = "layer-code"
"""Catalogue kind; key = the zip's SHA-256 in hex."""

_logger: Final = logging.getLogger("podium.functions")


class Layer(Struct):
    """A layer's name; its numbers are not given twice."""

    arn: str
    versions_published: int = 0


class LayerVersion(Struct):
    """One immutable version of a layer. Times in epoch milliseconds."""

    layer_arn: str
    number: int
    code_sha256: str
    """Hex."""
    code_size: int
    created_ms: int
    description: str = ""
    runtimes: list[str] = []
    architectures: list[str] = []
    license: str | None = None
    deleted: bool = False
    """Gone for whoever asks; functions that name it keep it, as on Lambda. What none names goes at the next start."""

    @property
    def arn(self) -> str:
        """The version's ARN."""
        return f"{self.layer_arn}:{self.number}"


class Layers:
    """Keeps layers and has their content on disk.

    Args:
        catalogue: where they are kept.
        directory: for unpacked content; all of it can be made again from the catalogue.
    """

    def __init__(self, catalogue: Catalogue, directory: Path) -> None:
        self._catalogue = catalogue
        self._layers = Shelf(catalogue, LAYER, Layer)
        self._versions = Shelf(catalogue, LAYER_VERSION, LayerVersion)
        self._directory = directory

    async def load(self, used: Set[str]) -> None:
        """Have every layer's content on disk, as it was published, and forget what nobody can use any more.

        Args:
            used: ARNs of the layer versions that functions name.
        """
        kept: set[str] = set()
        dropped: set[str] = set()
        async for key, version in self._versions.all():
            if version.deleted and version.arn not in used:
                await self._versions.delete(key)
                dropped.add(version.code_sha256)
            elif version.code_sha256 not in kept:
                kept.add(version.code_sha256)
                await self._restore(version)
        for digest in dropped - kept:
            await self._catalogue.delete(LAYER_CODE, digest)
        for path in self._directory.glob("*"):
            if path.name not in kept:
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)

    async def _restore(self, version: LayerVersion) -> None:
        record = await self._catalogue.get(LAYER_CODE, version.code_sha256)
        path = self._directory / version.code_sha256
        if record is None:
            _logger.error("layer %s has no content any more", version.arn)
        elif not await asyncio.to_thread(is_intact, record.data, path):
            await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
            try:
                await asyncio.to_thread(unpack, record.data, path)
            except InvalidPackage as error:
                # Functions without it can do without it.
                _logger.error("layer %s cannot be unpacked: %s", version.arn, error)

    async def publish(self, template: LayerVersion, content: bytes) -> LayerVersion:
        """Store the next version of a layer: `template` with number, hash and size filled in.

        Raises:
            InvalidPackage: the zip cannot be used.
        """
        digest = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(unpack, content, self._directory / digest)
        arn = template.layer_arn
        await self._layers.create(arn, Layer(arn))
        layer = await self._layers.change(
            arn, lambda found: structs.replace(found, versions_published=found.versions_published + 1)
        )
        assert layer is not None
        version = structs.replace(template, number=layer.versions_published, code_sha256=digest, code_size=len(content))
        encoded = msgspec.msgpack.encode(version)
        # One commit: content that no version names would be there for good.
        await self._catalogue.put_all(
            [Put(LAYER_CODE, digest, content), Put(LAYER_VERSION, _key(arn, version.number), encoded)]
        )
        return version

    async def find(self, layer_arn: str, number: int) -> LayerVersion | None:
        """A version that is not deleted."""
        version = await self._versions.find(_key(layer_arn, number))
        return None if version is None or version.deleted else version

    async def versions(self, layer_arn: str) -> list[LayerVersion]:
        """A layer's versions that are not deleted, by number."""
        return [version async for _, version in self._versions.all(f"{layer_arn}:") if not version.deleted]

    async def layers(self, prefix: str) -> list[Layer]:
        """Layers whose ARN has the prefix, in its order."""
        return [layer async for _, layer in self._layers.all(prefix)]

    async def delete(self, layer_arn: str, number: int) -> None:
        """Delete a version; no error if there is none."""
        await self._versions.change(_key(layer_arn, number), lambda found: structs.replace(found, deleted=True))

    async def directories(self, arns: Iterable[str]) -> list[Path]:
        """Where the content of layer versions lies; what is unknown is left out and said in the log."""
        found = []
        for arn in arns:
            layer_arn, _, number = arn.rpartition(":")
            version = await self._versions.find(_key(layer_arn, int(number))) if number.isdecimal() else None
            if version is None:
                _logger.error("there is no layer version %s", arn)
            else:
                found.append(self._directory / version.code_sha256)
        return found

    async def sizes(self, arns: Iterable[str]) -> dict[str, int]:
        """Sizes in bytes of the layer versions there are."""
        sizes = {}
        for arn in arns:
            layer_arn, _, number = arn.rpartition(":")
            version = await self._versions.find(_key(layer_arn, int(number))) if number.isdecimal() else None
            if version is not None:
                sizes[arn] = version.code_size
        return sizes


def _key(layer_arn: str, number: int) -> str:
    """A version's key: keys of one layer sort by number."""
    return f"{layer_arn}:{number:012}"
