"""JSONPath as AWS Step Functions runs it: the semantics of Jayway JsonPath 2.x, compiled to closures.

    text -> parser (and filter_parser) -> tokens -> program (definite, steps, calls, filters) -> closure

`compile` is for reading, `compile_reference` for writing a result into a document. Values are shared with the
document, never copied needlessly: neither side changes them.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from podium.core.expressions.jsonpath.definite import AsError
from podium.core.expressions.jsonpath.errors import EvaluationFailed, EvaluationRejected, PathNotFound
from podium.core.expressions.jsonpath.parser import parse
from podium.core.expressions.jsonpath.program import compile_evaluation, is_path_definite, normalise
from podium.core.expressions.jsonpath.reference import ReferencePath, compile_reference

__all__ = [
    "EvaluationFailed",
    "EvaluationRejected",
    "Path",
    "PathNotFound",
    "ReferencePath",
    "compile",
    "compile_reference",
]

MAX_CACHED_PATHS = 4096


class Path:
    """A compiled path.

    `evaluate(document)` gives the value of a definite path, the list of values of an indefinite one; it raises
    PathNotFound. `definite` is Jayway's flag, `text` the path as written.
    """

    __slots__ = ("_parsed", "definite", "evaluate", "text")

    def __init__(self, text: str, bare_words: bool = False) -> None:
        self._parsed = parsed = normalise(parse(text, bare_words=bare_words))
        self.text = text
        self.definite = is_path_definite(parsed)
        self.evaluate: Callable[[Any], Any] = compile_evaluation(parsed)

    def raising(self, as_error: AsError) -> Callable[..., Any]:
        """`evaluate` with errors of its caller's own; it takes and ignores a second argument."""
        return compile_evaluation(self._parsed, as_error)


@lru_cache(maxsize=MAX_CACHED_PATHS)
def compile(path: str, *, bare_words: bool = False) -> Path:
    """The compiled path of a text; compiled once, while the cache holds it.

    A path may leave out its `$.` here, as Jayway allows; AWS wants it in definitions, which is the validator's rule.
    `bare_words` lets a filter compare with a string that has no quotes, as Step Functions does and Jayway 2 doesn't.

    Raises:
        InvalidExpression: not a path, or longer or deeper nested than the bounds in `parser`.
    """
    return Path(path, bare_words)
