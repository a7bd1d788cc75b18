"""The services with optimized integrations: what botocore and the errors of Step Functions call them.

Which actions and patterns each has is `core.asl.integrations`. Errors are worded as by the AWS SDK for Java 1.x, whose
names for services are in its clients (`com.amazonaws.services.*`).
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from typing import Final, NamedTuple


class Service(NamedTuple):
    """One service."""

    botocore: str
    prefix: str
    """What its errors begin with."""
    sdk_name: str
    """What causes call it."""


SERVICES: Final = {
    "athena": Service("athena", "Athena", "AmazonAthena"),
    "batch": Service("batch", "Batch", "AWSBatch"),
    "bedrock": Service("bedrock", "Bedrock", "AmazonBedrock"),
    "codebuild": Service("codebuild", "CodeBuild", "AWSCodeBuild"),
    "databrew": Service("databrew", "DataBrew", "AWSGlueDataBrew"),
    "dynamodb": Service("dynamodb", "DynamoDB", "AmazonDynamoDBv2"),
    "ecs": Service("ecs", "ECS", "AmazonECS"),
    "eks": Service("eks", "EKS", "AmazonEKS"),
    "elasticmapreduce": Service("emr", "ElasticMapReduce", "AmazonElasticMapReduce"),
    "emr-containers": Service("emr-containers", "EMRContainers", "AmazonEMRContainers"),
    "emr-serverless": Service("emr-serverless", "EMRServerless", "AWSEMRServerless"),
    "events": Service("events", "EventBridge", "AmazonEventBridge"),
    "glue": Service("glue", "Glue", "AWSGlue"),
    "mediaconvert": Service("mediaconvert", "MediaConvert", "AWSMediaConvert"),
    "sagemaker": Service("sagemaker", "SageMaker", "AmazonSageMaker"),
    "sns": Service("sns", "SNS", "AmazonSNS"),
    "sqs": Service("sqs", "SQS", "AmazonSQS"),
}
"""By the service in the resource's ARN."""
