"""Time and chance when nobody hands any in: fixed, so that an evaluation is a function of its text and input."""

from typing import Final

_MASK: Final = 2**64 - 1


class FixedEnvironment:
    """The epoch as the time, and numbers from a fixed seed (SplitMix64)."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state = 0

    def now_ms(self) -> int:
        """The epoch."""
        return 0

    def random(self) -> float:
        """The next number in [0, 1)."""
        return (self._next() >> 11) / 2**53

    def uuid(self) -> str:
        """The next version 4 UUID."""
        bits = (self._next() << 64 | self._next()) & ~(0xF << 76) & ~(0x3 << 62) | 4 << 76 | 2 << 62
        digits = f"{bits:032x}"
        return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _MASK
        return mixed ^ mixed >> 31
