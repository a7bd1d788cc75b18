"""Chance, derived: the same execution and event give the same numbers, so that deciding twice decides the same."""

from hashlib import blake2b


def derived_bytes(*parts: object) -> bytes:
    """16 bytes that depend on all parts."""
    return blake2b("\x00".join(map(str, parts)).encode(), digest_size=16).digest()


def derived_random(*parts: object) -> float:
    """A number in [0, 1) that depends on all parts."""
    return (int.from_bytes(derived_bytes(*parts)[:8], "big") >> 11) / (1 << 53)


def derived_uuid(*parts: object) -> str:
    """A version 4 UUID that depends on all parts."""
    raw = bytearray(derived_bytes(*parts))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
