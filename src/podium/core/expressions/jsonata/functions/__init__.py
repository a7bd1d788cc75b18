"""The library of built-in functions: all of 2.0.6 but `$eval`, and what Step Functions adds."""

from podium.core.expressions.jsonata.functions import (
    aggregation,
    array,
    aws,
    boolean,
    datetime,
    encoding,
    higher_order,
    matching,
    numeric,
    object,
    string,
)
from podium.core.expressions.jsonata.functions.builtin import BUILTINS

__all__ = [
    "BUILTINS",
    "aggregation",
    "array",
    "aws",
    "boolean",
    "datetime",
    "encoding",
    "higher_order",
    "matching",
    "numeric",
    "object",
    "string",
]
