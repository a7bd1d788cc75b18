"""TestState over the API: which requests are refused, how mocks are checked, what a performed Task comes to."""

import json
import threading

import pytest

from podium.api.errors import ApiError
from podium.api.mock_results import shown_name
from podium.api.sdk_operations import answering_operation
from podium.core.asl.integrations import OPTIMIZED
from podium.core.asl.resources import parse_resource
from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES
from podium.core.test_state import StateTrial
from podium.functions.contract import FunctionNotFound, FunctionResult

ROLE = "arn:aws:iam::000000000000:role/tester"
PASS = {"Type": "Pass", "End": True}
INNER = {"StartAt": "Inner", "States": {"Inner": PASS}}
PARALLEL = {"Type": "Parallel", "Branches": [INNER, {"StartAt": "B", "States": {"B": PASS}}], "End": True}
MAP = {"Type": "Map", "ItemProcessor": INNER, "End": True}
ERROR = {"errorOutput": {"error": "Flaky", "cause": "because"}}


class Functions:
    """Knows one function, which answers at once or never."""

    def __init__(self):
        self.answer = FunctionResult(b'{"ok":true}')
        self.events = []

    def knows(self, function):
        return function.endswith(":known")

    def invoke(self, invocation, deliver):
        if not self.knows(invocation.function):
            raise FunctionNotFound
        self.events.append(json.loads(invocation.payload))
        if self.answer is not None:
            deliver(self.answer)


@pytest.fixture
def functions():
    return Functions()


@pytest.fixture
def call(services, perform, functions):
    services.functions = functions
    services.validate_definition = lambda text, kind: (
        validate(text, state_types=STATE_TYPES, machine_type=kind).diagnostics
    )

    async def call(definition, **request):
        if "result" in request.get("mock", {}):
            request["mock"] = {**request["mock"], "result": json.dumps(request["mock"]["result"])}
        text = definition if isinstance(definition, str) else json.dumps(definition)
        return await perform("TestState", {"definition": text, **request})

    return call


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code, caught.value.message


def task(resource, **fields):
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "End": True, **fields}


INVOKE = task("lambda:invoke")
FUNCTION = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:known", "End": True}


async def test_the_level_decides_how_much_is_shown(call):
    answer = {"status": "SUCCEEDED", "output": '{"n":1}', "nextState": "On"}
    state = {"Type": "Wait", "Seconds": 0, "Next": "On"}
    assert await call(state, input='{"n":1}') == answer
    assert await call(state, input='{"n":1}', inspectionLevel="INFO") == answer
    for level in ("DEBUG", "TRACE"):
        found = await call(state, input='{"n":1}', inspectionLevel=level)
        assert found == {**answer, "inspectionData": {"input": '{"n":1}', "afterInputPath": '{"n":1}'}}


async def test_without_input_it_is_an_empty_object(call):
    assert await call(PASS) == {"status": "SUCCEEDED", "output": "{}"}
    code, message = await refused(call(PASS, input="{"))
    assert code == "InvalidExecutionInput"
    assert message.startswith("Invalid State Machine Execution Input: '")


async def test_faults_of_a_state_that_stands_alone_are_placed_in_a_machine(call):
    code, message = await refused(call({"Type": "Pass", "Result": 1, "Nex": "A"}))
    assert code == "InvalidDefinition"
    assert "/States/StateName" in message
    for text in ("7", '{"Type":'):
        assert (await refused(call(text)))[0] == "InvalidDefinition"
    whole = {"StartAt": "A", "States": {"A": PASS}}
    assert "These fields are required: [Type] at /States/StateName" in (await refused(call(whole)))[1]


async def test_states_that_follow_need_not_exist_but_states_inside_do(call):
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}], "Default": "B"}
    assert (await call(choice))["nextState"] == "B"
    broken = {**MAP, "ItemProcessor": {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "Next": "Lost"}}}}
    code, message = await refused(call(broken, mock={"result": []}))
    assert (code, "Lost" in message) == ("InvalidDefinition", True)


async def test_a_state_is_found_in_its_machine_and_speaks_its_language(call):
    inside = {"Type": "Pass", "Output": "{% $states.input.n + 1 %}", "End": True}
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "M",
        "States": {"M": {**MAP, "ItemProcessor": {"StartAt": "I", "States": {"I": inside}}}},
    }
    assert (await call(machine, stateName="I", input='{"n":1}'))["output"] == "2"
    assert await refused(call(machine, stateName="J")) == ("ValidationException", "State not found in definition")
    machine["States"]["M"]["Type"] = "Mop"
    assert (await refused(call(machine, stateName="I")))[0] == "InvalidDefinition"


@pytest.mark.parametrize("state", [PARALLEL, MAP])
async def test_branches_and_iterations_must_be_mocked(call, state):
    code, message = await refused(call(state))
    assert code == "InvalidDefinition"
    assert message.startswith("TestState API does not support Map or Parallel states.")


