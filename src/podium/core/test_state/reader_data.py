"""What a Map's ItemReader makes of a file's text: its items.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html. TestState is given the text; the
formats that are no text (Parquet) or name further files (manifests) have no items here.
"""

import csv
from typing import Any, Final

from podium.core import jsontext
from podium.core.expressions.errors import EvaluationError
from podium.core.jsontext import InvalidJson

READER_FAILED: Final = "States.ItemReaderFailed"
_DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


class ReaderData:
    """One ItemReader and the text it reads."""

    def __init__(self, spec: dict[str, Any], text: str | None) -> None:
        self._config: dict[str, Any] = spec.get("ReaderConfig", {})
        self._lists_objects = str(spec["Resource"]).endswith("listObjectsV2")
        self._text = text
        self.given = text is not None
        self.pointer: str | None = self._config.get("ItemsPointer")

    def items(self) -> list[Any] | None:
        """The items; None when there is no text, or none that can be taken apart.

        Raises:
            EvaluationError: the text is not in the format that is configured.
        """
        if self._text is None:
            return None
        match "JSON" if self._lists_objects else self._config.get("InputType"):
            case "JSON":
                read = self._json(self._text)
            case "JSONL":
                read = [_decode(line) for line in self._text.splitlines() if line.strip()]
            case "CSV":
                read = self._csv(self._text)
            case _:
                return None
        limit = self._config.get("MaxItems")
        return read[:limit] if isinstance(limit, int) and limit else read

    def _json(self, text: str) -> list[Any]:
        found = _decode(text)
        if self.pointer is not None:
            found = _follow(found, self.pointer)
        if isinstance(found, dict):
            return list(found.values())
        if not isinstance(found, list):
            raise EvaluationError(READER_FAILED, "Attempting to map over non-iterable node.")
        return found

    def _csv(self, text: str) -> list[Any]:
        delimiter = _DELIMITERS[self._config.get("CSVDelimiter", "COMMA")]
        rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if row]
        if self._config.get("CSVHeaderLocation") == "GIVEN":
            headers = self._config["CSVHeaders"]
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
