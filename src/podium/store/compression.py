"""How stored bytes are compressed: Zstandard, with bytes like them as the dictionary where there are any.

A journal row is short and resembles the other rows of its state machine more than it repeats itself: alone, the 161
bytes of a Task's step become 155; with a dictionary of such rows 58, in a microsecond and a half
(docs/decisions/0017-stored-form.md has the figures).
"""

from typing import Final

import zstandard

_LEVEL: Final = 1
"""Higher ones gain nothing on rows: with a dictionary a row is copies of pieces of it."""
# What a frame could say of itself is said beside it; the four bytes of its magic number are a tenth of a row.
_MAGICLESS: Final = zstandard.FORMAT_ZSTD1_MAGICLESS


class Damaged(Exception):
    """Bytes that were compressed can't be read back."""


class Compressor:
    """Compresses with one dictionary or none. Not to be used by two threads at once."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        held = None
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, format=_MAGICLESS, write_content_size=1, write_checksum=0, write_dict_id=0
        )
        if dictionary is not None:
            held = _dictionary(dictionary)
            held.precompute_compress(compression_params=parameters)
        self.compress = zstandard.ZstdCompressor(dict_data=held, compression_params=parameters).compress
        """A frame, which may be longer than what it is of."""


class Restorer:
    """Restores what was compressed with the same dictionary or none. Not to be used by two threads at once."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        held = None if dictionary is None else _dictionary(dictionary)
        self._decompress = zstandard.ZstdDecompressor(dict_data=held, format=_MAGICLESS).decompress

    def restore(self, frame: bytes) -> bytes:
        """What was compressed.

        Raises:
            Damaged: this is no frame of this dictionary.
        """
        try:
            return self._decompress(frame)
        except zstandard.ZstdError as error:
            raise Damaged(str(error)) from error


def _dictionary(data: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
