"""What `Ref` and `Fn::GetAtt` give of resources this room doesn't make: the values AWS's resources would have.

A role's ARN or a queue's URL follows from its name. The formats are each type's "Return values" section:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from dataclasses import dataclass
from typing import Any, Final

from podium.deploy.names import physical_name
from podium.deploy.server import Server
from podium.deploy.template import Resource

_NAME_LONGEST: Final = 64


@dataclass(frozen=True)
class _Format:
    """`name` is the property that names it; `ref` and `attributes` are made of {name}, {region} and {account}."""

    name: str
    ref: str
    attributes: dict[str, str]


_FORMATS: Final = {
    "AWS::IAM::Role": _Format("RoleName", "{name}", {"Arn": "arn:aws:iam::{account}:role/{name}"}),
    "AWS::Logs::LogGroup": _Format(
        "LogGroupName", "{name}", {"Arn": "arn:aws:logs:{region}:{account}:log-group:{name}:*"}
    ),
    "AWS::S3::Bucket": _Format(
        "BucketName", "{name}", {"Arn": "arn:aws:s3:::{name}", "DomainName": "{name}.s3.amazonaws.com"}
    ),
    "AWS::SQS::Queue": _Format(
        "QueueName",
        "https://sqs.{region}.amazonaws.com/{account}/{name}",
        {
            "Arn": "arn:aws:sqs:{region}:{account}:{name}",
            "QueueName": "{name}",
            "QueueUrl": "https://sqs.{region}.amazonaws.com/{account}/{name}",
        },
    ),
    "AWS::SNS::Topic": _Format(
        "TopicName",
        "arn:aws:sns:{region}:{account}:{name}",
        {"TopicArn": "arn:aws:sns:{region}:{account}:{name}", "TopicName": "{name}"},
    ),
    "AWS::DynamoDB::Table": _Format("TableName", "{name}", {"Arn": "arn:aws:dynamodb:{region}:{account}:table/{name}"}),
    "AWS::Events::EventBus": _Format(
        "Name", "{name}", {"Arn": "arn:aws:events:{region}:{account}:event-bus/{name}", "Name": "{name}"}
    ),
    "AWS::Events::Rule": _Format("Name", "{name}", {"Arn": "arn:aws:events:{region}:{account}:rule/{name}"}),
    "AWS::ECS::Cluster": _Format("ClusterName", "{name}", {"Arn": "arn:aws:ecs:{region}:{account}:cluster/{name}"}),
}


def name_property(type_: str) -> str | None:
    """The property that names a resource of a type, where that is known."""
    known = _FORMATS.get(type_)
    return known.name if known else None


def stand_in(server: Server, stack: str, resource: Resource, name: Any, attribute: str | None) -> tuple[str, bool]:
    """The value an attribute (None: Ref) stands for, and whether its format is known rather than made up."""
    given = name if isinstance(name, str) else physical_name(stack, resource.logical_id, _NAME_LONGEST)
    known = _FORMATS.get(resource.type)
    if attribute is None:
        template: str | None = known.ref if known else "{name}"
        certain = known is not None
    else:
        template = known.attributes.get(attribute) if known else None
        certain = template is not None
    if template is None:
        service = resource.type.split("::")[1].lower() if resource.type.count("::") > 1 else "custom"
        arn = attribute is not None and attribute.endswith("Arn")
        template = f"arn:aws:{service}:{{region}}:{{account}}:{{name}}" if arn else "{name}"
    return template.format(name=given, region=server.region, account=server.account), certain
