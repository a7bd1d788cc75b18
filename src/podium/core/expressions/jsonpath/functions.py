"""The functions a path may call, `$.items.length()`, with Jayway's results: aggregates are doubles.

A function sees the value so far and its parameters, each evaluated when asked for.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from podium.core.expressions.jsonpath import java
from podium.core.expressions.jsonpath.errors import EvaluationFailed

Parameter = Callable[[], Any]
Function = Callable[[Any, Sequence[Parameter]], Any]

_EMPTY = "Aggregation function attempted to calculate value using empty array"


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def _numbers(parameters: Sequence[Parameter]) -> list[int | float]:
    numbers: list[int | float] = []
    for parameter in parameters:
        value = parameter()
        numbers.extend(filter(_is_number, value if isinstance(value, list) else [value]))
    return numbers


def _double(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _aggregate(reduce: Callable[[list[float]], float]) -> Function:
    def aggregate(value: Any, parameters: Sequence[Parameter]) -> float:
        numbers = list(filter(_is_number, value)) if isinstance(value, list) else []
        numbers += _numbers(parameters)
        if not numbers:
            raise EvaluationFailed(_EMPTY)
        result = reduce([_double(number) for number in numbers])
        if not math.isfinite(result):
            raise EvaluationFailed(f"The result {result} has no JSON form")
        return result

    return aggregate


def _sum(numbers: list[float]) -> float:
    # One after the other, as Java adds doubles: Python's own sum compensates rounding since 3.12.
    total = 0.0
    for number in numbers:
        total += number
    return total


def _standard_deviation(numbers: list[float]) -> float:
    count = float(len(numbers))
    total = _sum(numbers)
    variance = _sum([number * number for number in numbers]) / count - total * total / count / count
    return math.sqrt(variance) if variance >= 0 else math.nan


def _concat(value: Any, parameters: Sequence[Parameter]) -> str:
    parts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    for parameter in parameters:
        argument = parameter()
        if isinstance(argument, list):
            parts += [java.text(item) for item in argument if item is not None]
        elif isinstance(argument, str):
            parts.append(argument)
    return "".join(parts)


def _length(value: Any, parameters: Sequence[Parameter]) -> int | None:
    if parameters:
        argument = parameters[0]()
        if isinstance(argument, list):
            return len(argument)
    return len(value) if isinstance(value, (list, dict)) else None


def _keys(value: Any, parameters: Sequence[Parameter]) -> tuple[str, ...] | None:
    # A tuple, since Jayway's set of names is no array to the tokens that follow.
    return tuple(value) if isinstance(value, dict) else None


def _append(value: Any, parameters: Sequence[Parameter]) -> Any:
    if isinstance(value, list) and parameters:
        return [*value, *(parameter() for parameter in parameters)]
    return value


def _item(value: Any, index: int) -> Any:
    if not isinstance(value, list):
        raise EvaluationFailed(_EMPTY)
    if index >= 0:
        return value[index]
    # Jayway never reaches the first item from the end.
    if len(value) + index <= 0:
        raise EvaluationFailed(f"Target index:{index} larger than object count:{len(value)}")
    return value[index]


def _index(value: Any, parameters: Sequence[Parameter]) -> Any:
    if not isinstance(value, list):
        raise EvaluationFailed(_EMPTY)
    return _item(value, int(_numbers(parameters)[0]))


FUNCTIONS: Final[dict[str, Function]] = {
    "avg": _aggregate(lambda numbers: _sum(numbers) / len(numbers)),
    "stddev": _aggregate(_standard_deviation),
    "sum": _aggregate(_sum),
    "min": _aggregate(min),
    "max": _aggregate(max),
    "concat": _concat,
    "length": _length,
    "size": _length,
    "append": _append,
    "keys": _keys,
    "first": lambda value, parameters: _item(value, 0),
    "last": lambda value, parameters: _item(value, -1),
    "index": _index,
}
