"""An operation's answer as a Task's result: members in Step Functions' casing, nothing that JSON doesn't know."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.model import OperationModel

from podium.integrations.aws.models import Rename

STREAM_BYTES_MAX: Final = 64 << 20
"""More of a streamed body than any result may have is not read."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

ShowDate = Callable[[datetime], Any]


def iso_date(moment: datetime) -> str:
    """A date as `aws-sdk` integrations show it: java.time.Instant's text, `2022-01-20T18:15:24.123Z`."""
    moment = moment.astimezone(UTC)
    milliseconds = f".{moment.microsecond // 1000:03}" if moment.microsecond // 1000 else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{milliseconds}Z"


def epoch_milliseconds(moment: datetime) -> int:
    """A date as optimized integrations show it."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_result(operation: OperationModel, answer: dict[str, Any], rename: Rename, show_date: ShowDate) -> dict[str, Any]:
    """The result of a call; a streamed body is read. Blocks."""
    shape = operation.output_shape
    if shape is None:
        return {}
    return _structure(shape, answer, rename, show_date)


def _structure(shape: Any, value: dict[str, Any], rename: Rename, show_date: ShowDate) -> dict[str, Any]:
    return {
        rename(name): _convert(member, value[name], rename, show_date)
        for name, member in shape.members.items()
        if value.get(name) is not None
    }


def _convert(shape: Any, value: Any, rename: Rename, show_date: ShowDate) -> Any:
    match shape.type_name:
        case "structure":
            return value if shape.is_document_type else _structure(shape, value, rename, show_date)
        case "list":
            return [_convert(shape.member, item, rename, show_date) for item in value]
        case "map":
            return {key: _convert(shape.value, item, rename, show_date) for key, item in value.items()}
        case "timestamp":
            return show_date(value) if isinstance(value, datetime) else value
        case "blob":
            content = value if isinstance(value, bytes) else value.read(STREAM_BYTES_MAX + 1)
            return content.decode(errors="replace")
        case "float" | "double" if isinstance(value, float) and not math.isfinite(value):
            return str(value)
    return value
