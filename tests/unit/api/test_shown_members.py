"""What is configured comes back wherever it is described; what TestState shows of a Map; both over a whole engine."""

import json

import pytest
from api_run import ACCOUNT, ROLE, ApiRun

from podium.api.errors import ApiError
from podium.store.memory import MemoryStore

GROUP = {"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g:*"}}
SETTINGS = {
    "loggingConfiguration": {"level": "ERROR", "includeExecutionData": True, "destinations": [GROUP]},
    "tracingConfiguration": {"enabled": True},
    "encryptionConfiguration": {
        "type": "CUSTOMER_MANAGED_KMS_KEY",
        "kmsKeyId": "alias/mine",
        "kmsDataKeyReusePeriodSeconds": 300,
    },
}
STATES = {
    "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
    "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x + 1 %}", "End": True},
}


@pytest.fixture
async def api():
    api = await ApiRun(MemoryStore()).open()
    yield api
    await api.close()


@pytest.mark.parametrize("updated", [False, True])
async def test_settings_of_a_revision_are_shown_with_it_and_with_its_executions(api, updated):
    machine = await api.create(states=STATES, **({} if updated else SETTINGS))
    if updated:
        await api.call("UpdateStateMachine", stateMachineArn=machine, **SETTINGS)
    execution = (await api.call("StartExecution", stateMachineArn=machine))["executionArn"]
    for described in (
        await api.call("DescribeStateMachine", stateMachineArn=machine),
        await api.call("DescribeStateMachineForExecution", executionArn=execution),
    ):
        assert {name: described[name] for name in SETTINGS} == SETTINGS
        assert described["variableReferences"] == {"B": ["x"]}
    for operation, given in (
        ("DescribeStateMachine", {"stateMachineArn": machine}),
        ("DescribeStateMachineForExecution", {"executionArn": execution}),
    ):
        short = await api.call(operation, **given, includedData="METADATA_ONLY")
        assert (short["definition"], "variableReferences" in short) == ("{}", False)


async def test_an_execution_without_its_data(api):
    machine = await api.create(states=STATES)
    execution = (await api.call("StartExecution", stateMachineArn=machine, input="[1]"))["executionArn"]
    whole = await api.call("DescribeExecution", executionArn=execution, includedData="ALL_DATA")
    short = await api.call("DescribeExecution", executionArn=execution, includedData="METADATA_ONLY")
    assert whole.keys() - short.keys() == {"input", "inputDetails", "output", "outputDetails"}
    assert (whole["input"], whole["output"]) == ("[1]", "2")


async def test_definitions_are_validated_for_a_type_of_state_machine(api):
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "f", "Payload.$": "$$.Task.Token"},
        "End": True,
    }
    definition = json.dumps({"StartAt": "A", "States": {"A": task}})
    results = [
        (await api.call("ValidateStateMachineDefinition", definition=definition, type=kind))["result"]
        for kind in ("STANDARD", "EXPRESS")
    ]
    assert results == ["OK", "FAIL"]


MAP = {
    "Type": "Map",
    "Label": "each",
    "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/inner/list"},
        "Parameters": {"Bucket": "b", "Key": "k"},
    },
    "ItemBatcher": {"MaxItemsPerBatch": 2},
    "MaxConcurrencyPath": "$.concurrency",
    "ToleratedFailureCountPath": "$.count",
    "ToleratedFailurePercentagePath": "$.percentage",
    "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "End": True}},
    },
    "End": True,
}
GIVEN = '{"concurrency":3,"count":1,"percentage":50,"items":[1,2,3]}'


async def try_out(api, state, **given):
    request = {"definition": json.dumps(state), "roleArn": ROLE, "inspectionLevel": "TRACE", **given}
    answer = await api.call("TestState", **request)
    return answer, answer.get("inspectionData", {})


async def test_a_distributed_map_tried_out(api):
    reader = json.dumps({"inner": {"list": [1, 2, 3]}})
    answer, shown = await try_out(
        api, MAP, input=GIVEN, mock={"result": "[4, 5]"}, stateConfiguration={"mapItemReaderData": reader}
    )
    assert answer["status"] == "SUCCEEDED"
    assert (shown["maxConcurrency"], shown["toleratedFailureCount"], shown["toleratedFailurePercentage"]) == (3, 1, 50)
    assert json.loads(shown["afterItemsPointer"]) == [1, 2, 3]
    assert [len(batch["Items"]) for batch in json.loads(shown["afterItemBatcher"])] == [2, 1]


async def test_an_inline_map_tried_out(api):
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"n.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}},
        "End": True,
    }
    _, shown = await try_out(api, state, input=GIVEN, mock={"result": "[4, 5, 6]"})
    assert json.loads(shown["afterItemsPath"]) == [1, 2, 3]
    assert json.loads(shown["afterItemSelector"]) == [{"n": 1}, {"n": 2}, {"n": 3}]


async def test_arguments_and_variables_tried_out(api):
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "f", "Payload": "{% $x %}"},
        "Assign": {"y": "{% $x + 1 %}"},
        "End": True,
    }
    _, shown = await try_out(api, state, variables='{"x":1}', mock={"result": '{"Payload":1,"StatusCode":200}'})
    assert json.loads(shown["afterArguments"]) == {"FunctionName": "f", "Payload": 1}
    assert json.loads(shown["variables"])["y"] == 2


async def test_a_context_that_is_none_is_refused(api):
    with pytest.raises(ApiError, match="Context must be a JSON object"):
        await try_out(api, MAP, input=GIVEN, mock={"result": "[]"}, context="[]")