@pytest.mark.parametrize("resource", ["sqs:sendMessage.waitForTaskToken", "states:startExecution.sync:2"])
async def test_tasks_that_end_elsewhere_must_be_mocked(call, resource):
    state = task(resource, Parameters={"t.$": "$$.Task.Token"})
    assert (await refused(call(state, roleArn=ROLE)))[0] == "InvalidDefinition"
    assert (await call(state, mock={"result": {}, "fieldValidationMode": "NONE"}))["output"] == "{}"


async def test_other_states_must_not_be_mocked(call):
    wait = {"Type": "Wait", "Seconds": 1, "End": True}
    for mock in ({"result": {}}, ERROR):
        message = "State type 'Wait' is not supported when a mock is specified"
        assert await refused(call(wait, mock=mock)) == ("ValidationException", message)


async def test_a_mock_is_a_result_or_an_error(call):
    only_one = "A test mock should have only one of the following fields: [result, errorOutput]."
    for mock in ({"result": {}, **ERROR}, {"fieldValidationMode": "NONE"}):
        assert await refused(call(INVOKE, mock=mock)) == ("ValidationException", only_one)
    assert "error was not specified" in (await refused(call(INVOKE, mock={"errorOutput": {"cause": "c"}})))[1]
    assert "RevealSecrets" in (await refused(call(INVOKE, mock=ERROR, revealSecrets=True)))[1]
    assert await call(INVOKE, mock=ERROR) == {"status": "FAILED", "error": "Flaky", "cause": "because"}


async def test_a_mocked_result_is_json(perform, call):
    request = {"definition": json.dumps(INVOKE), "mock": {"result": "{"}}
    refusal = await refused(perform("TestState", request))
    assert refusal == ("ValidationException", "Mocked result must be valid JSON")


async def test_mocks_of_branches_and_iterations_have_their_shape(call):
    for state in (PARALLEL, MAP):
        assert (await refused(call(state, mock={"result": {}})))[1] == "Mocked result must be an array."
    assert "Parallel branches" in (await refused(call(PARALLEL, mock={"result": [1]})))[1]
    assert (await call(PARALLEL, mock={"result": [1, 2]}))["output"] == "[1, 2]"
    processor = {**INNER, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}
    written = {**MAP, "ItemProcessor": processor, "ResultWriter": writer}
    assert (await refused(call(written, input="[]", mock={"result": []})))[1] == "Mocked result must be a JSON object."
    assert (await call(written, input="[]", mock={"result": {"MapRunArn": "m"}}))["status"] == "SUCCEEDED"


async def test_a_map_is_told_how_many_iterations_failed(call):
    state = {**MAP, "ToleratedFailureCount": 1}
    request = {"input": "[1,2,3]", "mock": {"result": [1, 2, 3]}}
    found = await call(state, **request, stateConfiguration={"mapIterationFailureCount": 2})
    assert found["error"] == "States.ExceedToleratedFailureThreshold"
    too_many = await refused(call(state, **request, stateConfiguration={"mapIterationFailureCount": 4}))
    assert too_many == (
        "ValidationException",
        "Map iteration failure count must be less than or equal to the number of Map iterations",
    )


async def test_the_state_that_failed_must_be_inside(call):
    request = {"input": "[]", "mock": ERROR}
    assert (await call(MAP, **request, stateConfiguration={"errorCausedByState": "Inner"}))["error"] == "Flaky"
    refusal = await refused(call(MAP, **request, stateConfiguration={"errorCausedByState": "Outer"}))
    assert refusal[0] == "ValidationException"


async def test_retries_and_catches_are_told(call):
    retry = [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 2, "MaxAttempts": 2}]
    state = {**INVOKE, "Retry": retry, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Mend"}]}
    request = {"mock": ERROR, "inspectionLevel": "DEBUG"}
    again = await call(state, **request, stateConfiguration={"retrierRetryCount": 1})
    assert again["status"] == "RETRIABLE"
    assert again["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": 4}
    caught = await call(state, **request, stateConfiguration={"retrierRetryCount": 2})
    assert (caught["status"], caught["nextState"]) == ("CAUGHT_ERROR", "Mend")


async def test_variables_are_an_object(call):
    state = {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": True}
    assert (await call(state, variables='{"v":1}'))["output"] == '{"v":1}'
    for text in ("[1]", "{"):
        assert (await refused(call(state, variables=text)))[0] == "ValidationException"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ('{"Orders": 1}', "Field 'Orders' is not allowed"),
        ('{"Execution": {"Name": 1}}', "Execution.Name must be a string"),
        ('{"State": {"RetryCount": true}}', "State.RetryCount must be a number"),
        ('{"State": {"Mood": "good"}}', "Field 'Mood' is not allowed"),
        ('{"State": 1}', "State must be an object"),
        ('{"Map": {"Item": {"Index": 0}}}', "'Map' field is not supported when mocking a Context object"),
        ("[]", "Context must be a JSON object"),
        (
            '{"Task": {"Token": "t"}}',
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' "
            "service integration pattern",
        ),
    ],
)
async def test_a_context_object_holds_what_context_objects_hold(call, given, fault):
    refusal = await refused(call(INVOKE, mock={"result": {}}, context=given))
    assert refusal == ("ValidationException", f"Invalid Context object provided: {fault}")


