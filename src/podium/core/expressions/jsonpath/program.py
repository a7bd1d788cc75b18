"""A parsed path to a closure `program(value, evaluation)`, applied to a value.

An indefinite path is evaluated token by token: all the values one token leads to, then the next token on all of them.
That gives Jayway's order without recursion, however long the path or deep the document. Up to the first indefinite
token a missing place is an error; after it, values without the place are left out.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from podium.core.expressions.jsonpath import java
from podium.core.expressions.jsonpath.calls import call_before
from podium.core.expressions.jsonpath.definite import (
    MISSING,
    AsError,
    chain_length,
    compile_chain,
    expect_array,
    expect_object,
    no_results,
    place_after,
    raising,
)
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected
from podium.core.expressions.jsonpath.evaluation import Evaluation
from podium.core.expressions.jsonpath.filters import Program
from podium.core.expressions.jsonpath.steps import Step, compile_descent, compile_step
from podium.core.expressions.jsonpath.tokens import (
    Call,
    Child,
    Descendants,
    Filter,
    Index,
    ParsedPath,
    Slice,
    Token,
    fragments,
    is_definite,
)


def normalise(path: ParsedPath) -> ParsedPath:
    """A function at the end of a path that starts with `..` is one of all its values: `$.sum($..price)`."""
    tokens = path.tokens
    if len(tokens) < 2 or not isinstance(tokens[0], Descendants) or not isinstance(tokens[-1], Call):
        return path
    number = next(number for number, token in enumerate(tokens) if isinstance(token, Call))
    first = tokens[number]
    call = Call(first.name if isinstance(first, Call) else "", (replace(path, tokens=tokens[:number]),))
    return ParsedPath("$", (call, *tokens[number + 1 :]))


def is_path_definite(path: ParsedPath) -> bool:
    """Whether a normalised path gives one value rather than a list of them."""
    last = len(path.tokens) - 1
    return all(is_definite(token, number == last) for number, token in enumerate(path.tokens))


def compile_evaluation(path: ParsedPath, as_error: AsError | None = None) -> Callable[..., Any]:
    """The closure `evaluate(document)` of a normalised path: of a chain of names and indices, the chain itself.

    Where the path leads nowhere it raises PathNotFound, or what `as_error` makes of that.
    """
    tokens = path.tokens
    if chain_length(tokens) == len(tokens):
        return compile_chain(path.root, tokens, len(tokens), as_error)
    program = compile_path(path)

    def evaluate(document: Any) -> Any:
        return program(document, Evaluation(document))

    return evaluate if as_error is None else raising(as_error, evaluate)


def compile_path(path: ParsedPath, strict: bool = False) -> Program:
    """The closure of a path. With `strict`, an object without a name is an error also after an indefinite token.

    The closure raises PathNotFound; of a definite path it gives the value, of an indefinite one the list of values.
    """
    path = normalise(path)
    tokens = path.tokens
    if chain_length(tokens) == len(tokens):
        return compile_chain(path.root, tokens, len(tokens))
    values = _compile_values(path.root, tokens, True, strict)
    if not is_path_definite(path):
        return values

    def single(value: Any, evaluation: Evaluation) -> Any:
        found = values(value, evaluation)
        if not found:
            raise no_results(path.root, tokens)
        return found[-1]

    return single


def _compile_values(place: str, tokens: Sequence[Token], definite: bool, strict: bool) -> Callable[..., list[Any]]:
    """All results of the tokens, on a value at `place` that a definite path led to or not.

    A function in the middle counts as a result too: Jayway notes it, and goes on from it.
    """
    middle = call_before(tokens)
    if middle is None:
        return _compile_segment(place, tokens, tokens, definite, strict)
    head, tail = tokens[: middle + 1], tokens[middle + 1 :]
    results_of_head = _compile_segment(place, head, tokens, definite, strict)
    for token in head:
        definite = definite and is_definite(token, last=False)
        place = place_after(place, token)
    results_of_tail = _compile_values(place, tail, definite, strict)

    def values(value: Any, evaluation: Evaluation) -> list[Any]:
        out = []
        for result in results_of_head(value, evaluation):
            out.append(_as_json(result))
            out += results_of_tail(result, evaluation)
        return out

    return values


def _compile_segment(
    place: str, tokens: Sequence[Token], rest: Sequence[Token], definite: bool, strict: bool
) -> Callable[..., list[Any]]:
    """Tokens without a function but at the end. `rest` is the path from here on, for messages."""
    length = chain_length(tokens) if definite else 0
    chain = compile_chain(place, rest, length) if length else None
    for token in tokens[:length]:
        place = place_after(place, token)
    check = _compile_check(place, rest[length:]) if definite else None
    steps = _compile_steps(tokens[length:], len(rest) == len(tokens), strict)
    ends_in_keys = bool(tokens) and isinstance(tokens[-1], Call) and len(rest) == len(tokens)

    def segment(value: Any, evaluation: Evaluation) -> list[Any]:
        if chain is not None:
            value = chain(value)
            if value is MISSING:
                return []
        if check is not None:
            check(value)
        values = [value]
        for step in steps:
            values = step(values, evaluation)
        return [_as_json(value) for value in values] if ends_in_keys else values

    return segment


def _as_json(value: Any) -> Any:
    return list(value) if type(value) is tuple else value


def _compile_steps(tokens: Sequence[Token], reaches_end: bool, strict: bool) -> list[Step]:
    steps: list[Step] = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        number += 1
        if isinstance(token, Descendants):
            if number == len(tokens):
                # Only `$..sum()`, whose path ends after `..`, leads here.
                steps.append(_nothing_to_descend_to)
                break
            last = reaches_end and number == len(tokens) - 1
            steps.append(compile_descent(tokens[number], last, strict, compile_path))
            number += 1
        else:
            last = reaches_end and number == len(tokens)
            steps.append(compile_step(token, last, strict, compile_path))
    return steps


def _nothing_to_descend_to(values: list[Any], evaluation: Evaluation) -> list[Any]:
    raise EvaluationFailed("Current path token is a leaf")


def _compile_check(place: str, rest: Sequence[Token]) -> Callable[[Any], None] | None:
    """What the first token that is no single name or index insists on, if the path is definite up to it."""
    if not rest:
        return None
    token = rest[0]
    match token:
        case Child():
            return lambda value: expect_object(value, token, place)
        case Index() | Slice():
            return lambda value: expect_array(value, rest, place)
        case Filter():
            return lambda value: _expect_container(value, rest)
    return None


def _expect_container(value: Any, rest: Sequence[Token]) -> None:
    if type(value) is not dict and type(value) is not list:
        raise EvaluationRejected(
            f"Filter: {fragments(rest)} can not be applied to primitives. Current context is: {java.text(value)}"
        )
