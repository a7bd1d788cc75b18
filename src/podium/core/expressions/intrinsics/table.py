"""The 18 intrinsic functions by name. A new function is a function in its family's file and a row here.

Source: "Intrinsic functions for JSONPath states in Step Functions", AWS Step Functions Developer Guide.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from podium.core.expressions.intrinsics import arrays, encoding, numbers, objects, strings
from podium.core.expressions.scope import Scope


class Intrinsic(Struct, frozen=True):
    """One function: takes argument values and gives the result, or raises IntrinsicFailure.

    `prepare` takes the raw text of a literal first argument and gives a function of the remaining arguments.
    `draws` functions take the Scope before their arguments. `arity_reason` ends AWS's sentence on a wrong count.
    """

    function: Callable[..., Any]
    minimum: int
    maximum: int | None
    prepare: Callable[[str], Callable[..., Any]] | None = None
    draws: bool = False
    arity_reason: str = ""

    def accepts(self, count: int) -> bool:
        """Whether a call may have that many arguments."""
        return self.minimum <= count and (self.maximum is None or count <= self.maximum)


def _uuid(scope: Scope) -> str:
    return scope.uuid()


INTRINSICS: Final[dict[str, Intrinsic]] = {
    "Array": Intrinsic(arrays.array, 0, None),
    "ArrayContains": Intrinsic(arrays.array_contains, 2, 2),
    "ArrayGetItem": Intrinsic(arrays.array_get_item, 2, 2),
    "ArrayLength": Intrinsic(arrays.array_length, 1, 1),
    "ArrayPartition": Intrinsic(arrays.array_partition, 2, 2),
    "ArrayRange": Intrinsic(arrays.array_range, 3, 3),
    "ArrayUnique": Intrinsic(arrays.array_unique, 1, 1),
    "Base64Decode": Intrinsic(encoding.base64_decode, 1, 1),
    "Base64Encode": Intrinsic(encoding.base64_encode, 1, 1),
    "Format": Intrinsic(strings.format_text, 1, None, prepare=strings.formatter),
    "Hash": Intrinsic(encoding.hash_text, 2, 2),
    "JsonMerge": Intrinsic(objects.json_merge, 3, 3),
    "JsonToString": Intrinsic(objects.json_to_string, 1, 1, arity_reason="only a single argument is allowed."),
    "MathAdd": Intrinsic(numbers.math_add, 2, 2),
    "MathRandom": Intrinsic(numbers.math_random, 2, 3, draws=True),
    "StringSplit": Intrinsic(strings.string_split, 2, 2),
    "StringToJson": Intrinsic(objects.string_to_json, 1, 1),
    "UUID": Intrinsic(_uuid, 0, 0, draws=True),
}
