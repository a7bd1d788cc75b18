"""What EventBridge refuses of the entries of a PutEvents request; the others of a request are taken all the same. Pure.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
"""

from collections.abc import Mapping
from typing import Any

from podium.core import jsontext


def entry_fault(entry: Mapping[str, Any]) -> dict[str, str] | None:
    """The result entry of an entry that is refused, ErrorCode and ErrorMessage; None for one that can be taken."""
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": reason}
    if entry["Source"].startswith("aws."):
        return {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source.",
        }
    try:
        detail = jsontext.decode(entry["Detail"])
    except jsontext.InvalidJson:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None
