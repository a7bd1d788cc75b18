"""JSONata as AWS Step Functions speaks it: the semantics of jsonata-js 2.0.6 without `$eval`, and AWS's own functions.

A text is parsed and compiled to closures once (`compile`), cached, and evaluated over plain dictionaries and lists:

    compile(text) -> tokenizer, parser -> processing -> compiler/ -> Expression
    Expression.evaluate(input, bindings) -> value, every growing operation charged to a budget

Nothing here reads a clock or draws chance: both come from the `environment` of an evaluation.
"""

from podium.core.expressions.jsonata.analysis import Reference
from podium.core.expressions.jsonata.budget import DEFAULT_LIMITS, Environment, Limits
from podium.core.expressions.jsonata.errors import JsonataError, JsonataLimitExceeded
from podium.core.expressions.jsonata.expression import Expression, compile, is_function
from podium.core.expressions.jsonata.values import UNDEFINED

__all__ = [
    "DEFAULT_LIMITS",
    "UNDEFINED",
    "Environment",
    "Expression",
    "JsonataError",
    "JsonataLimitExceeded",
    "Limits",
    "Reference",
    "compile",
    "is_function",
]
