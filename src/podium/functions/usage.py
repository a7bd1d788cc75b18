"""Usage: how many invocations of each function are under way, which of them are refused, and what they came to.

The figures are those Lambda reports to CloudWatch, by its names
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html), since the process started.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from msgspec import Struct

from podium.functions.contract import FunctionResult, FunctionThrottled, Invocation
from podium.functions.delivery import Deliver, Invoke

RESERVED: Final = "ReservedFunctionConcurrentInvocationLimitExceeded"
"""Lambda's ThrottleReason for a function at its own limit."""


class FunctionMetrics(Struct):
    """One function's figures, of all its versions together."""

    invocations: int = 0
    """Invocations that ran to an answer, whatever it was."""
    errors: int = 0
    throttles: int = 0
    duration_ms: float = 0.0
    """Sum over all invocations, from acceptance to answer: waiting for a process is part of it."""
    duration_max_ms: float = 0.0
    concurrent: int = 0
    """Under way now, waiting or running."""
    concurrent_max: int = 0


class Usage:
    """Counts invocations and keeps functions within their reserved concurrency."""

    def __init__(self, clock_seconds: Callable[[], float] = time.perf_counter) -> None:
        self._clock_seconds = clock_seconds
        self._reserved: dict[str, int] = {}
        self.metrics: dict[str, FunctionMetrics] = {}
        """By unqualified ARN; handlers bound by a file by name."""

    def reserve(self, function: str, limit: int | None) -> None:
        """Let no more than `limit` invocations of a function be under way at once; None lifts the limit."""
        if limit is None:
            self._reserved.pop(function, None)
        else:
            self._reserved[function] = limit

    def forget(self, function: str) -> None:
        """Drop what is known of a function that is gone."""
        self._reserved.pop(function, None)
        self.metrics.pop(function, None)

    def shown(self) -> dict[str, dict[str, float | None]]:
        """All figures by function, under Lambda's names; Duration in milliseconds, waiting for a process included."""
        return {
            name: {
                "Invocations": metrics.invocations,
                "Errors": metrics.errors,
                "Throttles": metrics.throttles,
                "ConcurrentExecutions": metrics.concurrent,
                "ConcurrentExecutionsMax": metrics.concurrent_max,
                "DurationMean": round(metrics.duration_ms / metrics.invocations, 3) if metrics.invocations else None,
                "DurationMax": round(metrics.duration_max_ms, 3),
            }
            for name, metrics in sorted(self.metrics.items())
        }

    def run(self, function: str, invoke: Invoke, invocation: Invocation, deliver: Deliver) -> None:
        """Have `invoke` start the invocation, counted.

        Raises:
            FunctionThrottled: the function is at its reserved concurrency, or `invoke` refuses.
        """
        metrics = self.metrics.get(function)
        if metrics is None:
            metrics = self.metrics[function] = FunctionMetrics()
        limit = self._reserved.get(function)
        if limit is not None and metrics.concurrent >= limit:
            metrics.throttles += 1
            raise FunctionThrottled(function, RESERVED)
        # Counted first: the answer may come before `invoke` returns.
        metrics.concurrent += 1
        if metrics.concurrent > metrics.concurrent_max:
            metrics.concurrent_max = metrics.concurrent
        answered = partial(self._answered, metrics, deliver, self._clock_seconds())
        try:
            invoke(invocation, answered)
        except FunctionThrottled:
            metrics.concurrent -= 1
            metrics.throttles += 1
            raise
        except BaseException:
            metrics.concurrent -= 1
            raise

    def _answered(
        self, metrics: FunctionMetrics, deliver: Deliver, started_seconds: float, result: FunctionResult
    ) -> None:
        elapsed_ms = (self._clock_seconds() - started_seconds) * 1000
        metrics.concurrent -= 1
        metrics.invocations += 1
        metrics.duration_ms += elapsed_ms
        if elapsed_ms > metrics.duration_max_ms:
            metrics.duration_max_ms = elapsed_ms
        if result.function_error is not None:
            metrics.errors += 1
        deliver(result)
