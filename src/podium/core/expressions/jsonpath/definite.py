"""Definite chains of names and indices: the paths almost every state uses, and what is said when they lead nowhere.

The closures try the straight way only; which of Jayway's sentences applies is worked out after a failure.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from podium.core.expressions.jsonpath import java
from podium.core.expressions.jsonpath.errors import PathNotFound
from podium.core.expressions.jsonpath.tokens import Child, Index, Token, fragment, fragments


class _Missing:
    """No value: the last name is absent, or an index is out of range."""


MISSING: Final = _Missing()
AsError = Callable[[Any, PathNotFound], Exception]
"""(document, what went wrong) -> the error to raise."""
_PROVIDER = "com.jayway.jsonpath.spi.json.JacksonJsonProvider"


def expect_object(value: Any, token: Token, place: str) -> None:
    """Raises Jayway's sentence unless the value is an object. `place` is the path to it."""
    if type(value) is not dict:
        raise PathNotFound(
            f"Expected to find an object with property {fragment(token)} in path {place} but found "
            f"'{java.class_name(value)}'. This is not a json object according to the JsonProvider: '{_PROVIDER}'."
        )


def expect_array(value: Any, rest: Sequence[Token], place: str) -> None:
    """Raises Jayway's sentence unless the value is an array. `rest` starts with the token that wants one."""
    if value is None:
        raise PathNotFound(f"The path {place} is null")
    if type(value) is not list:
        raise PathNotFound(
            f"Filter: {fragments(rest)} can only be applied to arrays. Current context is: {java.text(value)}"
        )


def no_results(root: str, tokens: Sequence[Token]) -> PathNotFound:
    """What a definite path without a value raises."""
    return PathNotFound(f"No results for path: {root}{fragments(tokens)}")


def place_after(place: str, token: Token) -> str:
    """The path to what a token leads to, as messages show it: names are not escaped."""
    match token:
        case Child((name,)):
            return f"{place}['{name}']"
        case Index((index,)):
            return f"{place}[{index}]"
    return place


def follow(token: Child | Index, rest: Sequence[Token], place: str, value: Any) -> Any:
    """One step of a definite path with every check. `rest` starts with the token; MISSING if there is no value.

    Raises:
        PathNotFound: the value has no such place, and that is no mere absence at the path's end.
    """
    if isinstance(token, Index):
        expect_array(value, rest, place)
        (index,) = token.indices
        return value[index] if -len(value) <= index < len(value) else MISSING
    expect_object(value, token, place)
    (name,) = token.names
    if name in value:
        return value[name]
    if len(rest) == 1:
        return MISSING
    raise PathNotFound(f"Missing property in path {place}['{name}']")


def chain_length(tokens: Sequence[Token]) -> int:
    """How many tokens at the start are single names or single indices."""
    for number, token in enumerate(tokens):
        match token:
            case Child((_,)) | Index((_,)):
                continue
        return number
    return len(tokens)


def compile_look(tokens: Sequence[Token]) -> Callable[[Any], Any]:
    """A closure over a chain as `compile_chain` takes, which gives MISSING whatever the reason: filters don't say."""
    keys = chain_keys(tokens)

    def look(value: Any) -> Any:
        for key in keys:
            if type(value) is dict:
                if key not in value:
                    return MISSING
            elif type(value) is not list or type(key) is not int or not -len(value) <= key < len(value):
                return MISSING
            value = value[key]
        return value

    return look


def chain_keys(tokens: Sequence[Token]) -> tuple[str | int, ...]:
    """The names and indices of the chain the tokens start with."""
    keys: list[str | int] = []
    for token in tokens[: chain_length(tokens)]:
        if isinstance(token, Child):
            keys.append(token.names[0])
        elif isinstance(token, Index):
            keys.append(token.indices[0])
    return tuple(keys)


def compile_chain(
    place: str, tokens: Sequence[Token], length: int, as_error: AsError | None = None
) -> Callable[..., Any]:
    """A closure over the first `length` tokens, all of them single names or indices.

    It takes the value at `place` (and ignores a second argument). If the chain is the whole path, a missing place
    raises PathNotFound, or what `as_error` makes of it; if not, MISSING says that an index is out of range and there
    is nothing to go on with.
    """
    whole = length == len(tokens)
    absent = str(no_results(place, tokens))
    links = []
    for number, token in enumerate(tokens[:length]):
        if isinstance(token, (Child, Index)):
            links.append((token, tokens[number:], place))
            place = place_after(place, token)

    def recover(value: Any) -> Any:
        for token, rest, here in links:
            value = follow(token, rest, here, value)
            if value is MISSING:
                if whole:
                    raise PathNotFound(absent)
                return MISSING
        return value

    keys = chain_keys(tokens[:length])
    explain = recover if as_error is None else raising(as_error, recover)
    if len(keys) <= 4 and all(isinstance(key, str) for key in keys):
        return _chain_of_names(keys, explain)
    return _chain(keys, explain)


def raising(as_error: AsError, evaluate: Callable[[Any], Any]) -> Callable[..., Any]:
    """The closure with errors of its caller's own. It takes and ignores a second argument."""

    def evaluate_or_raise(document: Any, _root: Any = None) -> Any:
        try:
            return evaluate(document)
        except PathNotFound as missing:
            raise as_error(document, missing) from None

    return evaluate_or_raise


def _chain(keys: tuple[str | int, ...], recover: Callable[[Any], Any]) -> Callable[..., Any]:
    def chain(document: Any, _root: Any = None) -> Any:
        value = document
        try:
            for key in keys:
                if type(key) is int and type(value) is not list:
                    return recover(document)
                value = value[key]
        except (KeyError, TypeError, IndexError):
            return recover(document)
        return value

    return chain


def _chain_of_names(names: Sequence[Any], recover: Callable[[Any], Any]) -> Callable[..., Any]:
    first, second, third, fourth = (*names, None, None, None, None)[:4]

    def none(document: Any, _root: Any = None) -> Any:
        return document

    def one(document: Any, _root: Any = None) -> Any:
        try:
            return document[first]
        except (KeyError, TypeError):
            return recover(document)

    def two(document: Any, _root: Any = None) -> Any:
        try:
            return document[first][second]
        except (KeyError, TypeError):
            return recover(document)

    def three(document: Any, _root: Any = None) -> Any:
        try:
            return document[first][second][third]
        except (KeyError, TypeError):
            return recover(document)

    def four(document: Any, _root: Any = None) -> Any:
        try:
            return document[first][second][third][fourth]
        except (KeyError, TypeError):
            return recover(document)

    return (none, one, two, three, four)[len(names)]
