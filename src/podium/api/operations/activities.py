"""Activities: create, describe, list, delete, and the workers' poll.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html and its neighbours. Reporting
how a task ended is in `task_tokens`.
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.encryption import ENCRYPTION_DEFAULT, encryption_configuration
from podium.api.errors import ApiError
from podium.api.names import ACTIVITY, activity_prefix, check_name, own_arn
from podium.api.pages import page_size, seconds
from podium.api.services import Operation, Services
from podium.api.tags import tags_from
from podium.engine.errors import TooManyWorkers
from podium.store.activities import ActivityRecord


async def create_activity(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateActivity. Asking for what exists already, whatever its tags, finds it."""
    name = input["name"]
    check_name(name)
    record = ActivityRecord(
        arn=activity_prefix(context) + name,
        name=name,
        created_ms=services.clock(),
        encryption_configuration=encryption_configuration(input),
        tags=tags_from({}, input.get("tags", [])),
    )
    existing = await services.activities.find(record.arn)
    while existing is None and not await services.activities.create(record):
        existing = await services.activities.find(record.arn)
    if existing is not None:
        if _encryption(existing) != _encryption(record):
            raise ApiError("ActivityAlreadyExists", f"Activity Already Exists: '{record.arn}'")
        record = existing
    return {"activityArn": record.arn, "creationDate": seconds(record.created_ms)}


async def describe_activity(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DescribeActivity."""
    record = await services.activities.get(own_arn(context, input["activityArn"], ACTIVITY))
    return {**_listed(record), "encryptionConfiguration": _encryption(record)}


async def list_activities(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListActivities, by ARN."""
    prefix, limit = activity_prefix(context), page_size(input)
    after = ""
    if "nextToken" in input:
        after = str(await services.page_tokens.read(prefix, input["nextToken"]))
    records = await services.activities.list(prefix, after, limit + 1)
    listed: dict[str, Any] = {"activities": [_listed(record) for record in records[:limit]]}
    if len(records) > limit:
        listed["nextToken"] = await services.page_tokens.make(prefix, records[limit - 1].arn)
    return listed


async def delete_activity(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteActivity. Deleting what isn't there succeeds."""
    await services.activities.delete(own_arn(context, input["activityArn"], ACTIVITY))
    return {}


async def get_activity_task(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetActivityTask: waits up to a minute for a task; without one, the answer has no taskToken."""
    arn = own_arn(context, input["activityArn"], ACTIVITY)
    await services.activities.get(arn)
    try:
        task = await services.engine.activities.poll(arn, input.get("workerName"), context.connected)
    except TooManyWorkers:
        message = f"Activity Worker Limit Exceeded: '{arn}'"
        raise ApiError("ActivityWorkerLimitExceeded", message) from None
    return {} if task is None else {"taskToken": task.token, "input": task.input}


def _listed(record: ActivityRecord) -> dict[str, Any]:
    return {"activityArn": record.arn, "name": record.name, "creationDate": seconds(record.created_ms)}


def _encryption(record: ActivityRecord) -> dict[str, Any]:
    return record.encryption_configuration or ENCRYPTION_DEFAULT


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateActivity": create_activity,
    "DescribeActivity": describe_activity,
    "ListActivities": list_activities,
    "DeleteActivity": delete_activity,
    "GetActivityTask": get_activity_task,
}
