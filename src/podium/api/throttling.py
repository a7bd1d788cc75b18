"""Throttling: one token bucket per account, region and operation, as AWS throttles requests.

A request takes a token; buckets refill steadily up to their size. Tokens are counted in thousandths, so that
milliseconds times tokens per second is a whole number and nothing is lost to rounding.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general
"""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.request_rates import GENEROUS, Rate, aws_rate
from podium.core.minutes import Minutes

Profile = Literal["aws", "generous", "off"]

BUCKETS_MAX: Final = 65_536
"""Buckets in memory; beyond it the oldest one is forgotten, which is as if it were full again."""
_WHOLE: Final = 1_000


class Bucket(Struct):
    """One bucket, as it was at `at_ms`. Begins full."""

    tokens_thousandths: int
    at_ms: int


def full_bucket(rate: Rate, now_ms: int) -> Bucket:
    """A bucket nobody has taken from yet."""
    return Bucket(rate.bucket_size * _WHOLE, now_ms)


def take(bucket: Bucket, rate: Rate, now_ms: int) -> bool:
    """Take one token; False when there is none. A clock that is set back refills nothing."""
    if now_ms > bucket.at_ms:
        refilled = bucket.tokens_thousandths + (now_ms - bucket.at_ms) * rate.refill_per_second
        bucket.tokens_thousandths = min(refilled, rate.bucket_size * _WHOLE)
        bucket.at_ms = now_ms
    if bucket.tokens_thousandths < _WHOLE:
        return False
    bucket.tokens_thousandths -= _WHOLE
    return True


class Throttle:
    """The buckets of all callers.

    Args:
        clock: now, in epoch milliseconds.
        profile: AWS's published rates, rates only a runaway client reaches, or none at all.
    """

    def __init__(self, clock: Callable[[], int], profile: Profile = "generous") -> None:
        self._clock = clock
        self._profile = profile
        self._buckets: dict[tuple[str, str, str], Bucket] = {}
        self.refused = Minutes()
        """Requests that were throttled."""

    def admit(self, context: RequestContext, operation: str) -> None:
        """Let a request of the operation pass.

        Raises:
            ApiError: ThrottlingException.
        """
        if self._profile == "off":
            return
        rate = GENEROUS if self._profile == "generous" else aws_rate(operation, context.region)
        if rate is None:
            return
        now_ms = self._clock()
        key = (context.account, context.region, operation)
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= BUCKETS_MAX:
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[key] = full_bucket(rate, now_ms)
        if not take(bucket, rate, now_ms):
            self.refused.add(now_ms)
            raise ApiError("ThrottlingException", "Rate exceeded")
