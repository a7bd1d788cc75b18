"""States.Format and States.StringSplit."""

import re
from collections.abc import Callable
from typing import Any, Final

from podium.core.expressions.intrinsics import java
from podium.core.expressions.intrinsics.failure import IntrinsicFailure, InvalidArguments

_TOKEN: Final = re.compile(r"\\([\\'{}])|(\{\})|([{}])")
_UNMATCHED: Final = {
    "{": "Invalid template in States.Format: matching '}' not found for '{'.",
    "}": "Invalid template in States.Format: matching '{' not found for '}'.",
}


def format_text(template: Any, *arguments: Any) -> str:
    """The template with each `{}` replaced by the next argument as Java prints it."""
    if type(template) is not str:
        raise InvalidArguments("Format")
    return formatter(template)(*arguments)


def formatter(template: str) -> Callable[..., str]:
    r"""Split a template (escapes `\'` `\\` `\{` `\}` still in it) once; the result takes the other arguments.

    Raises:
        IntrinsicFailure: a brace has no partner.
    """
    pieces = [""]
    end = 0
    for token in _TOKEN.finditer(template):
        escaped, slot, brace = token.groups()
        if brace:
            raise IntrinsicFailure(_UNMATCHED[brace])
        pieces[-1] += template[end : token.start()] + (escaped or "")
        if slot:
            pieces.append("")
        end = token.end()
    pieces[-1] += template[end:]
    head, tails = pieces[0], pieces[1:]

    def fill(*arguments: Any) -> str:
        if len(arguments) != len(tails):
            raise InvalidArguments("Format", "number of arguments do not match the occurrences of {}.")
        result = head
        for argument, tail in zip(arguments, tails, strict=True):
            result += (argument if type(argument) is str else java.text(argument)) + tail
        return result

    return fill


def string_split(text: Any, separators: Any) -> list[str]:
    """The parts between any of the separator characters; empty parts are dropped."""
    if type(text) is not str or type(separators) is not str:
        raise InvalidArguments("StringSplit")
    if len(separators) > 1:
        text = text.translate(dict.fromkeys(map(ord, separators), separators[0]))
    parts = text.split(separators[0]) if separators else [text]
    return [part for part in parts if part]
