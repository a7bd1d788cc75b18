"""GET inbox, POST decide, GET decisions: tasks that wait for a human, and what humans decided.

A task waits when its state is an activity's or ends in `.waitForTaskToken`. What the state sends along says how the
task is shown: `title`, `description`, and `form`, a JSON Schema of the answer (docs/inbox.md). Whoever decides gives
a name, which is kept with the decision: until there is a login, it is what he says it is.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.api.errors import ApiError
from podium.api.services import WaitingTask
from podium.console.application import ConsoleRequest
from podium.console.redrives import edited_inputs
from podium.core import jsontext
from podium.core.machine.task_token import InvalidTaskToken
from podium.engine.errors import TaskDoesNotExist, TaskTimedOut
from podium.store.records import DECISION

PAGE_MAX: Final = 200
REJECTED: Final = "Rejected"
"""The error of a task that was rejected without naming another."""
_SHOWN: Final = ("title", "description", "form")
_INSIDE: Final = ("Payload", "MessageBody", "Message", "Input", "RequestBody", "Detail")
"""Where services are given what they pass on."""


class Decision(Struct, frozen=True):
    """What somebody decided. `at_ms` in epoch milliseconds."""

    execution_arn: str
    state: str
    scheduled_id: int
    who: str
    at_ms: int
    approved: bool
    comment: str | None = None


async def inbox(request: ConsoleRequest) -> dict[str, Any]:
    """GET inbox?before=&limit= : waiting tasks, those of the latest executions first."""
    before = request.number("before", 0) or None
    tasks, following = await request.services.engine.inbox.page(before, min(request.number("limit", 50), PAGE_MAX))
    return {"tasks": [_shown(task) for task in tasks], "next": following}


def _shown(task: WaitingTask) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(task)
    return {**told, **presentation(jsontext.decode(task.input))}


def presentation(given: Any) -> dict[str, Any]:
    """How the task asks to be shown, wherever in its input it says so."""
    for value in _candidates(given):
        found: dict[str, Any] = {name: value[name] for name in _SHOWN if name in value}
        if found:
            return found
    return {}


def _candidates(given: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(given, dict):
        return
    yield given
    for name in _INSIDE:
        inner = given.get(name)
        if isinstance(inner, str):
            try:
                inner = jsontext.decode(inner)
            except jsontext.InvalidJson:
                continue
        if isinstance(inner, dict):
            yield inner


class DecideRequest(Struct, frozen=True):
    """What somebody decides."""

    token: str
    approve: bool
    who: str | None = None
    output: Any = {}
    error: str | None = None
    cause: str | None = None
    comment: str | None = None


async def decide(request: ConsoleRequest) -> dict[str, Any]:
    """POST decide {token, approve: bool, who, output?, error?, cause?, comment?}"""
    asked = request.body(DecideRequest, "A decision has a token and says whether to approve.")
    who = (asked.who or "").strip()
    if not who:
        raise ApiError("ValidationException", "A decision names who decides.")
    services = request.services
    account = request.query.get("account", "000000000000")
    try:
        task = await services.engine.inbox.take(account, asked.token, who)
        if asked.approve:
            await services.engine.callbacks.succeed(account, asked.token, jsontext.encode(asked.output))
        else:
            cause = asked.cause or asked.comment or f"Rejected by {who}"
            await services.engine.callbacks.fail(account, asked.token, asked.error or REJECTED, cause)
    except InvalidTaskToken:
        raise ApiError("InvalidToken", "This is no task token.") from None
    except (TaskDoesNotExist, TaskTimedOut):
        raise ApiError("TaskTimedOut", "Nobody waits for this task any more.") from None
    decision = Decision(
        task.execution_arn, task.state, task.scheduled_id, who, services.clock(), asked.approve, asked.comment
    )
    key = f"{task.execution_arn}#{task.scheduled_id}"
    await services.store.put(DECISION, key, msgspec.msgpack.encode(decision))
    return {"executionArn": task.execution_arn}


async def decisions(request: ConsoleRequest) -> dict[str, Any]:
    """GET decisions?execution=ARN : what was decided in an execution, and which inputs were edited for a redrive."""
    arn = request.required("execution")
    records = await request.services.store.list(DECISION, prefix=f"{arn}#", limit=PAGE_MAX)
    found = [msgspec.msgpack.decode(record.data, type=Decision) for record in records]
    return {
        "decisions": msgspec.to_builtins(sorted(found, key=lambda one: one.at_ms)),
        "edits": await edited_inputs(request.services, arn),
    }
