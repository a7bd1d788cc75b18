"""JSON text to values and back: the one place that decides how a value looks when it is written down.

Built on msgspec: exact big integers, no NaN on the way in. Everything that can be wrong with a text
comes out as one error, `InvalidJson`, so that no caller needs to know msgspec, recursion limits or codecs.
"""

from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class InvalidJson(ValueError):
    """The text is not one JSON value, or nests too deeply to be one."""


def decode(text: bytes | str) -> Any:
    """The value a JSON text stands for.

    Raises:
        InvalidJson: the text is malformed, is not UTF-8, or nests deeper than the interpreter can follow.
    """
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidJson(str(error)) from None
    except RecursionError:
        raise InvalidJson("JSON is nested too deeply") from None


def encode(value: Any) -> bytes:
    """Compact UTF-8 JSON of a value, keys in their own order.

    Raises:
        InvalidJson: the value nests deeper than can be written, or holds something JSON has no form for.
    """
    try:
        return _encode(value)
    except RecursionError:
        raise InvalidJson("JSON is nested too deeply") from None
    except (TypeError, ValueError, OverflowError, UnicodeError) as error:
        raise InvalidJson(str(error)) from None
