"""Names and ARNs: what AWS accepts, how it refuses, and how ARNs are put together.

Names: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html#API_CreateStateMachine_RequestSyntax
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from podium.api.context import RequestContext
from podium.api.errors import ApiError

# White space, brackets, wildcards, special characters and control characters; also unpaired surrogates, which have
# no UTF-8 form. The length is the service model's business.
_FORBIDDEN_IN_NAME = re.compile(r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]""")
_ROLE_ARN = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+", re.ASCII)


class Arn(Struct, frozen=True):
    """A States ARN, taken apart: arn:aws:states:<region>:<account>:<kind>:<resource>."""

    text: str
    region: str
    account: str
    kind: str
    """stateMachine, execution, express, activity, mapRun."""
    resource: str
    """The rest: a name, or names separated by colons."""


STATE_MACHINE: Final = "stateMachine"
EXECUTION: Final = "execution"
EXPRESS: Final = "express"
"""An execution of an Express state machine: its ARN says so."""
ACTIVITY: Final = "activity"


def state_machine_arn(context: RequestContext, name: str) -> str:
    """The ARN of the caller's state machine of that name."""
    return f"{state_machine_prefix(context)}{name}"


def state_machine_prefix(context: RequestContext) -> str:
    """What the ARNs of all the caller's state machines begin with."""
    return f"arn:aws:states:{context.region}:{context.account}:{STATE_MACHINE}:"


def execution_arn(context: RequestContext, state_machine: str, name: str) -> str:
    """The ARN of an execution, from the names of its machine and itself."""
    return f"arn:aws:states:{context.region}:{context.account}:{EXECUTION}:{state_machine}:{name}"


def activity_prefix(context: RequestContext) -> str:
    """What the ARNs of all the caller's activities begin with."""
    return f"arn:aws:states:{context.region}:{context.account}:{ACTIVITY}:"


def express_arn(context: RequestContext, state_machine: str, name: str, unique: str) -> str:
    """The ARN of an Express execution; names of those may come again, so something unique is part of it."""
    return f"arn:aws:states:{context.region}:{context.account}:express:{state_machine}:{name}:{unique}"


def check_name(name: str) -> None:
    """Refuse a name AWS refuses.

    Raises:
        ApiError: InvalidName.
    """
    if _FORBIDDEN_IN_NAME.search(name):
        raise ApiError("InvalidName", f"Invalid Name: '{name}'")


def check_role_arn(arn: str) -> None:
    """Refuse what can't be the ARN of a role; that the role exists is not required.

    Raises:
        ApiError: InvalidArn.
    """
    if not _ROLE_ARN.fullmatch(arn):
        raise ApiError("InvalidArn", f"Invalid Role Arn: '{arn}'")


def parse_arn(text: str, *kinds: str) -> Arn:
    """Take an ARN apart.

    Args:
        kinds: the resource types that make sense here; none for any.

    Raises:
        ApiError: InvalidArn.
    """
    parts = text.split(":", 6)
    if parts[0] != "arn":
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {text}'")
    if len(parts) < 7 or parts[2] != "states" or not parts[6]:
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN: {text}'")
    arn = Arn(text, parts[3], parts[4], parts[5], parts[6])
    if kinds and arn.kind not in kinds:
        raise ApiError("InvalidArn", f"Invalid Arn: 'Resource type not valid in this context: {arn.kind}'")
    return arn


@lru_cache(maxsize=1_024)
def split_qualifier(arn: str) -> tuple[str, str | None]:
    """A state machine's ARN and what qualifies it: a version's number, an alias's name, or nothing.

    Raises:
        ApiError: ValidationException, for the ARN of a Distributed Map state.
    """
    machine = parse_arn(arn, STATE_MACHINE)
    name, _, qualifier = machine.resource.partition(":")
    if "/" in machine.resource:
        raise ApiError("ValidationException", f"The ARN of a Distributed Map state is not supported here: '{arn}'")
    return (arn.removesuffix(f":{qualifier}"), qualifier) if qualifier and name else (arn, None)


def split_test_case(arn: str) -> tuple[str, str | None]:
    """A state machine's ARN and the test case of the mock configuration behind its `#`, if there is one.

    https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-test-sm-exec.html
    """
    machine, separator, test_case = arn.partition("#")
    return (machine, test_case) if separator else (arn, None)


def version_number(qualifier: str) -> int | None:
    """The number of a version, or None when the qualifier is an alias's name."""
    return int(qualifier) if re.fullmatch("[1-9][0-9]*", qualifier) else None


def own_arn(context: RequestContext, text: str, *kinds: str) -> str:
    """An ARN of the caller's account and region, checked: accounts don't see each other's resources.

    Raises:
        ApiError: InvalidArn, or AccessDeniedException.
    """
    arn = parse_arn(text, *kinds)
    if arn.account != context.account or arn.region != context.region:
        caller = f"arn:aws:iam::{context.account}:root"
        raise ApiError(
            "AccessDeniedException",
            f"User: {caller} in {context.region} is not authorized to perform this operation on resource: {text}",
        )
    return text
