"""Failure of a state, and who takes it: Retry and Catch.

Matching follows https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and what AWS
was seen to do: States.Runtime always ends the execution, even where a Catch names it; States.ALL takes
everything else, States.DataLimitExceeded of a task's result included; States.TaskFailed takes everything but
States.Timeout.
"""

from typing import Any, Final

from msgspec import Struct

from podium.core.machine.chance import derived_random

RUNTIME: Final = "States.Runtime"
TIMEOUT: Final = "States.Timeout"
HEARTBEAT_TIMEOUT: Final = "States.HeartbeatTimeout"
DATA_LIMIT: Final = "States.DataLimitExceeded"
ALL: Final = "States.ALL"
TASK_FAILED: Final = "States.TaskFailed"


class Failure(Exception):
    """A state failed. `aliases` are further names a Retry or Catch may know it by."""

    def __init__(self, error: str | None, cause: str | None, *aliases: str) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.aliases = aliases

    @property
    def terminal(self) -> bool:
        """Whether no Retry or Catch may take it."""
        return self.error == RUNTIME

    def output(self) -> dict[str, Any]:
        """The error output a Catch hands on. A time-out has no cause; AWS hands on an empty one."""
        return {"Error": self.error, "Cause": "" if self.error == TIMEOUT and self.cause is None else self.cause}


def too_large(what: str) -> Failure:
    """The failure of a state or task whose result is over the payload limit."""
    return Failure(
        DATA_LIMIT,
        f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit.",
    )


def matches(names: tuple[str, ...], failure: Failure) -> bool:
    """Whether an ErrorEquals list takes the failure."""
    if failure.terminal:
        return False
    return any(
        name in (failure.error, ALL)
        or name in failure.aliases
        or (name == TASK_FAILED and failure.error not in (TIMEOUT, HEARTBEAT_TIMEOUT))
        for name in names
    )


class Retrier(Struct, frozen=True, gc=False):
    """One entry of a Retry field."""

    error_equals: tuple[str, ...]
    interval_seconds: float = 1
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay_seconds: float | None = None
    full_jitter: bool = False

    def delay_ms(self, retries_so_far: int, *seed: object) -> int:
        """The wait before the next try. Jitter draws from `seed`, so a replay waits as long."""
        # A rate of 10 over thousands of attempts leaves the range of a float; AWS's longest interval bounds it.
        try:
            seconds = min(self.interval_seconds * self.backoff_rate**retries_so_far, LONGEST_SECONDS)
        except OverflowError:
            seconds = LONGEST_SECONDS
        if self.max_delay_seconds is not None:
            seconds = min(seconds, self.max_delay_seconds)
        if self.full_jitter:
            seconds *= derived_random(*seed)
        return round(seconds * 1000)


LONGEST_SECONDS: Final = 99_999_999


def next_retry(
    retriers: tuple[Retrier, ...], spent: tuple[int, ...], failure: Failure
) -> tuple[Retrier, int, tuple[int, ...]] | None:
    """The retrier that takes the failure, its retries so far, and all counters after it; None when none does.

    The first retrier whose ErrorEquals matches decides alone; each counts its own retries.
    """
    for position, retrier in enumerate(retriers):
        if matches(retrier.error_equals, failure):
            counts = spent or (0,) * len(retriers)
            so_far = counts[position]
            if so_far >= retrier.max_attempts:
                return None
            return retrier, so_far, (*counts[:position], so_far + 1, *counts[position + 1 :])
    return None


def compile_retriers(entries: list[dict[str, Any]]) -> tuple[Retrier, ...]:
    """The retriers of a validated Retry field."""
    return tuple(
        Retrier(
            tuple(entry["ErrorEquals"]),
            entry.get("IntervalSeconds", 1),
            entry.get("MaxAttempts", 3),
            entry.get("BackoffRate", 2.0),
            entry.get("MaxDelaySeconds"),
            entry.get("JitterStrategy") == "FULL",
        )
        for entry in entries
    )
