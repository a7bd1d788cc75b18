"""A payload: a JSON value and its text, either made from the other on demand and at most once.

States hand payloads on untouched wherever they can, so that a text which nobody looks into is never decoded
and a value which doesn't change is never encoded twice. A payload that has been journalled also knows its
reference, `sequence << 12 | index`: the journal row it first appeared in and its place in that row's table.
"""

from typing import Any, Final

from msgspec import Struct

from podium.core import jsontext

INDEX_BITS: Final = 12
MAX_PAYLOADS_PER_ROW: Final = 1 << INDEX_BITS

ABSENT: Final = object()


class Payload(Struct, gc=False, eq=False):
    """One JSON value of an execution: `Payload(value)`, with its text beside it where that is known already.

    `ref` is 0 until the payload is journalled.
    """

    decoded: Any = ABSENT
    """The value, where it is at hand; `value` makes it."""
    encoded: bytes | None = None
    """The text, where it is at hand; `text` makes it."""
    ref: int = 0

    @classmethod
    def from_text(cls, text: bytes) -> "Payload":
        """The payload a UTF-8 JSON text stands for; not decoded before somebody looks."""
        return cls(ABSENT, text)

    @classmethod
    def journalled(cls, ref: int, text: bytes | None = None) -> "Payload":
        """One that a row holds. Without its text it is not loaded: `supply` brings it from the row."""
        return cls(ABSENT, text, ref)

    @property
    def value(self) -> Any:
        """The decoded value. Shared: never change it in place."""
        if self.decoded is ABSENT:
            self.decoded = jsontext.decode(self.text)
        return self.decoded

    @property
    def text(self) -> bytes:
        """The UTF-8 JSON text, as it arrived or compactly encoded."""
        if self.encoded is None:
            if self.decoded is ABSENT:
                raise LookupError(f"payload {self.ref} has not been loaded")
            self.encoded = jsontext.encode(self.decoded)
        return self.encoded

    @property
    def loaded(self) -> bool:
        """Whether value or text is at hand."""
        return self.encoded is not None or self.decoded is not ABSENT

    def supply(self, text: bytes) -> None:
        """Give a payload that was built from its reference the text its row holds."""
        self.encoded = text


def row_of(ref: int) -> tuple[int, int]:
    """The journal sequence and the index in that row's payload table that a reference names."""
    return ref >> INDEX_BITS, ref & (MAX_PAYLOADS_PER_ROW - 1)
