"""The JSON texts inside filters, `[?(@.sku in ['a', b, 1])]`, read as leniently as Jayway's json-smart reads them.

Single quotes, missing quotes, leading zeros and trailing commas are accepted.
"""

from typing import Any

from podium.core.expressions.jsonpath.java import parse_decimal, unescape

MAX_DEPTH = 100
_WORDS = {"true": True, "false": False, "null": None}


class Unreadable(ValueError):
    """Not even leniently JSON."""


def parse(text: str) -> Any:
    """The array or object a text stands for.

    Raises:
        Unreadable: brackets or quotes do not match, or nest deeper than `MAX_DEPTH`.
    """
    try:
        value, end = _value(text, 0, 0, "")
    except IndexError:
        raise Unreadable(f"Unexpected End Of File: {text}") from None
    if text[end:].strip():
        raise Unreadable(f"Unexpected token at position {end}: {text}")
    return value


def _value(text: str, index: int, depth: int, stops: str) -> tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise Unreadable("Malicious payload, having non natural depths")
    index = _skip(text, index)
    match text[index]:
        case "[":
            return _array(text, index + 1, depth + 1)
        case "{":
            return _object(text, index + 1, depth + 1)
        case "'" | '"':
            return _quoted(text, index)
    return _bare(text, index, stops)


def _array(text: str, index: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        index = _skip(text, index)
        if text[index] == "]":
            return items, index + 1
        if text[index] == ",":
            index += 1
            continue
        item, index = _value(text, index, depth, ",]")
        items.append(item)
        index = _skip(text, index)
        if text[index] not in ",]":
            raise Unreadable(f"Unexpected character ({text[index]}) at position {index}")


def _object(text: str, index: int, depth: int) -> tuple[dict[str, Any], int]:
    properties: dict[str, Any] = {}
    while True:
        index = _skip(text, index)
        if text[index] == "}":
            return properties, index + 1
        if text[index] == ",":
            index += 1
            continue
        if text[index] in "'\"":
            name, index = _quoted(text, index)
        else:
            start = index
            while text[index] not in ":,}":
                index += 1
            name = text[start:index].strip()
        index = _skip(text, index)
        if text[index] != ":":
            raise Unreadable(f"Unexpected character ({text[index]}) at position {index}")
        properties[name], index = _value(text, index + 1, depth, ",}")
        index = _skip(text, index)
        if text[index] not in ",}":
            raise Unreadable(f"Unexpected character ({text[index]}) at position {index}")


def _quoted(text: str, start: int) -> tuple[str, int]:
    index = start + 1
    while text[index] != text[start]:
        index += 2 if text[index] == "\\" else 1
    return unescape(text[start + 1 : index]), index + 1


def _bare(text: str, start: int, stops: str) -> tuple[Any, int]:
    index = start
    while text[index] not in stops:
        index += 1
    word = text[start:index].strip()
    if word in _WORDS:
        return _WORDS[word], index
    number = parse_decimal(word)
    if number is None:
        return word, index
    if word.lstrip("-+").isdecimal():
        return int(number), index
    return float(number), index


def _skip(text: str, index: int) -> int:
    while text[index] in " \t\r\n":
        index += 1
    return index
