"""The library of built-in functions: all of 2.0.6 but `$eval`, and what Step Functions adds.

Importing a module registers its functions in `BUILTINS`.
"""

from podium.core.expressions.jsonata.functions import (
    aggregation,
    array,
    aws,
    boolean,
    encoding,
    higher_order,
    matching,
    moments,
    numeric,
    objects,
    string,
)
from podium.core.expressions.jsonata.functions.builtin import BUILTINS

__all__ = [
    "BUILTINS",
    "aggregation",
    "array",
    "aws",
    "boolean",
    "encoding",
    "higher_order",
    "matching",
    "moments",
    "numeric",
    "objects",
    "string",
]