async def test_a_context_object_goes_with_a_mock(call):
    state = task("sqs:sendMessage.waitForTaskToken", Parameters={"t.$": "$$.Task.Token"})
    request = {"context": '{"Task": {"Token": "abc"}, "Execution": {"Input": [1]}}', "inspectionLevel": "TRACE"}
    found = await call(state, mock={"result": {}}, **request)
    assert found["inspectionData"]["afterParameters"] == '{"t":"abc"}'
    assert (await refused(call(PASS, context="{}")))[0] == "ValidationException"


@pytest.mark.parametrize(
    ("resource", "result", "fault"),
    [
        ("sqs:sendMessage", {"MessageId": 1}, "Field 'MessageId' must be a string"),
        ("aws-sdk:dynamodb:scan", {"Count": "1"}, "Field 'Count' must be a number"),
        ("aws-sdk:dynamodb:scan", {"Count": True}, "Field 'Count' must be a number"),
        ("aws-sdk:dynamodb:scan", {"Items": {}}, "Field 'Items' must be an array"),
        ("aws-sdk:dynamodb:scan", {"Items": [{"k": {"N": 1}}]}, "Field 'N' must be a string"),
        ("aws-sdk:dynamodb:scan", {"Items": [{"k": {"Bool": 1}}]}, "Field 'Bool' must be a boolean"),
        ("dynamodb:getItem", {"Item": []}, "Field 'Item' must be an object"),
        ("aws-sdk:rds:createDBInstance", {"DbInstance": 1}, "Field 'DbInstance' must be an object"),
        ("aws-sdk:cloudwatchlogs:describeLogGroups", {"LogGroups": 1}, "Field 'LogGroups' must be an array"),
        ("aws-sdk:sqs:getQueueUrl", {"QueueUrl": None}, "Field 'QueueUrl' must be a string"),
        (
            "aws-sdk:kms:createKey",
            {"KeyMetadata": {"KeyId": "k", "KeyUsage": "FUN"}},
            "Field 'KeyUsage' is not an expected value",
        ),
        ("aws-sdk:kms:createKey", {"KeyMetadata": {"KeyId": ""}}, "Field 'KeyId' is smaller than the minimum length"),
        ("aws-sdk:kms:createKey", {"KeyMetadata": {"KeyId": "k" * 9999}}, "Field 'KeyId' exceeds the maximum length"),
        (
            "aws-sdk:lambda:getFunction",
            {"Configuration": {"Timeout": 0}},
            "Field 'Timeout' is less than the minimum value",
        ),
        ("lambda:invoke", {"StatusCode": "200"}, "Field 'StatusCode' must be a number"),
        ("states:startExecution.sync", {"Status": 1}, "Field 'Status' must be a string"),
    ],
)
async def test_fields_of_a_mocked_result_are_as_the_service_gives_them(call, resource, result, fault):
    mock = {"result": result, "fieldValidationMode": "PRESENT"}
    refusal = ("ValidationException", f"Mock result schema validation error: {fault}")
    assert await refused(call(task(resource), mock=mock)) == refusal
    assert (await call(task(resource), mock={**mock, "fieldValidationMode": "NONE"}))["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("resource", "missing"),
    [
        ("states:startExecution", "ExecutionArn"),
        ("states:startExecution.sync:2", "ExecutionArn"),
        ("aws-sdk:sts:getCallerIdentity", None),
    ],
)
async def test_required_fields_are_wanted_only_when_strict(call, resource, missing):
    assert (await call(task(resource), mock={"result": {}, "fieldValidationMode": "PRESENT"}))["output"] == "{}"
    if missing is None:
        assert (await call(task(resource), mock={"result": {}}))["output"] == "{}"
    else:
        refusal = f"Mock result schema validation error: Required field '{missing}' is missing"
        assert (await refused(call(task(resource), mock={"result": {}})))[1] == refusal


@pytest.mark.parametrize(
    ("resource", "result"),
    [
        ("lambda:invoke", {"Payload": {"any": ["thing"]}}),
        ("apigateway:invoke", [1]),
        ("sqs:sendMessage.waitForTaskToken", 7),
        ("sqs:sendMessage", {"MD5OfMessageBody": "d", "NotInTheModel": 1}),
        ("aws-sdk:sqs:deleteQueue", "anything"),
        ("aws-sdk:nosuch:doThing", "anything"),
        ("aws-sdk:sqs:noSuchAction", "anything"),
    ],
)
async def test_what_no_model_describes_may_be_anything(call, resource, result):
    assert json.loads((await call(task(resource), mock={"result": result}))["output"]) == result


