"""Every action of ten services: random parameters become what botocore serialises, and come back as they were."""

import json
import random
import string

import botocore.session
import pytest
from botocore.serialize import create_serializer

from podium.core.asl.integrations import is_offered
from podium.core.asl.resources import parse_resource
from podium.integrations.aws.adapted import ADAPTED
from podium.integrations.aws.models import Models
from podium.integrations.aws.naming import member_name
from podium.integrations.aws.parameters import to_input
from podium.integrations.aws.results import iso_date, to_result
from podium.integrations.aws.services import SERVICES

SESSION = botocore.session.get_session()
MODELS = Models(SESSION)
TEN_SERVICES = ("dynamodb", "s3", "sqs", "sns", "lambda", "glue", "ecs", "rekognition", "ssm", "secretsmanager")
EXAMPLES = 2


class Sampler:
    """Random values of shapes, as a task gives them."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def text(self):
        return "".join(self._random.choices(string.ascii_letters + "äß 中", k=self._random.randint(1, 6)))

    def value(self, shape, depth=4):
        draw = self._random
        match shape.type_name:
            case "structure":
                return self.structure(shape, depth)
            case "list":
                return [self.value(shape.member, depth - 1) for _ in range(draw.randint(0, 2))] if depth else []
            case "map":
                keys = {self.text() for _ in range(draw.randint(0, 2))} if depth else set()
                return {key: self.value(shape.value, depth - 1) for key in sorted(keys)}
            case "integer" | "long":
                return draw.randint(0, 1 << 30)
            case "float" | "double":
                return draw.randint(0, 1 << 20) / 4
            case "boolean":
                return draw.random() < 0.5
            case "timestamp":
                return (
                    f"20{draw.randint(10, 37)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}T00:00:0{draw.randint(0, 9)}Z"
                )
        return self.text()

    def structure(self, shape, depth):
        """All that is required and some of the rest; of a union, one."""
        if shape.is_document_type:
            return {self.text(): self.text()}
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            names = [self._random.choice(names)]
        elif not depth:
            names = list(shape.required_members)
        else:
            names = [name for name in names if name in shape.required_members or self._random.random() < 0.6]
        return {member_name(name): self.member(shape.members[name], depth) for name in names}

    def member(self, shape, depth):
        """What becomes part of a host's name can't be anything."""
        return "host" if shape.serialization.get("hostLabel") else self.value(shape, max(depth - 1, 0))


def takes_streams(operation):
    return any(
        member.type_name == "blob" and member.serialization.get("streaming")
        for member in (operation.input_shape.members if operation.input_shape else {}).values()
    )


@pytest.mark.parametrize("service", TEN_SERVICES)
def test_parameters_of_every_action_survive(service):
    model = SESSION.get_service_model(service)
    serializer = create_serializer(model.metadata["protocol"], include_validation=False)
    tried = 0
    for number, name in enumerate(model.operation_names):
        action = name[0].lower() + name[1:]
        modelled = model.operation_model(name)
        if modelled.has_event_stream_input or modelled.has_event_stream_output or modelled.input_shape is None:
            continue
        operation = MODELS.operation(service, action)
        for example in range(EXAMPLES):
            given = Sampler(f"{service}{number}{example}").structure(operation.input_shape, 4)
            input = to_input(operation, json.loads(json.dumps(given)), member_name, "the-key")
            asked = {name: held for name, held in input.items() if member_name(name) in given}
            shown = to_result(Answered(operation), asked, member_name, iso_date)
            if not takes_streams(operation):
                assert shown == given, name
            serializer.serialize_to_request(input, operation)
            tried += 1
    assert tried >= 20


class Answered:
    """An operation that answers what it is asked."""

    def __init__(self, operation):
        self.output_shape = operation.input_shape


_MOST_CALLED = """
lambda:invoke sns:publish states:startExecution.sync:2 dynamodb:putItem dynamodb:updateItem dynamodb:getItem
events:putEvents lambda:invoke.waitForTaskToken batch:submitJob.sync aws-sdk:s3:putObject states:startExecution
athena:startQueryExecution.sync athena:getQueryResults apigateway:invoke sqs:sendMessage
aws-sdk:cloudwatch:putMetricData aws-sdk:dynamodb:putItem.waitForTaskToken aws-sdk:glue:startCrawler
aws-sdk:rekognition:detectLabels aws-sdk:s3:getObject aws-sdk:sfn:sendTaskSuccess bedrock:invokeModel
states:startExecution.waitForTaskToken ecs:runTask.sync sqs:sendMessage.waitForTaskToken
ecs:runTask.waitForTaskToken aws-sdk:s3:listObjectsV2 aws-sdk:sfn:listExecutions aws-sdk:dynamodb:putItem
aws-sdk:glue:getCrawler glue:startJobRun.sync aws-sdk:bedrockagent:createDataSource
aws-sdk:bedrock:createEvaluationJob aws-sdk:bedrockagent:createKnowledgeBase aws-sdk:bedrock:getEvaluationJob
aws-sdk:bedrockagent:getIngestionJob aws-sdk:bedrockagent:startIngestionJob states:startExecution.sync
aws-sdk:ecs:updateService sns:publish.waitForTaskToken aws-sdk:dynamodb:scan dynamodb:deleteItem
aws-sdk:rekognition:startSegmentDetection aws-sdk:rekognition:getSegmentDetection
events:putEvents.waitForTaskToken sagemaker:createModel sagemaker:createTransformJob.sync aws-sdk:dynamodb:query
athena:startQueryExecution aws-sdk:rekognition:startContentModeration aws-sdk:rekognition:getContentModeration
aws-sdk:rekognition:startLabelDetection aws-sdk:rekognition:getLabelDetection sagemaker:createTrainingJob.sync
aws-sdk:polly:startSpeechSynthesisTask aws-sdk:polly:getSpeechSynthesisTask http:invoke
aws-sdk:transcribe:startTranscriptionJob aws-sdk:transcribe:getTranscriptionJob eks:createCluster.sync
aws-sdk:sfn:startSyncExecution aws-sdk:eventbridge:putEvents aws-sdk:glue:createPartition
aws-sdk:s3:getObjectAttributes aws-sdk:rekognition:detectText athena:getQueryExecution eks:createNodegroup.sync
"""
"""What public definitions call most."""
PERFORMED_ELSEWHERE = {"lambda", "states", "http", "apigateway"}


@pytest.mark.parametrize("resource", _MOST_CALLED.split())
def test_what_people_call_is_there(resource):
    parsed = parse_resource(f"arn:aws:states:::{resource}")
    assert is_offered(parsed)
    if parsed.service.startswith("aws-sdk:"):
        assert MODELS.operation(parsed.service.removeprefix("aws-sdk:"), parsed.action)
    elif parsed.service not in PERFORMED_ELSEWHERE:
        adapted = ADAPTED.get(f"{parsed.service}:{parsed.action}")
        called = (SERVICES[parsed.service].botocore, parsed.action) if adapted is None else adapted[:2]
        assert MODELS.operation(*called)
