"""Chance, derived: the same execution and event give the same numbers, so that deciding twice decides the same."""

from hashlib import blake2b
from typing import Final

_VARIANTS: Final = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def derived_bytes(*parts: object) -> bytes:
    """16 bytes that depend on all parts."""
    return blake2b("\0".join([str(part) for part in parts]).encode(), digest_size=16).digest()


def derived_random(*parts: object) -> float:
    """A number in [0, 1) that depends on all parts."""
    return (int.from_bytes(derived_bytes(*parts)[:8], "big") >> 11) / (1 << 53)


def derived_uuid(*parts: object) -> str:
    """A version 4 UUID that depends on all parts."""
    return uuid_of(derived_bytes(*parts))


def uuid_of(chance: bytes) -> str:
    """The version 4 UUID of 16 bytes of chance. `uuid.UUID` makes an object of them first, at four times the time."""
    # Separated every six bytes from the right, the first and the last group are a UUID's already.
    text = chance.hex("-", 6)
    # RFC 9562 section 4: version 4 in one digit, the variant in two bits of another; all else is chance.
    return f"{text[:13]}-4{text[14:17]}-{_VARIANTS[text[17]]}{text[18:]}"


def numbered_uuid(base: str, number: int) -> str:
    """The UUID of the thing with this number, below 2 ** 48, among those a UUID stands for."""
    return f"{base[:24]}{number:012x}"
