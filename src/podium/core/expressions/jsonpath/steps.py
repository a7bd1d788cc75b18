"""One token applied to many values: a closure `step(values, evaluation)` giving all the values the token leads to.

Values the token cannot be applied to are left out; with `strict` (inside a path tested for existence) an object
without the name is an error instead.
"""

from collections.abc import Callable, Collection
from typing import Any

from podium.core.expressions.jsonpath.calls import compile_call
from podium.core.expressions.jsonpath.errors import EvaluationFailed, PathNotFound
from podium.core.expressions.jsonpath.evaluation import Evaluation
from podium.core.expressions.jsonpath.filters import Compile, Test, accepts, compile_condition
from podium.core.expressions.jsonpath.tokens import Call, Child, Descendants, Filter, Index, Slice, Token, Wildcard

Step = Callable[[list[Any], Evaluation], list[Any]]


def compile_step(token: Token, last: bool, strict: bool, compile_path: Compile) -> Step:
    """The step of a token that is not `Descendants`; `last` says that no other token follows."""
    match token:
        case Child((name,)):
            return _strict_name(name) if strict else _name(name)
        case Child(names):
            return _merged_names(names, strict) if last else _each_name(names, strict)
        case Index(indices):
            return _indices(indices)
        case Slice(start, stop):
            return _slice(start, stop)
        case Wildcard():
            return _wildcard
        case Filter(condition):
            return _filter(compile_condition(condition, compile_path, strict))
        case Call():
            return _call(token, compile_path, strict)
        case Descendants():
            raise AssertionError("Descendants is compiled together with the token after it")


def _name(name: str) -> Step:
    return lambda values, evaluation: [value[name] for value in values if type(value) is dict and name in value]


def _strict_name(name: str) -> Step:
    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        try:
            return [value[name] for value in values if type(value) is dict]
        except KeyError:
            raise PathNotFound(f"No results for path: ['{name}']") from None

    return step


def _require(value: dict[str, Any], names: tuple[str, ...], strict: bool) -> None:
    if strict and any(name not in value for name in names):
        raise PathNotFound(f"Missing property in path {list(names)}")


def _merged_names(names: tuple[str, ...], strict: bool) -> Step:
    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out = []
        for value in values:
            if type(value) is dict:
                evaluation.charge(len(names))
                _require(value, names, strict)
                out.append({name: value[name] for name in names if name in value})
        return out

    return step


def _each_name(names: tuple[str, ...], strict: bool) -> Step:
    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out = []
        for value in values:
            if type(value) is dict:
                evaluation.charge(len(names))
                _require(value, names, strict)
                out += [value[name] for name in names if name in value]
        return out

    return step


def _indices(indices: tuple[int, ...]) -> Step:
    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out = []
        for value in values:
            if type(value) is list:
                evaluation.charge(len(indices))
                count = len(value)
                out += [value[index] for index in indices if -count <= index < count]
        return out

    return step


def _slice(start: int | None, stop: int | None) -> Step:
    """Jayway's slices: with both ends given, negative ones count through zero, `[-2:1]` being -2, -1 and 0."""

    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out: list[Any] = []
        for value in values:
            if type(value) is not list:
                continue
            count = len(value)
            evaluation.charge(count)
            if start is not None and stop is not None:
                out += [value[index] for index in range(max(start, -count), min(stop, count))]
            else:
                out += value[start:stop]
        return out

    return step


def _wildcard(values: list[Any], evaluation: Evaluation) -> list[Any]:
    out: list[Any] = []
    for value in values:
        if type(value) is list:
            evaluation.charge(len(value))
            out += value
        elif type(value) is dict:
            evaluation.charge(len(value))
            out += value.values()
    return out


def _filter(test: Test) -> Step:
    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out = []
        for value in values:
            if type(value) is list:
                evaluation.charge(len(value))
                out += [item for item in value if accepts(test, item, evaluation)]
            elif type(value) is dict and accepts(test, value, evaluation):
                out.append(value)
        return out

    return step


def _call(call: Call, compile_path: Compile, strict: bool) -> Step:
    program = compile_call(call, compile_path, strict)

    def step(values: list[Any], evaluation: Evaluation) -> list[Any]:
        try:
            return [program(value, evaluation) for value in values]
        except IndexError as error:
            raise EvaluationFailed(f"Index out of bounds: {error}") from None

    return step


def compile_descent(token: Token, last: bool, strict: bool, compile_path: Compile) -> Step:
    """`..` and the token after it: every array and object at any depth, outer ones first.

    On an array that the token applies to, but with more tokens to come, Jayway goes on with all its items.
    """
    step = compile_step(token, last, strict, compile_path)
    match token:
        case Child((name,)) if not strict:
            return _descent_to_name(name)
        case Child(names):
            needed = frozenset(names if not strict and (last or len(names) == 1) else ())
            return _descent(step, lambda value, evaluation: type(value) is dict and value.keys() >= needed, last)
        case Index() | Slice():
            return _descent(step, lambda value, evaluation: type(value) is list, last)
        case Wildcard():
            return _descent(step, lambda value, evaluation: True, last)
        case Filter(condition):
            test = compile_condition(condition, compile_path, strict)
            return _descent(step, lambda value, evaluation: accepts(test, value, evaluation), last)
    return lambda values, evaluation: []


def _descent_to_name(name: str) -> Step:
    """What `..name` leads to."""

    def descend(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out: list[Any] = []
        pending = values[::-1]
        children: Collection[Any]
        while pending:
            value = pending.pop()
            if type(value) is dict:
                children = value.values()
                if name in value:
                    out.append(value[name])
            elif type(value) is list:
                children = value
            else:
                continue
            evaluation.charge(1 + len(children))
            pending += [child for child in children if type(child) is dict or type(child) is list][::-1]
        return out

    return descend


def _descent(step: Step, applies: Test, last: bool) -> Step:
    def descend(values: list[Any], evaluation: Evaluation) -> list[Any]:
        out: list[Any] = []
        pending = values[::-1]
        while pending:
            value = pending.pop()
            if type(value) is dict:
                children = list(value.values())
            elif type(value) is list:
                children = value
            else:
                continue
            evaluation.charge(1 + len(children))
            if applies(value, evaluation):
                out += value if type(value) is list and not last else step([value], evaluation)
            pending += [child for child in children[::-1] if type(child) is dict or type(child) is list]
        return out

    return descend