async def test_functions_and_activities_have_no_model(call):
    activity = {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:a", "End": True}
    for state in (FUNCTION, activity):
        assert (await call(state, mock={"result": [1]}))["output"] == "[1]"
    assert (await refused(call(activity, roleArn=ROLE)))[0] == "InvalidDefinition"
    refusal = await refused(call(task("sqs:sendMessage"), mock={"result": [1]}))
    assert refusal[1] == "Mocked result must be a JSON object."


def test_every_optimized_integration_has_a_model_or_is_known_to_have_none():
    without = set()
    for service, actions in OPTIMIZED.items():
        for action, patterns in actions.items():
            for pattern in patterns:
                text = f"{service}:{action}" + (f".{pattern}" if pattern else "")
                if answering_operation(parse_resource(f"arn:aws:states:::{text}")) is None:
                    without.add(text.removesuffix(".waitForTaskToken"))
    assert {text for text in without if answering_operation(parse_resource(f"arn:aws:states:::{text}")) is None} == {
        "apigateway:invoke",
        "eks:call",
        "eks:call.sync",
        "eks:runJob",
        "eks:runJob.sync",
        "http:invoke",
    }


@pytest.mark.parametrize(
    ("member", "shown"),
    [
        ("executionArn", "ExecutionArn"),
        ("DBInstance", "DbInstance"),
        ("ETag", "ETag"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("ACL", "Acl"),
        ("S", "S"),
    ],
)
def test_members_are_called_what_the_java_sdk_calls_them(member, shown):
    assert shown_name(member) == shown


async def test_a_task_without_a_mock_needs_a_role(call):
    message = "RoleArn must be specified when testing a Task state"
    assert await refused(call(FUNCTION)) == ("ValidationException", message)
    assert (await refused(call(FUNCTION, roleArn="tester")))[0] == "InvalidArn"


async def test_a_task_without_a_mock_calls_its_function(call, functions):
    found = await call(FUNCTION, roleArn=ROLE, input='{"n":1}', revealSecrets=True)
    assert found == {"status": "SUCCEEDED", "output": '{"ok":true}'}
    assert functions.events == [{"n": 1}]
    functions.answer = FunctionResult(b'{"errorType":"Bad","errorMessage":"m"}', "Unhandled")
    assert (await call(FUNCTION, roleArn=ROLE))["error"] == "Bad"


async def test_what_cannot_be_called_fails_in_words(call):
    unknown = {**FUNCTION, "Resource": "arn:aws:lambda:us-east-1:000000000000:function:unknown"}
    assert (await call(unknown, roleArn=ROLE))["error"] == "Lambda.ResourceNotFoundException"
    found = await call(task("sqs:sendMessage"), roleArn=ROLE)
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    assert "sqs" in found["cause"]


async def test_parameters_are_checked_before_a_task_is_performed(call, services):
    services.parameter_check = lambda resource: lambda parameters: "no such field"
    state = task("sqs:sendMessage", Parameters={"Queue": "q"})
    found = await call(state, roleArn=ROLE)
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    said = """The Parameters '{"Queue":"q"}' could not be used to start the Task: [no such field]"""
    assert found["cause"].endswith(said)
    answer = {"MessageId": "m", "MD5OfMessageBody": "d"}
    assert (await call(state, mock={"result": answer}))["status"] == "SUCCEEDED"


async def test_a_function_that_takes_too_long_times_out(call, functions, monkeypatch):
    monkeypatch.setattr("podium.api.operations.test_state.DURATION_MAX_SECONDS", 0)
    functions.answer = None
    assert await call(FUNCTION, roleArn=ROLE) == {"status": "FAILED", "error": "States.Timeout"}
    found = await call({"Type": "Wait", "Seconds": 5, "End": True})
    assert found == {"status": "FAILED", "error": "States.Timeout"}


async def test_a_heavy_state_is_tried_beside_the_loop(call, monkeypatch):
    tried = []
    for name in ("begin", "succeed", "fail"):
        method = getattr(StateTrial, name)

        def noting(*arguments, method=method, name=name):
            tried.append((name, threading.current_thread() is threading.main_thread()))
            return method(*arguments)

        monkeypatch.setattr(StateTrial, name, noting)
    assert (await call(INVOKE, mock={"result": {}}))["status"] == "SUCCEEDED"
    assert (await call(INVOKE, mock=ERROR))["status"] == "FAILED"
    assert tried == [("begin", False), ("succeed", False), ("begin", False), ("fail", False)]
