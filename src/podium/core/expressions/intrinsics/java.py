"""How Java shows, hashes and draws values: Step Functions' intrinsic functions run on Java's own collections.

`States.ArrayUnique` has the order of a `HashSet`, and a seeded `States.MathRandom` is `java.util.Random`: a
definition that relies on either would otherwise give other answers here than on AWS.
"""

import re
import struct
from collections.abc import Iterable
from typing import Any, Final

from podium.core import jsontext
from podium.core.expressions.jsonpath.java import double_text

_INT32_MASK: Final = 0xFFFF_FFFF
_INT32_MIN: Final = -(1 << 31)
_INT32_MAX: Final = (1 << 31) - 1
_INT64_MASK: Final = (1 << 64) - 1
_PRINTED_OTHERWISE: Final = re.compile(rb"\d[eE][-+]?\d|\d{8}\.|0\.000")


def text(value: Any) -> str:
    """`String.valueOf` of a JSON value: strings bare, containers as `{key=value}` and `[a, b]`.

    Raises:
        RecursionError: the value nests too deeply. Unlike the text in a message, a payload must not lose its content.
    """
    if type(value) is str:
        return value
    if type(value) is dict:
        return "{" + ", ".join([f"{key}={text(item)}" for key, item in value.items()]) + "}"
    if type(value) is list:
        return "[" + ", ".join([text(item) for item in value]) + "]"
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    return double_text(value) if type(value) is float else str(value)


def json_text(value: Any) -> str:
    """Compact JSON with numbers as Jackson prints them (`1.0E10` where Python has `10000000000.0`).

    Raises:
        jsontext.InvalidJson: the value nests too deeply to be written.
    """
    encoded = jsontext.encode(value)
    if _PRINTED_OTHERWISE.search(encoded):
        return _json_text(value)
    return encoded.decode()


def _json_text(value: Any) -> str:
    if type(value) is dict:
        return "{" + ",".join([f"{_json_text(key)}:{_json_text(item)}" for key, item in value.items()]) + "}"
    if type(value) is list:
        return "[" + ",".join([_json_text(item) for item in value]) + "]"
    if type(value) is str:
        return jsontext.encode(value).decode()
    return text(value)


def unique(values: Iterable[Any]) -> list[Any]:
    """The distinct values in the order a `java.util.HashSet` built from them iterates.

    1 and 1.0 are different (Integer and Double), as are 1 and true.
    """
    values = list(values)
    capacity = 16
    while capacity * 3 < len(values) * 4:
        capacity *= 2
    buckets: dict[int, dict[Any, Any]] = {}
    for value in values:
        code = hash_code(value)
        buckets.setdefault((code ^ (code >> 16)) & (capacity - 1), {}).setdefault(_identity(value), value)
    return [value for index in sorted(buckets) for value in buckets[index].values()]


def hash_code(value: Any) -> int:
    """`Object.hashCode` of a JSON value as an unsigned 32-bit number."""
    if value is None:
        return 0
    if type(value) is str:
        return _string_hash(value)
    if type(value) is bool:
        return 1231 if value else 1237
    if type(value) is int:
        return value & _INT32_MASK if _INT32_MIN <= value <= _INT32_MAX else _fold(value & _INT64_MASK)
    if type(value) is float:
        return _fold(struct.unpack(">Q", struct.pack(">d", value))[0])
    if type(value) is list:
        code = 1
        for item in value:
            code = (31 * code + hash_code(item)) & _INT32_MASK
        return code
    return sum(_string_hash(key) ^ hash_code(item) for key, item in value.items()) & _INT32_MASK


def _string_hash(value: str) -> int:
    code = 0
    units = value.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & _INT32_MASK
    return code


def _fold(bits: int) -> int:
    return (bits ^ (bits >> 32)) & _INT32_MASK


def _identity(value: Any) -> Any:
    if type(value) is list:
        return (list, tuple([_identity(item) for item in value]))
    if type(value) is dict:
        return (dict, frozenset([(key, _identity(item)) for key, item in value.items()]))
    return (type(value), value)


def seeded_int(seed: int, bound: int) -> int:
    """`new java.util.Random(seed).nextInt(bound)` for 0 < bound < 2**31."""
    state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
    while True:
        state = (state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        bits = state >> 17
        if bound & (bound - 1) == 0:
            return (bound * bits) >> 31
        drawn = bits % bound
        if bits - drawn + bound - 1 < 1 << 31:
            return drawn
