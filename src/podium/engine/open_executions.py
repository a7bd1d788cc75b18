"""How many Standard executions every account has open in every region, so that a start can be refused.

Counted in memory: asked for once when the engine opens, then kept as executions start and close.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-accounts
"""

from collections import Counter
from collections.abc import Mapping

from podium.engine.errors import TooManyExecutions


class OpenExecutions:
    """Counts by account and region. `most` is how many each may have open."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[tuple[str, str]] = Counter()

    def recovered(self, by_arn: Mapping[str, int]) -> None:
        """Take over what was open at the start: counts by the ARN of what the executions belong to."""
        for arn, count in by_arn.items():
            self._open[_owner(arn)] += count

    def opened(self, arn: str, *, refusable: bool = True) -> None:
        """An execution is to be opened.

        Raises:
            TooManyExecutions: its account has as many open as it may, and this one may be refused.
        """
        owner = _owner(arn)
        if refusable and self._open[owner] >= self._most:
            raise TooManyExecutions
        self._open[owner] += 1

    def closed(self, arn: str) -> None:
        """An execution has closed, or was not opened after all."""
        self._open[_owner(arn)] -= 1


def _owner(arn: str) -> tuple[str, str]:
    """The region and account of an ARN: arn:aws:states:REGION:ACCOUNT:..."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return region, account
