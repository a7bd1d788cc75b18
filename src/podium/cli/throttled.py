"""Calls that a server refuses because there were too many: made again, later and later, until they are taken.

A throttled request was not performed, so to repeat it does no harm whatever it asks for; botocore's own retries also
repeat requests that may have been. Pauses are AWS's: exponential, each a random part of what it may be.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from podium.cli.errors import Refused
from podium.cli.output import print_note

CODES: Final = frozenset(
    {
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
PAUSE_SECONDS: Final = 0.1
PAUSE_MAX_SECONDS: Final = 20.0
PATIENCE_SECONDS: Final = 300.0
"""How long one call is repeated; a server that takes nothing for so long is not merely busy."""

T = TypeVar("T")


class Patience:
    """Makes calls until they are taken. Tells the person once that it takes longer.

    Args:
        sleep: waits for so many seconds.
        chance: a number from 0 to 1.
    """

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, chance: Callable[[], float] = random.random
    ) -> None:
        self._sleep = sleep
        self._chance = chance
        self._told = False

    def call(self, make: Callable[[], T]) -> T:
        """What the call gives, once it is not throttled.

        Raises:
            Refused: for another reason, or it was throttled for too long.
        """
        most_seconds, waited_seconds = PAUSE_SECONDS, 0.0
        while True:
            try:
                return make()
            except Refused as refused:
                if refused.code not in CODES or waited_seconds >= PATIENCE_SECONDS:
                    raise
            if not self._told:
                self._told = True
                print_note("the server throttles requests; this goes on as fast as it lets them through.")
            # Half of it at least: however chance falls, the waits add up to an end.
            seconds = most_seconds * (1 + self._chance()) / 2
            self._sleep(seconds)
            waited_seconds += seconds
            most_seconds = min(2 * most_seconds, PAUSE_MAX_SECONDS)
