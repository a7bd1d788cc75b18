"""The items of a JSON file, one after the other, without holding the whole of it.

They are the elements of the array that the file is, or what an ItemsPointer, a JSON Pointer (RFC 6901), leads to: an
array's elements or an object's members. What lies before is passed over, what follows is not read.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from podium.integrations.items.json_window import Window


class NotIterable(Exception):
    """The text may be JSON, but there is neither an array nor, behind a pointer, an object."""


class NothingThere(Exception):
    """The pointer leads to nothing."""


def array_elements(stream: BinaryIO) -> Iterator[Any]:
    """The elements of the array that is the whole of a text.

    Raises:
        NotIterable: before the first element.
        ValueError: it is not JSON, or not UTF-8.
    """
    window = Window(stream)
    if window.next() != "[":
        raise NotIterable
    for _, element in _items(window):
        yield element
    if window.next():
        raise ValueError("something follows the array")


def pointed_items(stream: BinaryIO, pointer: str) -> Iterator[tuple[str | None, Any]]:
    """The elements of the array, or named members of the object, that a pointer leads to.

    Raises:
        NothingThere, NotIterable: before the first item.
        ValueError: it is not JSON, or not UTF-8.
    """
    window = Window(stream)
    for part in pointer.split("/")[1:]:
        _descend(window, part.replace("~1", "/").replace("~0", "~"))
    if window.next() not in ("[", "{"):
        window.value()
        raise NotIterable
    yield from _items(window)


def _descend(window: Window, name: str) -> None:
    """Go to the value of a member, or to an element by its index."""
    if window.next() not in ("[", "{"):
        window.value()
        raise NothingThere
    for index, key in enumerate(_keys(window)):
        if (str(index) if key is None else key) == name:
            return
        window.skip()
    raise NothingThere


def _items(window: Window) -> Iterator[tuple[str | None, Any]]:
    for key in _keys(window):
        yield key, window.value()


def _keys(window: Window) -> Iterator[str | None]:
    """Goes from value to value of the array or object that begins here; gives members' names.

    Whoever iterates takes each value or passes over it.
    """
    ending = "]" if window.next() == "[" else "}"
    window.at += 1
    if window.next() == ending:
        window.at += 1
        return
    while True:
        yield None if ending == "]" else _name(window)
        separator = window.next()
        window.at += 1
        if separator == ending:
            return
        if separator != ",":
            raise ValueError(f"expected a comma or '{ending}'")


def _name(window: Window) -> str:
    name = window.value()
    if not isinstance(name, str) or window.next() != ":":
        raise ValueError("expected a member's name and a colon")
    window.at += 1
    return name
