"""States.StringToJson, States.JsonToString and States.JsonMerge."""

from typing import Any

from podium.core import jsontext
from podium.core.expressions.intrinsics import java
from podium.core.expressions.intrinsics.failure import IntrinsicFailure, InvalidArguments


def string_to_json(text: Any) -> Any:
    """The value a JSON text stands for; blank text is null, as on AWS."""
    if type(text) is not str:
        raise InvalidArguments("StringToJson")
    if not text.strip(" \t\r\n"):
        return None
    try:
        return jsontext.decode(text)
    except jsontext.InvalidJson as error:
        raise IntrinsicFailure(f"Cannot convert String to Json in States.StringToJson, caused by: {error}") from None


def json_to_string(value: Any) -> str:
    """Compact JSON text of a value."""
    try:
        return java.json_text(value)
    except (jsontext.InvalidJson, RecursionError) as error:
        raise IntrinsicFailure(f"Cannot convert Json to String in States.JsonToString, caused by: {error}") from None


def json_merge(left: Any, right: Any, deep: Any) -> dict[str, Any]:
    """The keys of both objects, the right one's winning. Only shallow merging exists: `deep` must not be true."""
    if type(left) is not dict or type(right) is not dict or deep is True:
        raise InvalidArguments("JsonMerge")
    return left | right
