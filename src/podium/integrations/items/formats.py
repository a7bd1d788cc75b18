"""What a file's bytes are: CSV, JSON, JSONL or Parquet to values, as they are read.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

import csv
import gzip
import importlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final, cast

from podium.core import jsontext
from podium.core.jsontext import InvalidJson
from podium.integrations.items.contract import READER_FAILED, ItemsFailed
from podium.integrations.items.json_items import NothingThere, NotIterable, array_elements, pointed_items

DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
FIELD_BYTES_MAX: Final = 16 << 20
SPOOL_BYTES: Final = 8 << 20
ROWS_AT_ONCE: Final = 1000

csv.field_size_limit(FIELD_BYTES_MAX)

Keyed = tuple[str | None, Any]
"""A value, and its name where the items are an object's members."""


def values(stream: BinaryIO, config: Mapping[str, Any], input_type: str, key: str) -> Iterator[Keyed]:
    """The values in a file of this type (CSV, JSON, JSONL, PARQUET), one after the other.

    Raises:
        ItemsFailed: the file isn't what it should be.
    """
    stream = unpacked(stream, key)
    match input_type:
        case "CSV":
            found = csv_rows(stream, config)
        case "JSONL":
            found = _json_lines(stream)
        case "PARQUET":
            found = _parquet_rows(stream)
        case _:
            return _json_items(stream, config.get("ItemsPointer"))
    return ((None, value) for value in found)


def unpacked(stream: BinaryIO, key: str) -> BinaryIO:
    """The file itself, where its key says that it is compressed."""
    return cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if key.endswith(".gz") else stream


def csv_rows(stream: BinaryIO, config: Mapping[str, Any], headers: list[str] | None = None) -> Iterator[Any]:
    """Rows as objects. A row that is too short is filled with empty strings, one that is too long is cut."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    rows = csv.reader(text, delimiter=DELIMITERS[config.get("CSVDelimiter", "COMMA")])
    try:
        if headers is None:
            given = config.get("CSVHeaderLocation") == "GIVEN"
            headers = list(config["CSVHeaders"]) if given else next((row for row in rows if row), [])
        if len(set(headers)) != len(headers):
            raise ItemsFailed(READER_FAILED, "CSV headers cannot contain duplicates.")
        width = len(headers)
        for row in rows:
            if row:
                if len(row) < width:
                    row += [""] * (width - len(row))
                yield dict(zip(headers, row, strict=False))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ItemsFailed(READER_FAILED, f"The file is not CSV: {error}.") from None
    finally:
        # The stream is its opener's to close.
        if not stream.closed:
            text.detach()


def _json_items(stream: BinaryIO, pointer: str | None) -> Iterator[Keyed]:
    """The elements of a file that is an array, or what a pointer leads to in it."""
    try:
        if pointer:
            yield from pointed_items(stream, pointer)
        else:
            for element in array_elements(stream):
                yield None, element
    except NothingThere:
        raise ItemsFailed(READER_FAILED, f"The ItemsPointer '{pointer}' leads to nothing in the file.") from None
    except NotIterable:
        raise ItemsFailed(READER_FAILED, "Attempting to map over non-iterable node.") from None
    except ValueError as error:
        raise ItemsFailed(READER_FAILED, f"The file is not JSON: {error}.") from None


def _json_lines(stream: BinaryIO) -> Iterator[Any]:
    for number, line in enumerate(stream, 1):
        if not line.isspace():
            try:
                yield jsontext.decode(line)
            except InvalidJson as error:
                raise ItemsFailed(READER_FAILED, f"Line {number} is not JSON: {error}.") from None


def _parquet_rows(stream: BinaryIO) -> Iterator[Any]:
    try:
        parquet: Any = importlib.import_module("pyarrow.parquet")
        arrow_error: type[Exception] = importlib.import_module("pyarrow").ArrowException
    except ImportError:
        cause = "Parquet files are read by pyarrow, which is not installed: install podium with the extra 'parquet'."
        raise ItemsFailed(READER_FAILED, cause) from None
    # A Parquet file is read from its end.
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as file:
        shutil.copyfileobj(stream, file)
        file.seek(0)
        try:
            for batch in parquet.ParquetFile(file).iter_batches(batch_size=ROWS_AT_ONCE):
                # Through JSON, so that dates and decimals are what a state can hold.
                yield from jsontext.decode(jsontext.encode(batch.to_pylist()))
        except arrow_error as error:
            raise ItemsFailed(READER_FAILED, f"The file is not Parquet: {error}.") from None
