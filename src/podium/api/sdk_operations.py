"""Which API operation answers a Task's resource: botocore's names for what a definition calls `states:startExecution`.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html and the page of each optimized
integration. A `.sync` Task's result is the answer of the operation that polls for the job's end, not of the one
that starts it.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from podium.api.service_model import ServiceModel, load
from podium.core.asl.resources import Resource
from podium.integrations.aws.adapted import ADAPTED
from podium.integrations.aws.jobs import JOBS
from podium.integrations.aws.services import SERVICES

_SDK_SERVICES: Final = {
    "applicationdiscoveryservice": "discovery",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "configservice": "config",
    "costandusagereportservice": "cur",
    "costexplorer": "ce",
    "databasemigrationservice": "dms",
    "directoryservice": "ds",
    "directoryservicedata": "ds-data",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearchservice": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntime": "lex-runtime",
    "lexruntimev2": "lexv2-runtime",
    "marketplaceentitlement": "marketplace-entitlement",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "pinpointsmsvoice": "sms-voice",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
}
"""Services the Java SDK names otherwise than botocore; all others differ at most in hyphens."""

_WITHOUT_MODEL: Final = frozenset({"apigateway:invoke", "eks:call", "eks:runJob", "http:invoke"})
"""Integrations that are no operation of any service."""

_EXECUTIONS: Final = {"": "StartExecution", "sync": "DescribeExecution", "sync:2": "DescribeExecution"}

_MODELS_KEPT: Final = 8


def answering_operation(resource: Resource) -> tuple[ServiceModel, str] | None:
    """The service and the operation whose answer is the Task's result; None where there is no such operation.

    A result that comes with a task token is whatever SendTaskSuccess is given, and no service's answer.
    """
    name = f"{resource.service}:{resource.action}"
    if resource.kind != "integration" or resource.pattern == "waitForTaskToken" or name in _WITHOUT_MODEL:
        return None
    if resource.service.startswith("aws-sdk:"):
        called = resource.service.removeprefix("aws-sdk:").lower()
        service, operation = _SDK_SERVICES.get(called, called), resource.action
    else:
        service, operation = _optimized(name, resource)
    model = _model(service)
    if model is None:
        return None
    found = next((known for known in model.operations if known.lower() == operation.lower()), None)
    return None if found is None else (model, found)


def _optimized(name: str, resource: Resource) -> tuple[str, str]:
    """botocore's names of the service and the operation of an optimized integration."""
    if resource.service == "states":
        return "stepfunctions", _EXECUTIONS[resource.pattern]
    known = SERVICES.get(resource.service)
    service = resource.service if known is None else known.botocore
    if resource.pattern and name in JOBS:
        return service, JOBS[name].poll
    if name in ADAPTED:
        return ADAPTED[name].service, ADAPTED[name].operation
    return service, resource.action


@lru_cache(maxsize=_MODELS_KEPT)
def _model(service: str) -> ServiceModel | None:
    """The model of a service whose name may lack its hyphens. The large ones take tens of megabytes: keep few."""
    folder = service if service in _folders().values() else _folders().get(service)
    return None if folder is None else load.__wrapped__(folder)


@lru_cache(maxsize=1)
def _folders() -> dict[str, str]:
    """Names of all modelled services by what they are without hyphens."""
    folders = (entry for entry in files("botocore").joinpath("data").iterdir() if entry.is_dir())
    return {entry.name.replace("-", ""): entry.name for entry in folders}
