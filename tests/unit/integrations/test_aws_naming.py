"""Names: Step Functions' spelling of services, members and exceptions, as users of AWS know them."""

import botocore.session
import pytest

from podium.integrations.aws.models import Models, UnknownOperation
from podium.integrations.aws.naming import BOTOCORE_SERVICES, exception_name, member_name, service_name

SESSION = botocore.session.get_session()


@pytest.mark.parametrize(
    ("service_id", "name"),
    [
        ("DynamoDB", "DynamoDb"),
        ("SFN", "Sfn"),
        ("S3", "S3"),
        ("EC2", "Ec2"),
        ("CloudWatch Logs", "CloudWatchLogs"),
        ("Secrets Manager", "SecretsManager"),
        ("Config Service", "Config"),
        ("ACM PCA", "AcmPca"),
        ("SESv2", "SesV2"),
        ("Elastic Load Balancing v2", "ElasticLoadBalancingV2"),
    ],
)
def test_services(service_id, name):
    assert service_name(service_id) == name


@pytest.mark.parametrize(
    ("modelled", "name"),
    [
        ("tableName", "TableName"),
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("ETag", "ETag"),
        ("ACL", "Acl"),
        ("MD5OfMessageBody", "Md5OfMessageBody"),
        ("ChecksumCRC32", "ChecksumCRC32"),
        ("VPCId", "VpcId"),
        ("S", "S"),
        ("equals", "EqualsValue"),
    ],
)
def test_members(modelled, name):
    assert member_name(modelled) == name


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ("NoSuchKey", "NoSuchKeyException"),
        ("ConditionalCheckFailedException", "ConditionalCheckFailedException"),
        ("DBClusterNotFoundFault", "DbClusterNotFoundException"),
        ("InvalidToken", "InvalidTokenException"),
    ],
)
def test_exceptions(shape, name):
    assert exception_name(shape) == name


def test_every_renamed_service_is_one_of_botocores():
    assert set(BOTOCORE_SERVICES.values()) <= set(SESSION.get_available_services())


@pytest.mark.parametrize("service", ["eventbridge", "sfn", "costexplorer", "cognitoidentityprovider", "iotdataplane"])
def test_the_name_in_the_arn_is_the_name_in_errors_in_lower_case(service):
    service_id = SESSION.get_service_model(BOTOCORE_SERVICES[service]).service_id
    assert service_name(service_id).lower() == service


@pytest.mark.parametrize(
    ("service", "action", "operation"),
    [
        ("dynamodb", "putItem", "PutItem"),
        ("rds", "describeDBInstances", "DescribeDBInstances"),
        ("s3", "listObjectsV2", "ListObjectsV2"),
        ("redshiftdata", "executeStatement", "ExecuteStatement"),
        ("eventbridge", "putEvents", "PutEvents"),
        ("bedrockagent", "startIngestionJob", "StartIngestionJob"),
    ],
)
def test_actions_are_found_in_botocores_models(service, action, operation):
    assert Models(SESSION).operation(service, action).name == operation


@pytest.mark.parametrize(
    ("service", "action", "said"),
    [
        ("nosuch", "putItem", "there is no service 'nosuch'"),
        ("dynamodb", "putItems", "has no action 'putItems'"),
        ("kinesis", "subscribeToShard", "streams events"),
    ],
)
def test_what_is_not_there_is_said(service, action, said):
    with pytest.raises(UnknownOperation, match=said):
        Models(SESSION).operation(service, action)
