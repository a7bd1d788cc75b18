"""What a Map's ItemReader makes of a file's text: its items.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html. TestState is given the text; the
formats that are no text (Parquet) or name further files (manifests) have no items here.
"""

import csv
from collections.abc import Mapping
from typing import Any, Final

from podium.core import jsontext
from podium.core.expressions.errors import EvaluationError
from podium.core.jsontext import InvalidJson
from podium.core.machine.map_run import Item, ItemReader

READER_FAILED: Final = "States.ItemReaderFailed"
_DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


def read_items(reader: ItemReader, text: str) -> list[Item] | None:
    """The items; None when they can't be taken from a text alone.

    Raises:
        EvaluationError: the text is not in the format that is configured.
    """
    config = reader.config
    match "JSON" if reader.action == "listObjectsV2" else config.get("InputType"):
        case "JSON":
            found = _json(config, text)
        case "JSONL":
            found = [(None, _decode(line)) for line in text.splitlines() if line.strip()]
        case "CSV":
            found = [(None, row) for row in _rows(config, text)]
        case _:
            return None
    parameters = reader.parameters
    source = f"S3://{parameters.get('Bucket', '')}/{parameters.get('Key', parameters.get('Prefix', ''))}"
    return [Item(value, source, key) for key, value in found[: reader.items_max]]


def _json(config: Mapping[str, Any], text: str) -> list[tuple[str | None, Any]]:
    found = _decode(text)
    if "ItemsPointer" in config:
        found = _follow(found, config["ItemsPointer"])
    if isinstance(found, dict):
        return list(found.items())
    if not isinstance(found, list):
        raise EvaluationError(READER_FAILED, "Attempting to map over non-iterable node.")
    return [(None, value) for value in found]


def _rows(config: Mapping[str, Any], text: str) -> list[dict[str, str]]:
    delimiter = _DELIMITERS[config.get("CSVDelimiter", "COMMA")]
    rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if row]
    if config.get("CSVHeaderLocation") == "GIVEN":
        headers: list[str] = config["CSVHeaders"]
    else:
        headers, rows = (rows[0], rows[1:]) if rows else ([], [])
    return [dict(zip(headers, [*row, *[""] * (len(headers) - len(row))], strict=False)) for row in rows]


def _decode(text: str) -> Any:
    try:
        return jsontext.decode(text)
    except InvalidJson:
        raise EvaluationError(READER_FAILED, "The data read by the ItemReader is not valid JSON.") from None


def _follow(document: Any, pointer: str) -> Any:
    """What a JSON Pointer (RFC 6901) leads to."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            raise EvaluationError(READER_FAILED, f"The ItemsPointer '{pointer}' leads to nothing in the data.")
    return document
