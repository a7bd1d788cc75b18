"""How Step Functions spells AWS's services, members and exceptions.

It spells them as the AWS SDK for Java 2.x does, which derives its names from the service models botocore has too
(software.amazon.awssdk.codegen.naming.DefaultNamingStrategy, software.amazon.awssdk.utils.internal.CodegenNamingUtils):
`aws-sdk:rds:describeDBInstances` takes `DbInstanceIdentifier` and fails with `Rds.DbInstanceNotFoundException`.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import re
from functools import lru_cache
from typing import Final

BOTOCORE_SERVICES: Final = {
    "applicationdiscovery": "discovery",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "costandusagereport": "cur",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "directoryservicedata": "ds-data",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntimev2": "lexv2-runtime",
    "marketplacemetering": "meteringmarketplace",
    "migrationhub": "mgh",
    "pinpointsmsvoice": "sms-voice",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
    "simpledb": "sdb",
}
"""Services that botocore calls otherwise; all others differ at most in hyphens."""

_RENAMED_MEMBERS: Final = {"Equals": "EqualsValue"}
"""Members whose Java names are taken."""

_WORD_BOUNDARIES: Final = (
    (re.compile(r"[^A-Za-z0-9]+"), " "),
    (re.compile(r"([^a-z]{2,})v([0-9]+)"), r"\1 v\2 "),
    (re.compile(r"([^A-Z]{2,})V([0-9]+)"), r"\1 V\2 "),
    (re.compile(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])"), " "),
    (re.compile(r"([A-Z]+)([A-Z][a-z])"), r"\1 \2"),
    (re.compile(r"([0-9])([a-zA-Z])"), r"\1 \2"),
)


def service_name(service_id: str) -> str:
    """The name of a service in errors, from its model's serviceId: `DynamoDb`, `Sfn`, `CloudWatchLogs`.

    In ARNs it is written in lower case.
    """
    return _pascal(service_id).removeprefix("Amazon").removeprefix("Aws").removesuffix("Service")


@lru_cache(maxsize=4096)
def member_name(modelled: str) -> str:
    """A member as parameters and results have it: `SSEKMSKeyId` is `SsekmsKeyId`, `ETag` stays, `tags` is `Tags`.

    Of the capitals it begins with, only the first stays one, unless a small letter follows.
    """
    end = 1
    while end < len(modelled) and modelled[end].isupper() and not modelled[end + 1 : end + 2].islower():
        end += 1
    name = modelled[0].upper() + modelled[1:end].lower() + modelled[end:]
    return _RENAMED_MEMBERS.get(name, name)


def exception_name(shape: str) -> str:
    """The name of a modelled error: `NoSuchKey` is `NoSuchKeyException`, `DBClusterNotFoundFault` too ends so."""
    return _pascal(shape.removesuffix("Fault")).removesuffix("Exception") + "Exception"


def _pascal(text: str) -> str:
    for pattern, replacement in _WORD_BOUNDARIES:
        text = pattern.sub(replacement, text)
    return "".join(word.capitalize() for word in text.split())
