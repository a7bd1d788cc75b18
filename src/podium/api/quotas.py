"""How many things an account may have in a region. What one execution may grow to is in `core/machine/limits.py`.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-accounts
"""

from typing import Final

from msgspec import Struct


class Quotas(Struct, frozen=True):
    """Per account and region. The defaults are AWS's."""

    state_machines: int = 100_000
    activities: int = 100_000
    open_executions: int = 1_000_000
    """Of Standard state machines. A Map Run's children count, but are never refused: they would fail the run."""


AWS: Final = Quotas()
OPEN: Final = Quotas(state_machines=1 << 40, activities=1 << 40, open_executions=1 << 40)
"""`limits = "open"`: bounded by what the disk holds."""
