"""A payload: a JSON value and its text, either made from the other on demand and at most once.

States hand payloads on untouched wherever they can, so that a text which nobody looks into is never decoded
and a value which doesn't change is never encoded twice. A payload that has been journalled also knows its
reference, `sequence << 12 | index`: the journal row it first appeared in and its place in that row's table.
"""

from typing import Any, Final

from podium.core import jsontext

INDEX_BITS: Final = 12
MAX_PAYLOADS_PER_ROW: Final = 1 << INDEX_BITS

_ABSENT: Final = object()


class Payload:
    """One JSON value of an execution.

    `ref` is 0 until the payload is journalled. A payload built from a reference alone (while folding) holds
    neither value nor text until `supply` brings the text from its row.
    """

    __slots__ = ("_text", "_value", "ref")

    def __init__(self, value: Any = _ABSENT, text: bytes | None = None, ref: int = 0) -> None:
        self._value = value
        self._text = text
        self.ref = ref

    @property
    def value(self) -> Any:
        """The decoded value. Shared: never change it in place."""
        if self._value is _ABSENT:
            self._value = jsontext.decode(self.text)
        return self._value

    @property
    def text(self) -> bytes:
        """The UTF-8 JSON text, as it arrived or compactly encoded."""
        if self._text is None:
            if self._value is _ABSENT:
                raise LookupError(f"payload {self.ref} has not been loaded")
            self._text = jsontext.encode(self._value)
        return self._text

    @property
    def loaded(self) -> bool:
        """Whether value or text is at hand."""
        return self._text is not None or self._value is not _ABSENT

    def supply(self, text: bytes) -> None:
        """Give a payload that was built from its reference the text its row holds."""
        self._text = text


def row_of(ref: int) -> tuple[int, int]:
    """The journal sequence and the index in that row's payload table that a reference names."""
    return ref >> INDEX_BITS, ref & (MAX_PAYLOADS_PER_ROW - 1)
