"""States.Base64Encode, States.Base64Decode and States.Hash; each takes at most 10,000 characters."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.intrinsics import java
from podium.core.expressions.intrinsics.failure import InvalidArguments

CHARACTER_LIMIT: Final = 10_000
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")
_URL_SAFE: Final = str.maketrans("-_", "+/")
# Digests a definition asks for are no security of ours: without the flag a FIPS build refuses MD5 and SHA-1.
_ALGORITHMS: Final[dict[str, Callable[[bytes], Any]]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA-1": lambda data: hashlib.sha1(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


def base64_encode(text: Any) -> str:
    """Base64 of the text's UTF-8."""
    if type(text) is not str or len(text) > CHARACTER_LIMIT:
        raise InvalidArguments("Base64Encode")
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def base64_decode(text: Any) -> str:
    """The UTF-8 text behind Base64.

    As lenient as AWS: characters outside the alphabet are skipped, the first `=` ends the data, missing padding is
    fine, the URL-safe alphabet is understood, and bytes that aren't UTF-8 become U+FFFD.
    """
    if type(text) is not str or len(text) > CHARACTER_LIMIT:
        raise InvalidArguments("Base64Decode")
    digits = _NOT_BASE64.sub("", text.partition("=")[0].translate(_URL_SAFE))
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return base64.b64decode(digits + "=" * (-len(digits) % 4)).decode("utf-8", "replace")


def hash_text(data: Any, algorithm: Any) -> str:
    """The digest of the data in lower-case hexadecimal; what isn't a string is hashed as Java prints it."""
    digest = _ALGORITHMS.get(algorithm) if type(algorithm) is str else None
    shown = java.text(data)
    if digest is None or len(shown) > CHARACTER_LIMIT:
        raise InvalidArguments("Hash")
    return str(digest(shown.encode("utf-8", "replace")).hexdigest())
