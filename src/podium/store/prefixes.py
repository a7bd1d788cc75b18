"""Ranges of keys: where those with a prefix end, in the order of UTF-8 that SQLite compares texts in."""


def end_of(prefix: str) -> str | bytes:
    """What sorts after every text with this prefix and before all other texts that follow it."""
    for end in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[end]) + 1
        if code == 0xD800:
            code = 0xE000  # Surrogates are no characters: SQLite cannot store them.
        if code <= 0x10FFFF:
            return prefix[:end] + chr(code)
    return b""  # To SQLite any blob sorts after any text.
