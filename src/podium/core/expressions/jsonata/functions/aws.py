"""What Step Functions adds: `$partition`, `$range`, `$hash`, `$random(seed)`, `$uuid`, `$parse`.

Source: AWS, "Transforming data with JSONata in Step Functions"; details measured on AWS: floci-io/floci#2662, #2676,
#2790 (arguments truncated towards zero, `$random(seed)` is java.util.Random, `$range` gives up above 360,145 items).
"""

import hashlib
from math import isfinite, trunc
from typing import Any, Final

from podium.core.expressions.jsonata.budget import MEMORY_MESSAGE, Run
from podium.core.expressions.jsonata.errors import JsonataError, JsonataLimitExceeded
from podium.core.expressions.jsonata.functions.builtin import builtin
from podium.core.expressions.jsonata.values import UNDEFINED
from podium.core.jsontext import InvalidJson, decode

_ALGORITHMS: Final = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def _integer(number: Any) -> int:
    return trunc(number) if isfinite(number) else 0


@builtin("partition", "<an:a<a>>", arity=2)
def partition(run: Run, items: Any, size: Any) -> Any:
    """The array cut into arrays of `size`, the last one shorter.

    Raises:
        JsonataError: D3150, the size is negative.
    """
    if items is UNDEFINED or size is UNDEFINED:
        return UNDEFINED
    width = _integer(size)
    if width < 0:
        raise JsonataError("D3150", value=size)
    if width == 0:
        return UNDEFINED
    chunks = -(-len(items) // width)
    run.spend(chunks)
    run.allocate_items(len(items) + chunks)
    run.allocate(64 * chunks)
    return [list(items[start : start + width]) for start in range(0, len(items), width)]


@builtin("range", "<nnn:a<n>>", arity=3)
def number_range(run: Run, first: Any, last: Any, step: Any) -> Any:
    """Numbers from `first` to at most `last`; a single one comes out as itself, as AWS answers."""
    if first is UNDEFINED or last is UNDEFINED or step is UNDEFINED:
        return UNDEFINED
    increment = _integer(step)
    if increment == 0:
        return UNDEFINED
    start, stop = _integer(first), _integer(last)
    count = max(0, (stop - start) // increment + 1)
    if count > run.limits.range_items:
        raise JsonataLimitExceeded(MEMORY_MESSAGE)
    run.allocate_numbers(count)
    if count == 1:
        return start
    return list(range(start, start + count * increment, increment))


@builtin("hash", "<s-s:s>", arity=2)
def hash_text(run: Run, text: Any, algorithm: Any) -> Any:
    """The hash of the text in hexadecimal: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.

    Raises:
        JsonataError: D3151, an unknown algorithm.
    """
    if text is UNDEFINED or algorithm is UNDEFINED:
        return UNDEFINED
    name = _ALGORITHMS.get(algorithm)
    if name is None:
        raise JsonataError("D3151", value=algorithm)
    run.spend(10 + len(text) // 32)
    run.allocate(4 * len(text))
    return hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


@builtin("random", "<n?:n>", arity=0)
def random(run: Run, seed: Any = UNDEFINED) -> Any:
    """A number in [0, 1): the run's next one, or the first of java.util.Random for a seed."""
    if seed is UNDEFINED:
        return run.environment.random()
    state = (_integer(seed) ^ _JAVA_MULTIPLIER) & _JAVA_MASK
    state = (state * _JAVA_MULTIPLIER + 11) & _JAVA_MASK
    high = state >> 22
    state = (state * _JAVA_MULTIPLIER + 11) & _JAVA_MASK
    return ((high << 27) + (state >> 21)) / 2**53


_JAVA_MULTIPLIER: Final = 0x5DEECE66D
_JAVA_MASK: Final = 2**48 - 1


@builtin("uuid", "<:s>", arity=0)
def uuid(run: Run) -> Any:
    """A version 4 UUID, derived from the run."""
    return run.environment.uuid()


@builtin("parse", "<s-:x>", arity=1)
def parse(run: Run, text: Any) -> Any:
    """The value a JSON text stands for.

    Raises:
        JsonataError: D3152, the text is not JSON.
    """
    if text is UNDEFINED:
        return UNDEFINED
    run.spend(5 + len(text) // 4)
    # Small objects and arrays take many times their text.
    run.allocate(40 * len(text))
    try:
        return decode(text)
    except InvalidJson:
        raise JsonataError("D3152", value=text) from None
