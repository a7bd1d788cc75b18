"""The bounds of an execution. Defaults are AWS's quotas
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
"""

from typing import Final

from msgspec import Struct

SLICE_EVENTS: Final = 256
"""A decision ends at the next state boundary after this many events, so that executions take turns."""
SLICE_BYTES: Final = 1 << 20
"""... or after this many bytes of new payloads."""


class Limits(Struct, frozen=True):
    """What an execution may grow to."""

    payload_bytes: int = 262_144
    history_events: int = 25_000
    inline_map_concurrency: int = 40


AWS: Final = Limits()
OPEN: Final = Limits(payload_bytes=64 << 20, history_events=1 << 40, inline_map_concurrency=1000)
"""`limits = "open"`: far above AWS's quotas, still bounded."""
