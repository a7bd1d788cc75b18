"""Where a command's texts come from: a file, stdin, or the command line itself."""

import sys
from pathlib import Path

from podium.cli.errors import CommandError
from podium.core.asl.document import describe_json_error

STDIN = "-"


def read_text(source: str) -> str:
    """The UTF-8 text of a file, or of stdin for "-". A byte order mark is dropped.

    Raises:
        CommandError: it cannot be read, or isn't text.
    """
    if not source:
        raise CommandError("a file name is empty.")
    shown = "stdin" if source == STDIN else source
    try:
        data = sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
    except FileNotFoundError:
        raise CommandError(f"{shown}: there is no such file.") from None
    except IsADirectoryError:
        raise CommandError(f"{shown}: this is a directory; name a file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(f"{shown}: cannot be read ({reason.lower()}).") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{shown}: not UTF-8 text (byte {error.start}); a definition or input is JSON.") from None


def read_input(argument: str, *, option: str = "--input") -> str:
    """The JSON text that an option stands for: the text itself, `@file`, or "-" for stdin.

    Raises:
        CommandError: it cannot be read, or isn't JSON.
    """
    if argument == STDIN:
        text, place = read_text(STDIN), "stdin"
    elif argument.startswith("@"):
        text, place = read_text(argument[1:]), argument[1:]
    else:
        text, place = argument, option
    fault = describe_json_error(text)
    if fault is None:
        return text
    reason = fault.message.removesuffix(".") if text.strip() else "there is nothing"
    if place == option:
        where = f"(line {fault.line}, column {fault.column})"
        raise CommandError(f"{option}: not JSON: {reason} {where}. Write {option} @FILE to read it from a file.")
    raise CommandError(f"{place}:{fault.line}:{fault.column}: not JSON: {reason}.")
