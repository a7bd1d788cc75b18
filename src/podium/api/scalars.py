"""Scalars of requests: which JSON values they may be written as, and how AWS words it where they are not.

Every fault is a SerializationException that names the Java classes AWS's services are written in.
"""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from podium.api.errors import ApiError

JAVA_CLASSES: Final[dict[type, str]] = {
    str: "java.lang.String",
    bool: "java.lang.Boolean",
    int: "com.amazon.coral.value.json.numbers.TruncatingBigNumber",
    float: "com.amazon.coral.value.json.numbers.TruncatingBigNumber",
}
_JAVA_NUMBERS: Final = {"integer": "Integer", "long": "Long", "float": "Float", "double": "Double"}
_YEAR_10000: Final = 253_402_300_800
"""Epoch seconds."""


def mismatch(value: Any, wanted: str) -> ApiError:
    """A value of the wrong JSON type where a scalar of a Java class is wanted."""
    if isinstance(value, dict):
        message = "Start of structure or map found where not expected."
    elif isinstance(value, list):
        message = "Start of list found where not expected"
    else:
        message = f"class {JAVA_CLASSES[type(value)]} can not be converted to an {wanted}"
    return ApiError("SerializationException", message)


def _string(value: Any) -> str:
    if value.__class__ is not str:
        raise mismatch(value, "String")
    text: str = value
    return text


def _boolean(value: Any) -> bool:
    if value.__class__ is not bool:
        raise mismatch(value, "Boolean")
    truth: bool = value
    return truth


def _blob(value: Any) -> bytes:
    if value.__class__ is bytes:
        content: bytes = value
        return content
    try:
        return base64.b64decode(_string(value), validate=True)
    except (binascii.Error, ValueError):
        raise ApiError("SerializationException", "Invalid base64 value") from None


def _number(kind: str) -> Callable[[Any], int | float]:
    whole = kind in ("integer", "long")
    wanted = _JAVA_NUMBERS[kind]

    def convert(value: Any) -> int | float:
        if value.__class__ is int:
            number: int = value
            return number
        if value.__class__ is not float:
            raise mismatch(value, wanted)
        try:
            return int(value) if whole else float(value)
        except OverflowError:  # infinity: a number beyond what JSON readers represent
            raise mismatch(str(value), wanted) from None

    return convert


def _moment(value: Any) -> int | float:
    """Epoch seconds, written as such or in ISO 8601, as the SDKs write them."""
    if value.__class__ is str:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise mismatch(value, "Date") from None
        value = at.replace(tzinfo=at.tzinfo or UTC).timestamp()
    if value.__class__ not in (int, float) or not 0 <= value < _YEAR_10000:
        raise mismatch(value, "Date")
    seconds: int | float = value
    return seconds


_CONVERSIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "string": _string,
    "boolean": _boolean,
    "blob": _blob,
    "timestamp": _moment,
}


def conversion(kind: str) -> Callable[[Any], Any]:
    """From a decoded value to the scalar of a kind of shape: text, a truth, a number, bytes, epoch seconds.

    The function raises `ApiError` with SerializationException.
    """
    return _CONVERSIONS.get(kind) or _number(kind)
