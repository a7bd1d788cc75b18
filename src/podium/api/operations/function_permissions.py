"""Resource policies of functions: add and remove statements, show the policy.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

import re
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.functions import check_revision, find
from podium.api.services import Operation, Services
from podium.core import jsontext
from podium.functions.names import FunctionName
from podium.functions.permissions import FunctionPolicy
from podium.functions.service import FunctionService

_ACCOUNT: Final = re.compile("[0-9]{12}")


async def add_permission(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """AddPermission."""
    service, named, policy = await _policy(services, context, input)
    if policy is not None:
        check_revision(policy.revision_id, input)
    present = [] if policy is None else policy.statements
    if any(statement["Sid"] == input["StatementId"] for statement in present):
        message = (
            f"The statement id ({input['StatementId']}) provided already exists. Please provide a new statement id, "
            "or remove the existing statement."
        )
        raise ApiError("ResourceConflictException", message, status=409)
    statement = _statement(named, input)
    await service.policies.put(named.qualified_arn, FunctionPolicy(services.new_id(), [*present, statement]))
    return {"Statement": jsontext.encode(statement).decode()}


async def get_policy(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetPolicy."""
    _, _, policy = await _policy(services, context, input)
    if policy is None:
        raise _no_policy()
    text = jsontext.encode({"Version": "2012-10-17", "Id": "default", "Statement": policy.statements})
    return {"Policy": text.decode(), "RevisionId": policy.revision_id}


async def remove_permission(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """RemovePermission; the policy goes with its last statement."""
    service, named, policy = await _policy(services, context, input)
    if policy is None:
        raise _no_policy()
    check_revision(policy.revision_id, input)
    kept = [statement for statement in policy.statements if statement["Sid"] != input["StatementId"]]
    if len(kept) == len(policy.statements):
        message = f"Statement {input['StatementId']} is not found in resource policy."
        raise ApiError("ResourceNotFoundException", message, status=404)
    if kept:
        await service.policies.put(named.qualified_arn, FunctionPolicy(services.new_id(), kept))
    else:
        await service.policies.delete(named.qualified_arn)
    return {}


async def _policy(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> tuple[FunctionService, FunctionName, FunctionPolicy | None]:
    service, _, named = await find(services, context, input)
    return service, named, await service.policies.find(named.qualified_arn)


def _statement(named: FunctionName, input: dict[str, Any]) -> dict[str, Any]:
    principal: Any = input["Principal"]
    if _ACCOUNT.fullmatch(principal):
        principal = {"AWS": f"arn:aws:iam::{principal}:root"}
    elif principal.startswith("arn:"):
        principal = {"AWS": principal}
    elif principal != "*":
        principal = {"Service": principal}
    equals = {
        "AWS:SourceAccount": input.get("SourceAccount"),
        "lambda:EventSourceToken": input.get("EventSourceToken"),
        "lambda:FunctionUrlAuthType": input.get("FunctionUrlAuthType"),
        "aws:PrincipalOrgID": input.get("PrincipalOrgID"),
    }
    conditions = {
        "StringEquals": {key: value for key, value in equals.items() if value is not None},
        "ArnLike": {"AWS:SourceArn": input["SourceArn"]} if "SourceArn" in input else {},
    }
    condition = {operator: keys for operator, keys in conditions.items() if keys}
    return {
        "Sid": input["StatementId"],
        "Effect": "Allow",
        "Principal": principal,
        "Action": input["Action"],
        "Resource": named.qualified_arn,
        **({"Condition": condition} if condition else {}),
    }


def _no_policy() -> ApiError:
    return ApiError("ResourceNotFoundException", "The resource you requested does not exist.", status=404)


OPERATIONS: Final[dict[str, Operation]] = {
    "AddPermission": add_permission,
    "GetPolicy": get_policy,
    "RemovePermission": remove_permission,
}
