"""What a Task's `Resource` may be: its ARN taken apart.

Forms (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-asl.html, "Task"):
a Lambda function's ARN, an activity's ARN, or a service integration
`arn:aws:states:REGION:ACCOUNT:SERVICE:ACTION[.PATTERN]` / `...:aws-sdk:SERVICE:ACTION[.PATTERN]`. The language's
own specification writes `arn:aws:states:REGION:ACCOUNT:task:NAME` for work of no particular kind, which AWS can't call.
"""

import re
from collections.abc import Callable
from typing import Any, Final, Literal

from msgspec import Struct

Kind = Literal["lambda", "activity", "integration"]
Pattern = Literal["", "sync", "sync:2", "waitForTaskToken"]

PATTERNS: Final[tuple[Pattern, ...]] = ("", "sync", "sync:2", "waitForTaskToken")


class Resource(Struct, frozen=True):
    """A resource ARN, parsed. `text` is what the definition says."""

    text: str
    kind: Kind
    service: str
    """`lambda`, `activity`, or the integration's service: `lambda`, `sqs`, `aws-sdk:dynamodb`, ..."""
    action: str
    """The function (with its qualifier) or activity name, or the integration's action: `invoke`, `putItem`."""
    pattern: Pattern = ""
    region: str = ""
    account: str = ""


class InvalidResource(ValueError):
    """The text is not the ARN of anything a Task can call."""


_LAMBDA = re.compile(r"arn:[a-z0-9-]+:lambda:([^:]*):([^:]*):function:([^:]+(?::[A-Za-z0-9$_-]+)?)")
_ACTIVITY = re.compile(r"arn:[a-z0-9-]+:states:([^:]*):([^:]*):activity:([^:]+)")
_INTEGRATION = re.compile(
    r"arn:[a-z0-9-]+:states:([^:]*):([^:]*):((?:aws-sdk:)?(?!task:)[A-Za-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync:2|sync|waitForTaskToken))?"
)


def parse_resource(text: str) -> Resource:
    """Take a resource ARN apart.

    Raises:
        InvalidResource: it has none of the forms a Task can call.
    """
    if found := _LAMBDA.fullmatch(text):
        return Resource(text, "lambda", "lambda", found[3], region=found[1], account=found[2])
    if found := _ACTIVITY.fullmatch(text):
        return Resource(text, "activity", "activity", found[3], region=found[1], account=found[2])
    if found := _INTEGRATION.fullmatch(text):
        pattern: Pattern = found[5] or ""  # type: ignore[assignment]
        return Resource(text, "integration", found[3], found[4], pattern, found[1], found[2])
    raise InvalidResource(text)


ParameterFault = Callable[[Any], str | None]
"""What keeps a Task's effective parameters from being its resource's, in AWS's words; None when nothing does."""

ParameterCheck = Callable[[Resource], ParameterFault | None]
"""The check of a resource's parameters; None where it takes anything. Handed in, as it goes by AWS's service models."""


def unchecked(resource: Resource) -> ParameterFault | None:
    """Whatever a Task is given, its performer finds out."""
    return None
