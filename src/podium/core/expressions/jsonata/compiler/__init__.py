"""Compiling a processed tree to closures; importing this registers every family of nodes."""

from podium.core.expressions.jsonata.compiler import (
    calls,
    filters,
    groups,
    operators,
    paths,
    simple,
    sorting,
    transform,
)
from podium.core.expressions.jsonata.compiler.core import Compiler, Evaluator

__all__ = [
    "Compiler",
    "Evaluator",
    "calls",
    "filters",
    "groups",
    "operators",
    "paths",
    "simple",
    "sorting",
    "transform",
]
