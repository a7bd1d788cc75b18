"""What is wrong with a setting's value, in the words of the person who wrote it: the reader of values speaks Python's.

Where a value is a table (a connection), the place inside it comes first: `.type: expected one of none, basic, ...`.
"""

import re
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import msgspec
from msgspec import Meta

_TYPES_IN_WORDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}
_BOUNDS_IN_WORDS: Final = {">=": "of at least", "<=": "of at most", ">": "above", "<": "below"}

_PLACE: Final = re.compile(r" - at `\$(.*)`\Z")
_BOUND: Final = re.compile(r"Expected `(\w+)` (>=|<=|>|<) (.+)\Z")
_KIND: Final = re.compile(r"Expected `(.+)`, got `(.+)`\Z")
_CHOICE: Final = re.compile(r"Invalid enum value (.+)\Z")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.+)`\Z")


def fault_in_words(type_: Any, message: str) -> str:
    """The rest of a sentence that begins with the setting's name, e.g. ": expected a whole number, not text.".

    Args:
        type_: what the value should have been.
        message: what msgspec says of it.
    """
    found = _PLACE.search(message)
    place = found[1] if found else ""
    fault = message[: found.start()] if found else message
    return f"{place}: {_in_words(_type_at(type_, place), fault)}."


def _in_words(type_: Any, fault: str) -> str:
    if found := _BOUND.match(fault):
        number = found[3].removesuffix(".0")
        return f"expected {_named(found[1])} {_BOUNDS_IN_WORDS[found[2]]} {number}"
    if found := _KIND.match(fault):
        return f"expected {_named(found[1])}, not {_named(found[2])}"
    if found := _CHOICE.match(fault):
        return f"expected one of {', '.join(map(str, get_args(_bare(type_))))}, not {found[1]}"
    if found := _UNKNOWN.match(fault):
        return f"there is no {found[1]}; known are {', '.join(msgspec.structs.asdict(_bare(type_)()))}"
    if described := [meta.description for meta in _metadata(type_) if meta.description]:
        return f"expected {described[0]}"
    return f"{fault[0].lower()}{fault[1:]}"


def _named(types: str) -> str:
    """A kind of value, or several, as msgspec writes them: `str | null`."""
    return " or ".join(_TYPES_IN_WORDS.get(name, name) for name in types.split(" | "))


def _type_at(type_: Any, place: str) -> Any:
    """The type of a member, by its place in a value: `.type`. Only members of tables have a name to go by."""
    for name in re.findall(r"\.(\w+)", place):
        hints = {field.name: field.type for field in msgspec.structs.fields(_bare(type_))}
        type_ = hints[name]
    return type_


def _bare(type_: Any) -> Any:
    """Without annotations, and without None where that is the other choice."""
    if get_origin(type_) is Annotated:
        return _bare(get_args(type_)[0])
    if get_origin(type_) in (Union, UnionType):
        return next(_bare(choice) for choice in get_args(type_) if choice is not type(None))
    return type_


def _metadata(type_: Any) -> list[Meta]:
    return [found for found in getattr(type_, "__metadata__", ()) if isinstance(found, Meta)]
