"""Reference Paths: paths to exactly one place, where a ResultPath puts a result.

https://states-language.net/spec.html#ref-paths: `$`, then names and array indices only. A missing object on the way is
created; an array is never extended, since there is no place to speak of. What stands in the way fails the state with
States.ReferencePathConflict, as reports from AWS name it (its documentation says States.ResultPathMatchFailure).
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from podium.core import jsontext
from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.jsonpath.definite import chain_keys
from podium.core.expressions.jsonpath.parser import parse


class ReferencePath:
    """A compiled Reference Path. `put(document, value)` gives the document with the value at the place.

    The document is left alone: along the path it is copied, all else is shared. Raises
    EvaluationError("States.ReferencePathConflict", ...) if the place cannot be made.
    """

    __slots__ = ("put", "text")

    def __init__(self, text: str, keys: tuple[str | int, ...]) -> None:
        self.text = text
        self.put: Callable[[Any, Any], Any] = _compile_put(text, keys)


def compile_reference(text: str) -> ReferencePath:
    """The Reference Path a text stands for.

    Raises:
        InvalidExpression: not a path, or one with anything but names and indices from 0 up.
    """
    path = parse(text)
    keys = chain_keys(path.tokens)
    if (
        not text.startswith("$")
        or len(keys) < len(path.tokens)
        or any(isinstance(key, int) and key < 0 for key in keys)
    ):
        raise InvalidExpression(f"Invalid Reference Path '{text}': only names and array indices may follow '$'")
    return ReferencePath(text, keys)


def _compile_put(text: str, keys: tuple[str | int, ...]) -> Callable[[Any, Any], Any]:
    if not keys:
        return lambda document, value: value
    if len(keys) == 1 and isinstance(keys[0], str):
        (name,) = keys

        def put_name(document: Any, value: Any) -> Any:
            if type(document) is not dict:
                raise _conflict(text, name, document, document)
            # Half the time of `{**document, name: value}`.
            result = document.copy()
            result[name] = value
            return result

        return put_name

    def put(document: Any, value: Any) -> Any:
        result = place = _copy(document, text, keys[0], document)
        for key, following in pairwise(keys):
            inner = {} if type(place) is dict and key not in place and isinstance(following, str) else _get(place, key)
            place[key] = inner = _copy(inner, text, following, document)
            place = inner
        place[keys[-1]] = value
        return result

    return put


def _get(place: Any, key: str | int) -> Any:
    return place.get(key) if type(place) is dict else place[key]


def _copy(value: Any, text: str, key: str | int, document: Any) -> Any:
    """A copy of the object or array that `key` is to be put into."""
    if isinstance(key, str) and type(value) is dict:
        return dict(value)
    if isinstance(key, int) and type(value) is list and key < len(value):
        return list(value)
    raise _conflict(text, key, value, document)


def _conflict(text: str, key: str | int, value: Any, document: Any) -> EvaluationError:
    tried = f"ReferencePath {text}" if value is document else f'step "{key}"'
    written = jsontext.encode(document).decode()
    return EvaluationError("States.ReferencePathConflict", f"Unable to apply {tried} to input {written}")
