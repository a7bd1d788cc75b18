"""POST redrive: lets a closed execution go on, with another input for the state that failed if one is given.

AWS's RedriveExecution does a state again with the input it had, so an execution that failed because of its data fails
again. Here that state may be given other data. Its StateEntered event stays as it was; who gave it what, and when, is
kept beside the execution and told by `GET decisions`.
"""

from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct

from podium.api.errors import ApiError
from podium.api.pages import seconds
from podium.api.services import Services
from podium.console.application import ConsoleRequest
from podium.core import jsontext
from podium.core.machine.redrive import Edit
from podium.engine.errors import ExecutionDoesNotExist, ExecutionNotRedrivable, TooManyExecutions
from podium.store.records import EDITED_INPUT

INPUT_MAX_BYTES: Final = 262_144
"""AWS's limit of an input."""
LISTED_MAX: Final = 200


class EditedInput(Struct, frozen=True):
    """What a state was given in place of its input. `at_ms` in epoch milliseconds, `input` JSON text."""

    execution_arn: str
    state: str | None
    redrive: int
    who: str
    at_ms: int
    input: str


class RedriveRequest(Struct, frozen=True):
    """What is asked for."""

    execution: str
    state: str | None = None
    input: Any = UNSET
    who: str | None = None


async def redrive(request: ConsoleRequest) -> dict[str, Any]:
    """POST redrive {execution, state?, input?, who?}

    With an `input` (any JSON value), `who` gives it must be said; `state` names the state that gets it, where more than
    one is done again.
    """
    asked = request.body(RedriveRequest, "A redrive names an execution.")
    arn, services = asked.execution, request.services
    edit = _edit_of(asked)
    who = (asked.who or "").strip()
    if edit is not None and not who:
        raise ApiError("ValidationException", "An edited input names who gives it.")
    try:
        at_ms = await services.engine.redrive_execution(arn, None, edit)
    except ExecutionDoesNotExist:
        raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", status=404) from None
    except ExecutionNotRedrivable as refused:
        raise ApiError("ExecutionNotRedrivable", f"{refused.reason}.") from None
    except TooManyExecutions:
        raise ApiError("ExecutionLimitExceeded", "As many executions are open as may be.") from None
    if edit is not None:
        await _keep(services, arn, edit, who, at_ms)
    return {"redriveDate": seconds(at_ms)}


async def edited_inputs(services: Services, arn: str) -> list[dict[str, Any]]:
    """What states of an execution were given in place of their inputs, in order."""
    records = await services.store.list(EDITED_INPUT, prefix=f"{arn}#", limit=LISTED_MAX)
    found = [msgspec.msgpack.decode(record.data, type=EditedInput) for record in records]
    told: list[dict[str, Any]] = msgspec.to_builtins(sorted(found, key=lambda one: one.redrive))
    return told


def _edit_of(asked: RedriveRequest) -> Edit | None:
    if asked.input is UNSET:
        return None
    text = jsontext.encode(asked.input)
    if len(text) > INPUT_MAX_BYTES:
        raise ApiError("ValidationException", f"An input has at most {INPUT_MAX_BYTES} bytes.")
    return Edit(text, asked.state or None)


async def _keep(services: Services, arn: str, edit: Edit, who: str, at_ms: int) -> None:
    view = await services.engine.describe_execution(arn)
    number = 0 if view is None else view.redrives.count
    edited = EditedInput(arn, edit.state, number, who, at_ms, edit.input.decode())
    await services.store.put(EDITED_INPUT, f"{arn}#{number:06}", msgspec.msgpack.encode(edited))
