"""GetExecutionHistory over a whole engine: the members of every kind of event that an execution can have.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import json

import pytest
from api_run import ACCOUNT, ApiRun
from callback_steps import answer

from podium.integrations.contract import TaskOutcome
from podium.store.memory import MemoryStore

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
OTHER_ROLE = "arn:aws:iam::111111111111:role/other"
INVOKE = "arn:aws:states:::lambda:invoke"
WAITING = {
    "Type": "Task",
    "Resource": f"{INVOKE}.waitForTaskToken",
    "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}},
    "End": True,
}
INVOKING = {**WAITING, "Resource": INVOKE, "Parameters": {"FunctionName": "f"}}
BY_ARN = {"Type": "Task", "Resource": FUNCTION, "End": True}


@pytest.fixture
async def api():
    api = await ApiRun(MemoryStore()).open()
    yield api
    await api.close()


async def activity(api, **fields):
    arn = (await api.call("CreateActivity", name="review"))["activityArn"]
    return {"Type": "Task", "Resource": arn, "End": True, **fields}


async def poll(api, worker="ada"):
    arn = f"arn:aws:states:us-east-1:{ACCOUNT}:activity:review"
    return (await api.call("GetActivityTask", activityArn=arn, workerName=worker))["taskToken"]


async def test_an_activity_that_succeeds(api):
    execution = await api.run({"A": await activity(api, TimeoutSeconds=60, HeartbeatSeconds=10)}, "[1]")
    await api.call("SendTaskSuccess", taskToken=await poll(api), output='"done"')
    details = await api.details(execution)
    assert details["ActivityScheduled"] == {
        "resource": f"arn:aws:states:us-east-1:{ACCOUNT}:activity:review",
        "input": "[1]",
        "inputDetails": {"truncated": False},
        "timeoutInSeconds": 60,
        "heartbeatInSeconds": 10,
    }
    assert details["ActivityStarted"] == {"workerName": "ada"}
    assert details["ActivitySucceeded"] == {"output": '"done"', "outputDetails": {"truncated": False}}


async def test_an_activity_that_fails(api):
    execution = await api.run({"A": await activity(api)})
    await api.call("SendTaskFailure", taskToken=await poll(api), error="Odd", cause="who knows")
    assert (await api.details(execution))["ActivityFailed"] == {"error": "Odd", "cause": "who knows"}


async def test_an_activity_whose_worker_falls_silent(api):
    execution = await api.run({"A": await activity(api, HeartbeatSeconds=10)})
    await poll(api)
    await api.advance(11)
    assert (await api.details(execution))["ActivityTimedOut"] == {"error": "States.Timeout"}


async def test_an_activity_that_does_not_exist(api):
    state = await activity(api)
    await api.call("DeleteActivity", activityArn=state["Resource"])
    failed = (await api.details(await api.run({"A": state})))["ActivityScheduleFailed"]
    assert failed["error"] == "ActivityDoesNotExist"
    assert failed["cause"]


async def test_a_task_with_a_token(api):
    execution = await api.run({"A": {**WAITING, "HeartbeatSeconds": 30, "TimeoutSeconds": 60}})
    token = answer(api)
    await api.settle()
    await api.call("SendTaskHeartbeat", taskToken=token)
    await api.call("SendTaskSuccess", taskToken=token, output="{}")
    details = await api.details(execution)
    assert (details["TaskScheduled"]["heartbeatInSeconds"], details["TaskScheduled"]["timeoutInSeconds"]) == (30, 60)
    assert details["TaskSubmitted"] == {
        "resourceType": "lambda",
        "resource": "invoke.waitForTaskToken",
        "output": '{"StatusCode":200}',
        "outputDetails": {"truncated": False},
    }


async def test_a_task_that_times_out(api):
    execution = await api.run({"A": {**WAITING, "TimeoutSeconds": 60}})
    answer(api)
    await api.advance(61)
    assert (await api.details(execution))["TaskTimedOut"] == {
        "resourceType": "lambda",
        "resource": "invoke.waitForTaskToken",
        "error": "States.Timeout",
    }


async def test_a_task_that_fails(api):
    execution = await api.run({"A": INVOKING})
    api.performer.fail("Odd", "who knows")
    await api.settle()
    assert (await api.details(execution))["TaskFailed"] == {
        "resourceType": "lambda",
        "resource": "invoke",
        "error": "Odd",
        "cause": "who knows",
    }


@pytest.mark.parametrize(("state", "scheduled"), [(INVOKING, "TaskScheduled"), (BY_ARN, "LambdaFunctionScheduled")])
async def test_the_role_a_task_is_called_with(api, state, scheduled):
    execution = await api.run({"A": {**state, "Credentials": {"RoleArn": OTHER_ROLE}}})
    assert (await api.details(execution))[scheduled]["taskCredentials"] == {"roleArn": OTHER_ROLE}


async def test_a_function_that_fails(api):
    execution = await api.run({"A": BY_ARN})
    api.performer.fail("Odd", "who knows")
    await api.settle()
    assert (await api.details(execution))["LambdaFunctionFailed"] == {"error": "Odd", "cause": "who knows"}


async def test_a_function_that_takes_too_long(api):
    execution = await api.run({"A": {**BY_ARN, "TimeoutSeconds": 5}})
    await api.advance(6)
    assert (await api.details(execution))["LambdaFunctionTimedOut"]["error"] == "States.Timeout"


async def test_an_execution_that_takes_too_long(api):
    execution = await api.run({"A": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=5)
    await api.advance(6)
    assert (await api.details(execution))["ExecutionTimedOut"] == {"error": "States.Timeout"}
    assert (await api.call("DescribeExecution", executionArn=execution))["status"] == "TIMED_OUT"


async def test_an_execution_through_an_alias(api):
    machine = await api.create(states={"A": {"Type": "Succeed"}}, publish=True)
    routing = [{"stateMachineVersionArn": f"{machine}:1", "weight": 100}]
    await api.call("CreateStateMachineAlias", name="PROD", routingConfiguration=routing)
    started = await api.call("StartExecution", stateMachineArn=f"{machine}:PROD")
    shown = (await api.details(started["executionArn"]))["ExecutionStarted"]
    assert (shown["stateMachineVersionArn"], shown["stateMachineAliasArn"]) == (f"{machine}:1", f"{machine}:PROD")


async def test_iterations_that_fail_and_are_aborted(api):
    task = {"StartAt": "T", "States": {"T": BY_ARN}}
    execution = await api.run({"M": {"Type": "Map", "ItemProcessor": task, "End": True}}, "[1, 2]")
    api.performer.fail("Odd")
    await api.settle()
    details = await api.details(execution)
    assert details["MapIterationFailed"] == {"name": "M", "index": 0}
    assert details["MapIterationAborted"] == {"name": "M", "index": 1}


async def test_an_execution_that_was_stopped_and_redriven(api):
    execution = await api.run({"A": {"Type": "Wait", "Seconds": 60, "End": True}})
    await api.call("StopExecution", executionArn=execution, error="Odd", cause="who knows")
    assert (await api.details(execution))["ExecutionAborted"] == {"error": "Odd", "cause": "who knows"}
    redriven = await api.call("RedriveExecution", executionArn=execution, clientToken="once")
    assert (await api.details(execution))["ExecutionRedriven"] == {"redriveCount": 1}
    machine = execution.replace("execution", "stateMachine").rpartition(":")[0]
    listed = (await api.call("ListExecutions", stateMachineArn=machine))["executions"]
    for shown in (await api.call("DescribeExecution", executionArn=execution), *listed):
        assert (shown["redriveCount"], shown["redriveDate"]) == (1, redriven["redriveDate"])


async def test_iterations_and_functions_that_succeed(api):
    task = {"StartAt": "T", "States": {"T": BY_ARN}}
    api.performer.answers["f"] = TaskOutcome(output=b"7")
    execution = await api.run({"M": {"Type": "Map", "ItemProcessor": task, "End": True}}, "[1]")
    details = await api.details(execution)
    assert details["LambdaFunctionSucceeded"] == {"output": "7", "outputDetails": {"truncated": False}}
    assert details["MapIterationSucceeded"] == {"name": "M", "index": 0}
    short = await api.call("GetExecutionHistory", executionArn=execution, includeExecutionData=False)
    assert not any(
        "output" in value for event in short["events"] for value in event.values() if isinstance(value, dict)
    )


async def test_variables_that_are_assigned(api):
    execution = await api.run({"A": {"Type": "Pass", "Assign": {"x": 1}, "End": True}})
    exited = (await api.details(execution))["PassStateExited"]
    assert exited["assignedVariables"] == {"x": "1"}
    assert exited["assignedVariablesDetails"] == {"truncated": False}


async def test_an_expression_that_fails(api):
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.missing %}", "End": True}
    failed = (await api.details(await api.run({"A": state})))["EvaluationFailed"]
    assert failed["error"] == "States.QueryEvaluationError"
    assert (failed["location"], failed["state"]) == ("Output", "A")
    assert failed["cause"]


async def test_a_map_run_and_its_children(api):
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T"}
    task = {"T": BY_ARN}
    states = {"M": {"Type": "Map", "Label": "each", "ItemProcessor": {**processor, "States": task}, "End": True}}
    execution = await api.run(states, "[1, 2]")
    started = (await api.details(execution))["MapRunStarted"]
    run = started["mapRunArn"]
    children = (await api.call("ListExecutions", mapRunArn=run))["executions"]
    assert [child["itemCount"] for child in children] == [1, 1]
    child = children[0]["executionArn"]
    assert (await api.call("DescribeExecution", executionArn=child))["mapRunArn"] == run
    pinned = await api.call("DescribeStateMachineForExecution", executionArn=child)
    assert (pinned["mapRunArn"], pinned["label"]) == (run, "each")
    api.performer.answers["f"] = TaskOutcome(error="Odd", cause="who knows")
    api.performer.fail("Odd")
    await api.settle()
    failed = (await api.details(execution))["MapRunFailed"]
    assert failed["error"] == "States.ExceedToleratedFailureThreshold"
    assert failed["cause"]
    assert json.loads((await api.details(child))["LambdaFunctionScheduled"]["input"]) in (1, 2)


async def test_a_map_run_that_is_redriven(api):
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T"}
    states = {
        "M": {"Type": "Map", "Label": "each", "ItemProcessor": {**processor, "States": {"T": BY_ARN}}, "End": True}
    }
    api.performer.answers["f"] = TaskOutcome(error="Odd", cause="who knows")
    execution = await api.run(states, "[1]")
    run = (await api.details(execution))["MapRunStarted"]["mapRunArn"]
    api.performer.answers["f"] = TaskOutcome(output=b"7")
    await api.call("RedriveExecution", executionArn=execution)
    await api.settle()
    assert (await api.details(execution))["MapRunRedriven"] == {"mapRunArn": run, "redriveCount": 1}
    shown = await api.call("DescribeMapRun", mapRunArn=run)
    assert (shown["status"], shown["redriveCount"], "redriveDate" in shown) == ("SUCCEEDED", 1, True)
    assert (shown["itemCounts"]["pendingRedrive"], shown["itemCounts"]["failuresNotRedrivable"]) == (0, 0)
    assert shown["executionCounts"]["succeeded"] == 1
