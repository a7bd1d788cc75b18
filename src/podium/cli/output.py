"""What commands print: JSON as bytes and tables as aligned columns on stdout, notes for a person on stderr."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from podium.core import jsontext


def print_text(text: str) -> None:
    """A line, in UTF-8 whatever the terminal's locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def print_note(text: str) -> None:
    """A line for the person, on stderr: what reads stdout finds nothing there, and there is nothing."""
    print(text, file=sys.stderr)


def print_json(value: Any) -> None:
    """A value, indented on a terminal and compact in a pipe. Moments become ISO 8601."""
    print_json_text(jsontext.encode(_plain(value)).decode())


def print_json_text(text: str, *, pretty: bool | None = None) -> None:
    """JSON text as it is, or indented: by default where a terminal shows it."""
    if sys.stdout.isatty() if pretty is None else pretty:
        import msgspec

        text = msgspec.json.format(text, indent=2)
    print_text(text)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell; the last one as long as it is."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header) - 1)]
    for line in lines:
        print_text("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]))


def moment(value: datetime | None) -> str:
    """A moment in local time to the second; "-" for none."""
    return "-" if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
