"""Executions over the wire: started once per name, described, listed, paged through and stopped."""

import json

import pytest
from e2e_process import SERVERS

pytestmark = SERVERS

PASS = {"Type": "Pass", "End": True}
LONG_WAIT = {"Type": "Wait", "Seconds": 600, "End": True}


def test_an_execution_from_start_to_output(states, machine, run):
    arn = machine(A={"Type": "Pass", "Result": [1, 2], "ResultPath": "$.got", "Next": "B"}, B=PASS)
    described = run(arn, {"a": "ä"})
    assert described["status"] == "SUCCEEDED"
    assert json.loads(described["output"]) == {"a": "ä", "got": [1, 2]}
    assert json.loads(described["input"]) == {"a": "ä"}
    assert described["stateMachineArn"] == arn
    assert described["startDate"] <= described["stopDate"]
    history = states.get_execution_history(executionArn=described["executionArn"])["events"]
    assert [event["type"] for event in history] == [
        "ExecutionStarted", "PassStateEntered", "PassStateExited", "PassStateEntered", "PassStateExited",
        "ExecutionSucceeded",
    ]  # fmt: skip
    assert [event["previousEventId"] for event in history] == [0, 0, 2, 3, 4, 5]


def test_a_name_is_one_execution(states, machine, unique, ended):
    waiting, quick, name = machine(A=LONG_WAIT), machine(A=PASS), unique()
    first = states.start_execution(stateMachineArn=waiting, name=name, input='{"a": 1}')
    again = states.start_execution(stateMachineArn=waiting, name=name, input='{"a": 1}')
    assert (first["executionArn"], first["startDate"]) == (again["executionArn"], again["startDate"])
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=waiting, name=name, input='{"a": 2}')
    states.stop_execution(executionArn=first["executionArn"])
    ended(states.start_execution(stateMachineArn=quick, name=name)["executionArn"])
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=quick, name=name)


def test_what_is_listed_can_be_filtered_and_paged(states, machine, unique, ended):
    choices = [{"Variable": "$.wait", "BooleanEquals": True, "Next": "Long"}]
    arn = machine(A={"Type": "Choice", "Choices": choices, "Default": "Short"}, Long=LONG_WAIT, Short=PASS)
    names = [unique() for _ in range(5)]
    for number, name in enumerate(names):
        started = states.start_execution(stateMachineArn=arn, name=name, input=json.dumps({"wait": number == 4}))
        if number < 4:
            ended(started["executionArn"])
    pages = list(states.get_paginator("list_executions").paginate(stateMachineArn=arn, maxResults=2))
    assert [len(page["executions"]) for page in pages] == [2, 2, 1]
    assert [item["name"] for page in pages for item in page["executions"]] == names[::-1]
    running = states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert [item["name"] for item in running] == names[4:]
    assert len(states.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"]) == 4
    assert states.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"] == []
    with pytest.raises(states.exceptions.InvalidToken):
        states.list_executions(stateMachineArn=arn, nextToken="made up")
    states.stop_execution(executionArn=running[0]["executionArn"])


def test_a_history_is_paged_in_both_directions(states, machine, run):
    arn = machine(M={"Type": "Map", "ItemProcessor": {"StartAt": "P", "States": {"P": PASS}}, "End": True})
    execution_arn = run(arn, list(range(40)))["executionArn"]
    paginator = states.get_paginator("get_execution_history")

    def ids(**how):
        pages = list(paginator.paginate(executionArn=execution_arn, **how))
        assert len(pages) > 1
        return [event["id"] for page in pages for event in page["events"]]

    forwards = ids(maxResults=7)
    assert forwards == list(range(1, len(forwards) + 1))
    assert len(forwards) == 1 + 2 + 40 * 4 + 2 + 1
    assert ids(maxResults=50, reverseOrder=True) == forwards[::-1]
    bare = states.get_execution_history(executionArn=execution_arn, includeExecutionData=False)["events"]
    assert "input" not in bare[0]["executionStartedEventDetails"]


def test_a_stopped_execution_says_why(states, machine, ended):
    started = states.start_execution(stateMachineArn=machine(A=LONG_WAIT))
    stopped = states.stop_execution(executionArn=started["executionArn"], error="Enough", cause="for today")
    described = ended(started["executionArn"])
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Enough", "for today")
    assert described["stopDate"] == stopped["stopDate"]
    last = states.get_execution_history(executionArn=started["executionArn"], reverseOrder=True)["events"][0]
    assert last["type"] == "ExecutionAborted"


def test_what_isnt_there(states, machine):
    arn = machine(A=PASS)
    with pytest.raises(states.exceptions.ExecutionDoesNotExist):
        states.describe_execution(executionArn=arn.replace(":stateMachine:", ":execution:") + ":none")
    with pytest.raises(states.exceptions.ExecutionDoesNotExist):
        states.stop_execution(executionArn=arn.replace(":stateMachine:", ":execution:") + ":none")
    with pytest.raises(states.exceptions.StateMachineDoesNotExist):
        states.start_execution(stateMachineArn=f"{arn}-not")
    with pytest.raises(states.exceptions.InvalidExecutionInput):
        states.start_execution(stateMachineArn=arn, input="{not json")
    with pytest.raises(states.exceptions.InvalidArn):
        states.describe_execution(executionArn="arn:aws:states:us-east-1:000000000000:stateMachine:x")


def test_a_failed_execution_shows_error_and_cause(machine, run):
    described = run(machine(A={"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}))
    assert (described["status"], described["error"], described["cause"]) == ("FAILED", "Broken", "on purpose")
    assert "output" not in described


def test_a_machine_that_takes_too_long_is_timed_out(states, unique, ended):
    definition = json.dumps({"StartAt": "A", "TimeoutSeconds": 1, "States": {"A": LONG_WAIT}})
    arn = states.create_state_machine(name=unique(), definition=definition, roleArn="arn:aws:iam::000000000000:role/r")
    started = states.start_execution(stateMachineArn=arn["stateMachineArn"])
    assert ended(started["executionArn"])["status"] == "TIMED_OUT"
