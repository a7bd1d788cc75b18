"""An expression: parsed and compiled once, evaluated many times; and the cache that makes that once per text."""

import functools
from collections.abc import Mapping
from typing import Any, Final

from podium.core.expressions.jsonata.analysis import Reference, analyse
from podium.core.expressions.jsonata.budget import (
    DEFAULT_LIMITS,
    DEPTH_MESSAGE,
    MEMORY_MESSAGE,
    Environment,
    Frame,
    Limits,
    start,
)
from podium.core.expressions.jsonata.compiler import Compiler
from podium.core.expressions.jsonata.environment import FixedEnvironment
from podium.core.expressions.jsonata.errors import JsonataLimitExceeded
from podium.core.expressions.jsonata.functions import BUILTINS
from podium.core.expressions.jsonata.parser import Parser
from podium.core.expressions.jsonata.processing import process
from podium.core.expressions.jsonata.results import finish
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function, OuterWrapper

#: How many compiled expressions are kept.
CACHE_SIZE: Final = 4096

_NO_BINDINGS: Final[Mapping[str, Any]] = {}


class Expression:
    """A compiled expression; holds no state of an evaluation.

    The references are for a validator: Step Functions has no context item, so it refuses those at the top level.
    """

    __slots__ = ("_evaluate", "_size", "calls_eval", "free_variables", "text", "top_level_references")

    def __init__(self, text: str, later_grammar: bool = False) -> None:
        self.text = text
        try:
            tree = process(Parser(text, later_grammar).parse())
            analysis = analyse(tree, frozenset(BUILTINS))
            compiler = Compiler(analysis)
            self._evaluate = compiler.compile(tree, 1)
        except RecursionError:
            raise JsonataLimitExceeded(DEPTH_MESSAGE) from None
        self._size = compiler.size
        #: Variables used but not bound in the text, in its order.
        self.free_variables: tuple[Reference, ...] = analysis.free_variables
        #: Bare field names, `$` and `$$` outside of any step, predicate or function of a path.
        self.top_level_references: tuple[Reference, ...] = analysis.top_level_references
        #: Whether `$eval` is called, which AWS does not have.
        self.calls_eval: bool = analysis.calls_eval

    def evaluate(
        self,
        input: Any = UNDEFINED,
        bindings: Mapping[str, Any] | None = None,
        *,
        environment: Environment | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Any:
        """The value for an input, a JSON value that is neither changed nor copied; parts of it may be in the result.

        `bindings` are variables by name without `$`; `environment` is where `$now`, `$random` and `$uuid` come from,
        a `Scope` for one. The result is a JSON value, `UNDEFINED`, or a `Function`, which may also stand inside an
        array or object.

        Raises:
            JsonataError: the expression cannot be evaluated on this input.
            JsonataLimitExceeded: it asks for more than `limits`.
        """
        run = start(limits, bindings or _NO_BINDINGS, environment or FixedEnvironment())
        names = dict(bindings) if bindings else {}
        names["$"] = input
        context = OuterWrapper((input,)) if input.__class__ in ARRAY_CLASSES else input
        try:
            run.spend(self._size)
            result = self._evaluate(context, Frame(names, _LIBRARY, run))
            if run.memory < 0:
                run.allocate(0)
            return finish(result, run)
        except RecursionError:
            raise JsonataLimitExceeded(DEPTH_MESSAGE) from None
        except MemoryError:
            raise JsonataLimitExceeded(MEMORY_MESSAGE) from None


#: The outermost scope: the built-in functions. Nothing is ever evaluated in it, so its account is never used.
_LIBRARY: Final = Frame(dict(BUILTINS), None, start(DEFAULT_LIMITS, _NO_BINDINGS, FixedEnvironment()))


@functools.lru_cache(maxsize=CACHE_SIZE)
def compile(text: str, *, later_grammar: bool = False) -> Expression:
    """The expression a text stands for, from the cache if it was compiled before.

    `later_grammar` accepts `??` and `?:`, which came after 2.0.6 and which AWS refuses.

    Raises:
        JsonataError: the text is not an expression (codes S....).
    """
    return Expression(text, later_grammar)


def is_function(value: Any) -> bool:
    """Whether a result is a function, which no state can hold."""
    return isinstance(value, Function)
