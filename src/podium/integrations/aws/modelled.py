"""Which operation of which service model a Task's parameters are those of, and how its members are spelt."""

from typing import Final

from podium.core.asl.resources import Resource
from podium.integrations.aws import optimized, sdk
from podium.integrations.aws.adapted import ADAPTED, Adapted
from podium.integrations.aws.models import Rename
from podium.integrations.aws.services import SERVICES

_OTHERS: Final = {"lambda": "lambda", "states": "stepfunctions"}
"""Services that are called otherwise, and what botocore calls them."""


def modelled(resource: Resource) -> tuple[Adapted, Rename] | None:
    """The operation; None where the parameters are not simply those of one."""
    if resource.kind != "integration":
        return None
    service, action = resource.service, resource.action
    if service.startswith(sdk.PREFIX):
        return Adapted(service.removeprefix(sdk.PREFIX), action), sdk.STYLE.rename
    if service in _OTHERS:
        return Adapted(_OTHERS[service], action), optimized.STYLE.rename
    if service not in SERVICES:
        return None
    adapted = ADAPTED.get(f"{service}:{action}") or Adapted(SERVICES[service].botocore, action)
    if adapted.by_name is not None or action in ("call", "runJob"):
        return None
    return adapted, optimized.STYLE.rename
