"""Reports about outstanding tasks by the holders of their tokens: succeeded, failed, still at it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html and its neighbours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.services import Operation, Services
from podium.core.asl.document import describe_json_error
from podium.core.machine.task_token import InvalidTaskToken
from podium.engine.errors import TaskDoesNotExist, TaskTimedOut


async def send_task_success(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """SendTaskSuccess. AWS looks at the token before the output."""
    with _refusals():
        services.engine.callbacks.check(context.account, input["taskToken"])
    fault = describe_json_error(input["output"])
    if fault is not None:
        raise ApiError("InvalidOutput", f"Invalid Output: '{fault.message}'")
    with _refusals():
        await services.engine.callbacks.succeed(context.account, input["taskToken"], input["output"].encode())
    return {}


async def send_task_failure(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """SendTaskFailure."""
    with _refusals():
        error, cause = input.get("error"), input.get("cause")
        await services.engine.callbacks.fail(context.account, input["taskToken"], error, cause)
    return {}


async def send_task_heartbeat(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """SendTaskHeartbeat."""
    with _refusals():
        await services.engine.callbacks.heartbeat(context.account, input["taskToken"])
    return {}


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except InvalidTaskToken:
        raise ApiError("InvalidToken", "Invalid Token: 'Invalid token'") from None
    except TaskTimedOut:
        raise ApiError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'") from None
    except TaskDoesNotExist:
        raise ApiError("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'") from None


OPERATIONS: Final[dict[str, Operation]] = {
    "SendTaskSuccess": send_task_success,
    "SendTaskFailure": send_task_failure,
    "SendTaskHeartbeat": send_task_heartbeat,
}
