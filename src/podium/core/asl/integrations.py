"""Which services a Task can call, and in which patterns, as plain data.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the page of each service;
`aws-sdk:SERVICE:ACTION` calls anything that AWS's SDK can:
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from typing import Any, Final

from podium.core.asl.diagnostics import Report
from podium.core.asl.resources import InvalidResource, Pattern, Resource, parse_resource

_CALL: Final[tuple[Pattern, ...]] = ("",)
_TOKEN: Final[tuple[Pattern, ...]] = ("", "waitForTaskToken")
_SYNC: Final[tuple[Pattern, ...]] = ("", "sync")
_BOTH: Final[tuple[Pattern, ...]] = ("", "sync", "waitForTaskToken")


def _actions(patterns: tuple[Pattern, ...], *actions: str) -> dict[str, tuple[Pattern, ...]]:
    return dict.fromkeys(actions, patterns)


OPTIMIZED: Final[dict[str, dict[str, tuple[Pattern, ...]]]] = {
    "apigateway": _actions(_TOKEN, "invoke"),
    "athena": _actions(_SYNC, "startQueryExecution")
    | _actions(_CALL, "stopQueryExecution", "getQueryExecution", "getQueryResults"),
    "batch": _actions(_SYNC, "submitJob"),
    "bedrock": _actions(_BOTH, "invokeModel", "createModelCustomizationJob"),
    "bedrockagentcore": _actions(_CALL, "invokeHarness"),
    "codebuild": _actions(_SYNC, "startBuild", "startBuildBatch")
    | _actions(_CALL, "stopBuild", "batchDeleteBuilds", "batchGetReports", "stopBuildBatch", "retryBuildBatch")
    | _actions(_CALL, "deleteBuildBatch"),
    "databrew": _actions(_SYNC, "startJobRun"),
    "dynamodb": _actions(_CALL, "getItem", "putItem", "deleteItem", "updateItem"),
    "ecs": _actions(_BOTH, "runTask"),
    "eks": _actions(_BOTH, "runJob", "call")
    | _actions(_SYNC, "createCluster", "deleteCluster", "createNodegroup", "deleteNodegroup")
    | _actions(_SYNC, "createFargateProfile", "deleteFargateProfile"),
    "elasticmapreduce": _actions(_SYNC, "createCluster", "terminateCluster", "addStep")
    | _actions(_CALL, "cancelStep", "setClusterTerminationProtection", "modifyInstanceFleetByName")
    | _actions(_CALL, "modifyInstanceGroupByName"),
    "emr-containers": _actions(_SYNC, "createVirtualCluster", "deleteVirtualCluster", "startJobRun"),
    "emr-serverless": _actions(_SYNC, "createApplication", "startApplication", "stopApplication")
    | _actions(_SYNC, "deleteApplication", "startJobRun", "cancelJobRun"),
    "events": _actions(_TOKEN, "putEvents"),
    "glue": _actions(_SYNC, "startJobRun"),
    "http": _actions(_CALL, "invoke"),
    "lambda": _actions(_TOKEN, "invoke"),
    "mediaconvert": _actions(_SYNC, "createJob"),
    "sagemaker": _actions(_SYNC, "createTrainingJob", "createTransformJob", "createProcessingJob")
    | _actions(_SYNC, "createHyperParameterTuningJob", "createLabelingJob")
    | _actions(_CALL, "createModel", "createEndpoint", "createEndpointConfig", "updateEndpoint"),
    "sns": _actions(_TOKEN, "publish"),
    "sqs": _actions(_TOKEN, "sendMessage"),
    "states": _actions(("", "sync", "sync:2", "waitForTaskToken"), "startExecution"),
}
"""Service -> action -> patterns."""


def check_resource(value: Any, report: Report) -> None:
    """`Resource` of a Task: something that can be called, in a pattern it has and the machine's type allows."""
    if not isinstance(value, str):
        report.refuse("Expected value of type [STRING]")
        return
    try:
        resource = parse_resource(value)
    except InvalidResource:
        _check_unknown(value, report)
        return
    if resource.kind == "integration" and not is_offered(resource):
        report.refuse(
            f"The resource provided {value} is not recognized. The value is not a valid resource ARN, "
            "or the resource is not available in this region."
        )
    elif report.rules.machine_type == "EXPRESS":
        _check_express(resource, report)


def is_offered(resource: Resource) -> bool:
    """Whether AWS has such an integration, as far as its name tells: services and actions begin in lower case.

    `aws-sdk:cloudwatchlogs:CreateLogStream` is refused on deployment: https://github.com/aws/aws-cdk/pull/27635
    """
    if resource.service.startswith("aws-sdk:"):
        return resource.pattern in _TOKEN and resource.service.islower() and resource.action[0].islower()
    return resource.pattern in OPTIMIZED.get(resource.service, {}).get(resource.action, ())


def _check_unknown(value: str, report: Report) -> None:
    if report.rules.resources == "aws" or not _may_be_local(value):
        report.refuse("Value is not a valid resource ARN")
    else:
        report.warn("LOCAL_RESOURCE", f"AWS has no resource '{value}'; only a local handler of that name can serve it")


def _may_be_local(value: str) -> bool:
    """Whether a local handler may go by this name: not an ARN that is AWS's but mistyped, nor a forgotten variable."""
    parts = value.split(":")
    mistyped = parts[0] == "arn" and (len(parts) < 6 or (parts[2] in ("lambda", "states") and parts[5] != "task"))
    return bool(value) and not mistyped and "${" not in value


def _check_express(resource: Resource, report: Report) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html"""
    if resource.kind == "activity":
        report.refuse("Express state machine does not support Activity ARN")
    elif resource.pattern == "waitForTaskToken":
        report.refuse("Express state machine does not support '.waitForTaskToken' service integration ")
    elif resource.pattern:
        report.refuse("Express state machine does not support '.sync' service integration")
