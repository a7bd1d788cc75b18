"""Definition text to a JSON value.

The fast decoder of `core/jsontext` reads every text; what it refuses is described as AWS describes it.
"""

import json
from typing import Any, Final

from podium.core import jsontext
from podium.core.asl.json_faults import JsonFault, describe

NESTING_MAX: Final = 200
"""How deeply a definition may nest arrays and objects. The checks walk it, so it bounds their recursion."""

_INPUT_NESTING_MAX: Final = 1_000


class MalformedDocument(ValueError):
    """The text is not one JSON value that the checks can follow."""

    def __init__(self, fault: JsonFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(text: str) -> Any:
    """The value of a definition's text, in which no object may name a field twice.

    Raises:
        MalformedDocument: with what Jackson would have said.
    """
    try:
        value = jsontext.decode(text)
        twice = _names_twice(text)
    except (jsontext.InvalidJson, ValueError, RecursionError):
        raise MalformedDocument(describe(text, NESTING_MAX)) from None
    if twice or _nests_deeper_than(value, NESTING_MAX):
        raise MalformedDocument(describe(text, NESTING_MAX))
    return value


def describe_json_error(text: str) -> JsonFault | None:
    """What AWS says of a text that should be JSON, as StartExecution says it of an input; None if it is JSON."""
    try:
        jsontext.decode(text)
    except (jsontext.InvalidJson, ValueError):
        if not text.strip():
            return JsonFault("Invalid execution input.", 1, 1)
        return describe(text, _INPUT_NESTING_MAX, names_twice=True)
    return None


def _names_twice(text: str) -> bool:
    twice = False

    def see(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len({name for name, _ in pairs}) < len(pairs)

    json.loads(text, object_pairs_hook=see)
    return twice


def _nests_deeper_than(value: Any, nesting_max: int) -> bool:
    level: list[Any] = [value]
    for _ in range(nesting_max):
        inner: list[Any] = []
        for container in level:
            if isinstance(container, dict):
                inner.extend(container.values())
            elif isinstance(container, list):
                inner.extend(container)
        if not inner:
            return False
        level = inner
    return any(isinstance(container, dict | list) for container in level)
