"""`/console/api` and the commands that use it: search, bulk actions, the inbox, cost and metrics."""

import json

import pytest
from e2e_process import ACCOUNT, ROLE, podium

CHOOSE = {
    "StartAt": "Check",
    "States": {
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Yes"}],
            "Default": "No",
        },
        "Yes": {"Type": "Succeed"},
        "No": {"Type": "Fail", "Error": "SoldOut", "Cause": "none left"},
    },
}
SLEEP = {"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 3600, "End": True}}}


@pytest.fixture
def machine(states, unique):
    def machine(definition):
        text = json.dumps(definition)
        return states.create_state_machine(name=unique(), definition=text, roleArn=ROLE)["stateMachineArn"]

    return machine


@pytest.fixture
def approval(states, machine, unique):
    """An execution that waits for a human at an activity: its ARN."""

    def approval(**given):
        activity = states.create_activity(name=unique())["activityArn"]
        task = {"Type": "Task", "Resource": activity, "End": True}
        arn = machine({"StartAt": "Approve", "States": {"Approve": task}})
        return states.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]

    return approval


def waiting(api, execution):
    return [task for task in api("GET", "inbox", limit=200)[1]["tasks"] if task["execution_arn"] == execution]


def test_a_search_looks_at_names_errors_and_data(api, states, machine):
    arn = machine(CHOOSE)
    for name, given in (("alpha", {"ok": True, "who": "Ada"}), ("beta", {"ok": False}), ("gamma", {"ok": True})):
        states.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given))

    def found(**query):
        return [one["name"] for one in api("GET", "executions", machine=arn, **query)[1]["executions"]]

    assert found() == ["gamma", "beta", "alpha"]
    assert found(status="FAILED") == found(error="soldout") == found(error="none LEFT") == ["beta"]
    of_all = api("GET", "executions", status="FAILED", name="beta", limit=200)[1]["executions"]
    assert arn in [one["stateMachineArn"] for one in of_all]
    assert {one["status"] for one in of_all} == {"FAILED"}
    assert found(text="ada") == found(name="LPH") == ["alpha"]
    assert found(until=1) == found(since=9_999_999_999_999) == []
    page = api("GET", "executions", machine=arn, limit=2)[1]
    assert found(before=page["next"]) == ["alpha"]
    assert api("GET", "executions", status="DONE")[0] == 400
    assert api("GET", "executions", since="yesterday")[1]["code"] == "ValidationException"


def test_a_bulk_stop_says_first_what_it_would_do(api, states, machine):
    arn = machine(SLEEP)
    for name in ("one", "two", "other"):
        states.start_execution(stateMachineArn=arn, name=name)
    order = {"action": "stop", "filter": {"machine": arn, "name": "o", "status": "RUNNING"}, "error": "Enough"}
    looked = api("POST", "bulk", order)[1]
    assert (looked["matched"], looked["done"], looked["names"]) == (3, 0, ["other", "two", "one"])
    assert len(states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]) == 3
    order["filter"]["name"] = "one"
    assert api("POST", "bulk", order | {"dry_run": False})[1]["done"] == 1
    stopped = states.list_executions(stateMachineArn=arn, statusFilter="ABORTED")["executions"]
    assert [one["name"] for one in stopped] == ["one"]
    assert api("POST", "bulk", {"action": "delete", "filter": {}})[0] == 400


def test_a_bulk_redrive(api, states, machine):
    arn = machine(CHOOSE)
    states.start_execution(stateMachineArn=arn, name="bad", input='{"ok": false}')
    order = {"action": "redrive", "filter": {"machine": arn}, "dry_run": False}
    assert api("POST", "bulk", order)[1]["done"] == 1
    (execution,) = states.list_executions(stateMachineArn=arn)["executions"]
    assert states.describe_execution(executionArn=execution["executionArn"])["redriveCount"] == 1


def test_a_human_approves(api, states, approval):
    execution = approval(title="Refund 120 EUR?", form={"type": "object"})
    (task,) = waiting(api, execution)
    assert (task["state"], task["title"], task["form"], task["taken"]) == (
        "Approve",
        "Refund 120 EUR?",
        {"type": "object"},
        False,
    )
    body = {"token": task["token"], "approve": True, "output": {"amount": 120}, "who": "ada", "comment": "fine"}
    for wrong in ({"who": " "}, {"comment": 5}, {"approve": "yes"}, {"token": 1}):
        assert api("POST", "decide", body | wrong)[1]["code"] == "ValidationException"
    assert api("POST", "decide", body)[0] == 200
    described = states.describe_execution(executionArn=execution)
    assert (described["status"], json.loads(described["output"])) == ("SUCCEEDED", {"amount": 120})
    events = states.get_execution_history(executionArn=execution)["events"]
    assert {"workerName": "ada"} in [event.get("activityStartedEventDetails") for event in events]
    (decision,) = api("GET", "decisions", execution=execution)[1]["decisions"]
    assert (decision["who"], decision["approved"], decision["comment"]) == ("ada", True, "fine")
    assert api("POST", "decide", body)[1] == {"code": "TaskTimedOut", "message": "Nobody waits for this task any more."}
    assert waiting(api, execution) == []


def test_a_human_rejects_at_the_terminal(states, approval, at):
    execution = approval(title="Refund?")
    name = execution.rpartition(":")[2]
    _, listed, _ = at("task", "ls")
    assert any(name in line and line.endswith("Refund?") for line in listed.splitlines()), listed
    done = at("task", "reject", name[:20], "--error", "NotEligible", "--who", "bob")
    assert done == (0, f"rejected {name}/Approve\n", "")
    described = states.describe_execution(executionArn=execution)
    assert (described["error"], described["cause"]) == ("NotEligible", "Rejected by bob")
    code, _, err = at("task", "approve", name)
    assert (code, "no task of" in err) == (2, True)


def test_the_command_line_approves_with_an_output(states, approval, at):
    execution = approval()
    code, _, err = at("task", "approve", execution, "-o", '{"yes": 1}')
    assert (code, err) == (0, "")
    assert json.loads(states.describe_execution(executionArn=execution)["output"]) == {"yes": 1}


def test_forged_tokens_decide_nothing(api):
    body = {"token": "AAAA", "approve": True, "who": "eve"}
    assert api("POST", "decide", body, account=ACCOUNT)[1]["code"] == "InvalidToken"
    assert api("POST", "decide", {"approve": True, "who": "eve"})[1]["code"] == "ValidationException"


def test_cost_and_metrics(api, states, machine):
    arn = machine(CHOOSE)
    execution = states.start_execution(stateMachineArn=arn, input='{"ok": true}')["executionArn"]
    states.start_execution(stateMachineArn=arn, input='{"ok": false}')
    told = api("GET", "cost", execution=execution)[1]
    assert (told["transitions"], told["standard_usd"]) == (2, pytest.approx(0.00005))
    assert told["states"]["Check"] == {"transitions": 1, "retries": 0}
    told = api("GET", "metrics", machine=arn, minutes=60)[1]
    assert (len(told["steps"]), told["complete"], told["open"]) == (60, True, 0)
    totals = {name: sum(step[name] for step in told["steps"]) for name in ("started", "SUCCEEDED", "FAILED")}
    assert totals == {"started": 2, "SUCCEEDED": 1, "FAILED": 1}
    assert [step for step in told["steps"] if step["p50_ms"] is not None]
    assert api("GET", "cost", execution="nothing")[0] == 400


def test_aws_has_no_inbox(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    done = podium("task", "ls", "--endpoint", "aws")
    assert (done.returncode, "AWS has no such thing" in done.stderr) == (2, True)
