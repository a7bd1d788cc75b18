"""Intrinsic functions: `States.Format(...)` and its 17 siblings, for definitions in JSONPath mode."""

from podium.core.expressions.intrinsics.compiler import Evaluate, compile_call
from podium.core.expressions.intrinsics.failure import IntrinsicFailure

__all__ = ["Evaluate", "IntrinsicFailure", "compile_call"]
