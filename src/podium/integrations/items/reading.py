"""What an ItemReader reads: an object, the objects a manifest names, a listing, or the contents of what is listed.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html. Plain iterators that block: they
are pulled in threads.
"""

import itertools
from collections.abc import Iterator
from typing import Any

from podium.core import jsontext
from podium.core.jsontext import InvalidJson
from podium.core.machine.map_run import Item, ItemReader
from podium.integrations.items import formats
from podium.integrations.items.contract import READER_FAILED, ItemsFailed
from podium.integrations.items.storage import Storages


def read_items(reader: ItemReader, storages: Storages) -> Iterator[Item]:
    """All items, up to MaxItems. Raises ItemsFailed and what storages raise."""
    if reader.items_max is not None and reader.items_max < 0:
        raise ItemsFailed(READER_FAILED, "field MaxItems must be positive")
    items = _listed(reader, storages) if reader.action == "listObjectsV2" else _read(reader, storages)
    return items if reader.items_max is None else itertools.islice(items, reader.items_max)


def _read(reader: ItemReader, storages: Storages) -> Iterator[Item]:
    bucket, key = _parameter(reader, "Bucket"), _parameter(reader, "Key")
    input_type = reader.config.get("InputType", "JSON")
    if "ManifestType" in reader.config or input_type == "MANIFEST":
        if reader.config.get("ManifestType") == "ATHENA_DATA":
            return _athena(reader, storages, bucket, key)
        return _inventory(reader, storages, bucket, key)
    return _object(reader, storages, bucket, key, input_type)


def _object(reader: ItemReader, storages: Storages, bucket: str, key: str, input_type: str) -> Iterator[Item]:
    source = f"S3://{bucket}/{key}"
    with storages.of(bucket).open(bucket, key) as stream:
        for name, value in formats.values(stream, reader.config, input_type, key):
            yield Item(value, source, name)


def _listed(reader: ItemReader, storages: Storages) -> Iterator[Item]:
    bucket = _parameter(reader, "Bucket")
    loads = reader.config.get("Transformation") == "LOAD_AND_FLATTEN"
    for found in storages.of(bucket).list(bucket, reader.parameters):
        if loads:
            if not found["Key"].endswith("/"):
                yield from _object(reader, storages, bucket, found["Key"], reader.config.get("InputType", "JSON"))
        else:
            yield Item(dict(found), f"S3://{bucket}")


def _inventory(reader: ItemReader, storages: Storages, bucket: str, key: str) -> Iterator[Item]:
    """S3 Inventory: the manifest names files of its own bucket whose rows are objects, and their columns."""
    with storages.of(bucket).open(bucket, key) as stream:
        manifest = _manifest(stream.read())
    destination = str(manifest.get("destinationBucket", bucket)).rpartition(":")[2]
    file_format = str(manifest.get("fileFormat", "CSV")).upper()
    headers = [column.strip() for column in str(manifest.get("fileSchema", "")).split(",")]
    for file in manifest["files"]:
        name = file["key"]
        source = f"S3://{destination}/{name}"
        with storages.of(destination).open(destination, name) as stream:
            if file_format == "CSV":
                unpacked = formats.unpacked(stream, name)
                for row in formats.csv_rows(unpacked, {}, headers):
                    yield Item(row, source)
            elif file_format == "PARQUET":
                for _, row in formats.values(stream, {}, "PARQUET", name):
                    yield Item(row, source)
            else:
                raise ItemsFailed(READER_FAILED, f"Inventories in the format {file_format} cannot be read.")


def _manifest(text: bytes) -> dict[str, Any]:
    try:
        manifest = jsontext.decode(text)
    except InvalidJson as error:
        raise ItemsFailed(READER_FAILED, f"The manifest is not JSON: {error}.") from None
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, list) or not all(isinstance(file, dict) and "key" in file for file in files):
        raise ItemsFailed(READER_FAILED, "The manifest is not one of S3 Inventory.")
    held: dict[str, Any] = manifest
    return held


def _athena(reader: ItemReader, storages: Storages, bucket: str, key: str) -> Iterator[Item]:
    """Athena: the manifest is a list of s3:// URIs, one a line; the files are of the InputType."""
    with storages.of(bucket).open(bucket, key) as stream:
        uris = [line.strip().strip('"') for line in stream.read().decode().splitlines() if line.strip()]
    input_type = reader.config.get("InputType", "CSV")
    for uri in uris:
        scheme, _, path = uri.partition("://")
        data_bucket, _, data_key = path.partition("/")
        if scheme.lower() != "s3" or not data_key:
            raise ItemsFailed(READER_FAILED, f"The manifest names '{uri}', which is no S3 URI.")
        yield from _object(reader, storages, data_bucket, data_key, "CSV" if input_type == "MANIFEST" else input_type)


def _parameter(reader: ItemReader, name: str) -> str:
    value = reader.parameters.get(name)
    if not isinstance(value, str) or not value:
        raise ItemsFailed(READER_FAILED, f"The field '{name}' is required but was missing")
    return value
