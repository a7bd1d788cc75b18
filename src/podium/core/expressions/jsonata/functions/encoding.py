"""Base64 and URL encoding: `$base64encode`, `$encodeUrl` and their relatives."""

import re
from base64 import b64decode, b64encode
from typing import Any, Final

from podium.core.expressions.jsonata.budget import Run
from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.values import UNDEFINED

_UNRESERVED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
_RESERVED: Final = ";/?:@&=+$,#"
_ESCAPES: Final = re.compile("(?:%[0-9a-fA-F]{2})+")
_NOT_BASE64: Final = re.compile("[^A-Za-z0-9+/]")


@builtin("base64encode", "<s-:s>", arity=1)
def base64_encode(run: Run, text: Any) -> Any:
    """Base64 of the text, each character taken as a byte."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(2 * len(text))
    units = text.encode("utf-16-le", "surrogatepass")[::2]
    return b64encode(units).decode("ascii")


@builtin("base64decode", "<s-:s>", arity=1)
def base64_decode(run: Run, text: Any) -> Any:
    """The bytes of base64 text, each as a character; what is not base64 is skipped."""
    if text is UNDEFINED:
        return UNDEFINED
    run.allocate_text(2 * len(text))
    digits = _NOT_BASE64.sub("", text.partition("=")[0].replace("-", "+").replace("_", "/"))
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return b64decode(digits + "=" * (-len(digits) % 4)).decode("latin-1")


@builtin("encodeUrlComponent", "<s-:s>", arity=1)
def encode_url_component(run: Run, text: Any) -> Any:
    """The text escaped for a part of a URL."""
    return _encode(run, text, _UNRESERVED, "encodeUrlComponent")


@builtin("encodeUrl", "<s-:s>", arity=1)
def encode_url(run: Run, text: Any) -> Any:
    """The text escaped for a whole URL."""
    return _encode(run, text, _UNRESERVED + _RESERVED, "encodeUrl")


@builtin("decodeUrlComponent", "<s-:s>", arity=1)
def decode_url_component(run: Run, text: Any) -> Any:
    """The text with escapes resolved."""
    return _decode(run, text, "", "decodeUrlComponent")


@builtin("decodeUrl", "<s-:s>", arity=1)
def decode_url(run: Run, text: Any) -> Any:
    """The text with escapes resolved, but for those of characters that mean something in a URL."""
    return _decode(run, text, _RESERVED, "decodeUrl")


def _encode(run: Run, text: Any, safe: str, name: str) -> Any:
    if text is UNDEFINED:
        return UNDEFINED
    run.spend(len(text))
    run.allocate(100 * len(text))
    try:
        return "".join([c if c in safe else "".join([f"%{byte:02X}" for byte in c.encode("utf-8")]) for c in text])
    except UnicodeEncodeError:
        raise JsonataError("D3140", value=text, functionName=name) from None


def _decode(run: Run, text: Any, kept: str, name: str) -> Any:
    if text is UNDEFINED:
        return UNDEFINED
    run.spend(len(text))
    run.allocate(50 * len(text))
    try:
        decoded = _ESCAPES.sub(lambda match: _decoded_run(match[0], kept), text)
    except UnicodeDecodeError:
        raise JsonataError("D3140", value=text, functionName=name) from None
    if "%" in _ESCAPES.sub("", text):
        raise JsonataError("D3140", value=text, functionName=name)
    return decoded


def _decoded_run(escapes: str, kept: str) -> str:
    text = bytes.fromhex(escapes.replace("%", "")).decode("utf-8")
    return "".join([f"%{ord(char):02X}" if char in kept else char for char in text])
