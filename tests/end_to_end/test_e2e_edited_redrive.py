"""Redriving with another input for the state that failed, through `/console/api` and at the terminal."""

import json

import pytest
from e2e_process import ROLE, eventually

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:picky"
PICKY = {
    "StartAt": "Note",
    "States": {
        "Note": {"Type": "Pass", "ResultPath": "$.noted", "Result": True, "Next": "Pick"},
        "Pick": {"Type": "Task", "Resource": FUNCTION, "End": True},
    },
}


@pytest.fixture
def failed(states, unique):
    """An execution that failed because of its input: its ARN."""
    made = states.create_state_machine(name=unique(), definition=json.dumps(PICKY), roleArn=ROLE)
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"], input='{"amount": "much"}')["executionArn"]
    eventually(lambda: states.describe_execution(executionArn=arn)["status"] == "FAILED")
    return arn


def ended(states, arn):
    described = eventually(
        lambda: (found := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and found
    )
    return described["status"], json.loads(described.get("output", "null")), described["redriveCount"]


def test_the_failed_state_goes_on_with_the_edited_input_and_who_gave_it_is_kept(api, states, failed):
    body = {"execution": failed, "state": "Pick", "input": {"amount": 21}}
    assert api("POST", "redrive", body)[1]["code"] == "ValidationException"
    assert api("POST", "redrive", body | {"who": "ada", "state": "Note"})[1] == {
        "code": "ExecutionNotRedrivable",
        "message": "The edited input is for a state that is not done again; these are: Pick.",
    }
    assert api("POST", "redrive", body | {"who": "ada"})[0] == 200
    assert ended(states, failed) == ("SUCCEEDED", {"doubled": 42}, 1)
    (edit,) = api("GET", "decisions", execution=failed)[1]["edits"]
    assert (edit["state"], edit["who"], edit["redrive"]) == ("Pick", "ada", 1)
    assert json.loads(edit["input"]) == {"amount": 21}
    events = states.get_execution_history(executionArn=failed)["events"]
    scheduled = [event["lambdaFunctionScheduledEventDetails"] for event in events if "Scheduled" in event["type"]]
    given = [json.loads(details["input"]) for details in scheduled]
    assert given == [
        {"amount": "much", "noted": True},
        {"amount": 21},
    ]


def test_at_the_terminal(states, failed, at):
    code, _, err = at("exec", "redrive", failed, "-i", '{"amount": 4}', "--who", "bob", "--follow")
    assert code == 0, err
    assert ended(states, failed) == ("SUCCEEDED", {"doubled": 8}, 1)
    code, _, err = at("exec", "redrive", failed, "-i", "{}")
    assert (code, "cannot be redriven" in err) == (1, True), err


def test_the_log_of_each_attempt_is_found(api, states, failed):
    events = states.get_execution_history(executionArn=failed)["events"]
    (scheduled,) = (event["id"] for event in events if "Scheduled" in event["type"])
    told = api("GET", "log", execution=failed, id=scheduled, attempt=0)[1]
    assert told["function"] == "picky"
    assert "looking at much" in told["text"]
    assert "[ERROR] TypeError" in told["text"]
    assert "looking at much" in api("GET", "logs", function="picky")[1]["text"]
    assert api("GET", "log", execution=failed, id=1)[1] == {"function": None, "text": None}
    assert api("GET", "log", execution=failed, id=999)[0] == 404
    assert api("GET", "logs", function="../..")[1] == {"text": ""}


def test_what_cannot_be_redriven_is_refused(api, failed):
    assert api("POST", "redrive", {"execution": f"{failed}x"})[0] == 404
    assert api("POST", "redrive", {})[1]["code"] == "ValidationException"
    big = {"execution": failed, "who": "eve", "input": "x" * 262_144}
    assert api("POST", "redrive", big)[1]["message"] == "An input has at most 262144 bytes."


def test_metrics_count_transitions_and_late_timers(api, states, unique):
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}

    def totals():
        steps = api("GET", "metrics", minutes=60)[1]["steps"]
        assert all(step["lag_max_ms"] is None or step["lag_max_ms"] >= 0 for step in steps)
        return sum(step["transitions"] for step in steps), sum(step["timers"] for step in steps)

    before = totals()
    made = states.create_state_machine(name=unique(), definition=json.dumps(wait), roleArn=ROLE)
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]
    ended(states, arn)
    after = totals()
    assert after[0] >= before[0] + 1
    assert after[1] >= before[1] + 1
