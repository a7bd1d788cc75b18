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

_OPTIMIZED_SERVICES: Final = {"elasticmapreduce": "emr", "states": "stepfunctions"}
_OPTIMIZED_OPERATIONS: Final = {
    "bedrock:invokeModel": ("bedrock-runtime", "InvokeModel"),
    "elasticmapreduce:addStep": ("emr", "AddJobFlowSteps"),
    "elasticmapreduce:cancelStep": ("emr", "CancelSteps"),
    "elasticmapreduce:createCluster": ("emr", "RunJobFlow"),
    "elasticmapreduce:modifyInstanceFleetByName": ("emr", "ModifyInstanceFleet"),
    "elasticmapreduce:modifyInstanceGroupByName": ("emr", "ModifyInstanceGroups"),
    "elasticmapreduce:setClusterTerminationProtection": ("emr", "SetTerminationProtection"),
    "elasticmapreduce:terminateCluster": ("emr", "TerminateJobFlows"),
}
"""Optimized integrations that are not called as the operation they stand for."""

_WITHOUT_MODEL: Final = frozenset({"apigateway:invoke", "eks:call", "eks:runJob", "http:invoke"})
"""Integrations that are no operation of any service."""

_POLLING: Final = {
    "athena:startQueryExecution": "GetQueryExecution",
    "batch:submitJob": "DescribeJobs",
    "bedrock:createModelCustomizationJob": "GetModelCustomizationJob",
    "codebuild:startBuild": "BatchGetBuilds",
    "codebuild:startBuildBatch": "BatchGetBuildBatches",
    "databrew:startJobRun": "DescribeJobRun",
    "ecs:runTask": "DescribeTasks",
    "eks:createCluster": "DescribeCluster",
    "eks:createFargateProfile": "DescribeFargateProfile",
    "eks:createNodegroup": "DescribeNodegroup",
    "eks:deleteCluster": "DescribeCluster",
    "eks:deleteFargateProfile": "DescribeFargateProfile",
    "eks:deleteNodegroup": "DescribeNodegroup",
    "elasticmapreduce:addStep": "DescribeStep",
    "elasticmapreduce:createCluster": "DescribeCluster",
    "elasticmapreduce:terminateCluster": "DescribeCluster",
    "emr-containers:createVirtualCluster": "DescribeVirtualCluster",
    "emr-containers:deleteVirtualCluster": "DescribeVirtualCluster",
    "emr-containers:startJobRun": "DescribeJobRun",
    "emr-serverless:cancelJobRun": "GetJobRun",
    "emr-serverless:createApplication": "GetApplication",
    "emr-serverless:deleteApplication": "GetApplication",
    "emr-serverless:startApplication": "GetApplication",
    "emr-serverless:startJobRun": "GetJobRun",
    "emr-serverless:stopApplication": "GetApplication",
    "glue:startJobRun": "GetJobRun",
    "mediaconvert:createJob": "GetJob",
    "sagemaker:createHyperParameterTuningJob": "DescribeHyperParameterTuningJob",
    "sagemaker:createLabelingJob": "DescribeLabelingJob",
    "sagemaker:createProcessingJob": "DescribeProcessingJob",
    "sagemaker:createTrainingJob": "DescribeTrainingJob",
    "sagemaker:createTransformJob": "DescribeTransformJob",
    "states:startExecution": "DescribeExecution",
}
"""`.sync` integrations and the operation that says how their job ended."""

_MODELS_KEPT: Final = 8


def answering_operation(resource: Resource) -> tuple[ServiceModel, str] | None:
    """The service and the operation whose answer is the Task's result; None where there is no such operation.

    A result that comes with a task token is whatever SendTaskSuccess is given, and no service's answer.
    """
    name = f"{resource.service}:{resource.action}"
    if resource.kind != "integration" or resource.pattern == "waitForTaskToken" or name in _WITHOUT_MODEL:
        return None
    is_sdk = resource.service.startswith("aws-sdk:")
    if is_sdk:
        called = resource.service.removeprefix("aws-sdk:").lower()
        service, operation = _SDK_SERVICES.get(called, called), resource.action
    else:
        service = _OPTIMIZED_SERVICES.get(resource.service, resource.service)
        service, operation = _OPTIMIZED_OPERATIONS.get(name, (service, resource.action))
        if resource.pattern:
            operation = _POLLING.get(name, operation)
    model = _model(service)
    if model is None:
        return None
    found = next((known for known in model.operations if known.lower() == operation.lower()), None)
    return None if found is None else (model, found)


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
