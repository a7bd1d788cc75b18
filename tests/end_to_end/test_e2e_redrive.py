"""Redrive, spoken through boto3 and the AWS CLI.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

import json

import pytest
from botocore.exceptions import ClientError
from e2e_process import ServerProcess, eventually

HANDLERS = """
import json
import time
from pathlib import Path


def work(event, context):
    with open(event["log"], "a") as log:
        log.write(json.dumps(event["name"]) + "\\n")
    if event["name"] in json.loads(Path(event["failing"]).read_text()):
        while not Path(event["gate"]).exists():
            time.sleep(0.01)
        raise ValueError("not yet")
    return event["name"]
"""
WORK = "arn:aws:lambda:us-east-1:000000000000:function:work"


def branch(name, files):
    task = {"Type": "Task", "Resource": WORK, "Parameters": {"name": name, **files}, "End": True}
    return {"StartAt": f"T{name}", "States": {f"T{name}": task}}


@pytest.fixture
def notes(tmp_path):
    """Which handlers fail, and which were called."""

    class Notes:
        def __init__(self):
            self.files = {name: str(tmp_path / name) for name in ("log", "failing", "gate")}

        def fail(self, *names):
            (tmp_path / "failing").write_text(json.dumps(names))

        def let_them_fail(self):
            (tmp_path / "gate").touch()

        def called(self):
            lines = (tmp_path / "log").read_text().splitlines()
            (tmp_path / "log").write_text("")
            return [json.loads(line) for line in lines]

    return Notes()


def test_three_failing_branches_of_ten_run_again_after_a_restart(tmp_path, notes, client_of, machine, ended):
    """A branch that has not ended when another fails is aborted and runs again as well: so the good ones end first."""
    (tmp_path / "handlers.py").write_text(HANDLERS)
    server = ServerProcess(tmp_path / "data", tmp_path / "handlers.py")
    try:
        states = client_of("stepfunctions", server)
        notes.fail(*range(3))
        branches = [branch(number, notes.files) for number in range(10)]
        arn = machine(client=states, P={"Type": "Parallel", "Branches": branches, "End": True})
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]

        def the_good_ones_ended():
            events = states.get_execution_history(executionArn=execution)["events"]
            return sum(event["type"] == "TaskStateExited" for event in events) == 7

        eventually(the_good_ones_ended)
        notes.let_them_fail()
        assert ended(execution, states)["status"] == "FAILED"
        assert sorted(notes.called()) == list(range(10))
        server.kill()

        server = ServerProcess(tmp_path / "data", tmp_path / "handlers.py")
        states = client_of("stepfunctions", server)
        notes.fail()
        redriven = states.redrive_execution(executionArn=execution)
        done = ended(execution, states)
        assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", list(range(10)))
        assert (done["redriveCount"], done["redriveDate"]) == (1, redriven["redriveDate"])
        assert sorted(notes.called()) == [0, 1, 2]
        assert server.terminate()[0] == 0
    finally:
        if server.alive:
            server.kill()


def test_a_nested_execution_is_started_anew(states, machine, ended, unique):
    """A redriven Task is scheduled and started again: `.sync` starts another execution; AWS knows no other way."""
    child = machine(F={"Type": "Fail", "Error": "Child"})
    parent = machine(
        N={
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": child},
            "End": True,
        }
    )
    execution = states.start_execution(stateMachineArn=parent, name=unique())["executionArn"]
    assert ended(execution)["status"] == "FAILED"
    states.redrive_execution(executionArn=execution)
    assert ended(execution)["status"] == "FAILED"
    children = states.list_executions(stateMachineArn=child)["executions"]
    assert [(each["status"], each["redriveCount"]) for each in children] == [("FAILED", 0)] * 2


def test_the_command_line_redrives(aws, machine, run, ended):
    failed = run(machine(F={"Type": "Fail", "Error": "No"}))["executionArn"]
    answer = aws("stepfunctions", "redrive-execution", "--execution-arn", failed)
    assert list(answer) == ["redriveDate"]
    described = ended(failed)
    assert (described["status"], described["redriveStatus"], described["redriveCount"]) == ("FAILED", "REDRIVABLE", 1)
    events = aws("stepfunctions", "get-execution-history", "--execution-arn", failed)["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "FailStateEntered",
        "ExecutionFailed",
        "ExecutionRedriven",
        "FailStateEntered",
        "ExecutionFailed",
    ]
    assert events[3]["executionRedrivenEventDetails"] == {"redriveCount": 1}


def test_a_token_makes_a_redrive_happen_once(states, machine, run, ended):
    failed = run(machine(F={"Type": "Fail"}))["executionArn"]
    first = states.redrive_execution(executionArn=failed, clientToken="once")
    ended(failed)
    assert states.redrive_execution(executionArn=failed, clientToken="once")["redriveDate"] == first["redriveDate"]
    assert states.describe_execution(executionArn=failed)["redriveCount"] == 1


def test_what_succeeded_is_not_redriven(states, machine, run):
    done = run(machine(P={"Type": "Pass", "End": True}))["executionArn"]
    with pytest.raises(states.exceptions.ExecutionNotRedrivable):
        states.redrive_execution(executionArn=done)
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        states.redrive_execution(executionArn=f"{done}-not")


def test_a_map_run_with_fifty_failures_of_a_thousand_items_redrives_fifty(states, machine, ended, unique):
    """https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html"""
    activity = states.create_activity(name=unique())["activityArn"]
    low = {"Variable": "$", "NumericLessThan": 50, "Next": "Review"}
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Choose",
        "States": {
            "Choose": {"Type": "Choice", "Choices": [low], "Default": "Fine"},
            "Review": {"Type": "Task", "Resource": activity, "End": True},
            "Fine": {"Type": "Pass", "End": True},
        },
    }
    arn = machine(M={"Type": "Map", "ItemProcessor": processor, "ToleratedFailureCount": 49, "End": True})
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps(list(range(1000))))["executionArn"]

    def counts():
        runs = states.list_map_runs(executionArn=execution)["mapRuns"]
        return states.describe_map_run(mapRunArn=runs[0]["mapRunArn"]) if runs else None

    def all_but_fifty():
        described = counts()
        return described if described and described["itemCounts"]["succeeded"] == 950 else None

    run = eventually(all_but_fifty)
    for _ in range(50):
        states.send_task_failure(taskToken=states.get_activity_task(activityArn=activity)["taskToken"], error="Bad")
    assert ended(execution)["error"] == "States.ExceedToleratedFailureThreshold"
    failed = counts()
    assert (failed["status"], failed["itemCounts"]["failed"], failed["itemCounts"]["succeeded"]) == ("FAILED", 50, 950)
    assert (failed["redriveCount"], failed["itemCounts"]["failuresNotRedrivable"]) == (0, 0)

    states.redrive_execution(executionArn=execution)
    for _ in range(50):
        task = states.get_activity_task(activityArn=activity)
        states.send_task_success(taskToken=task["taskToken"], output=task["input"])
    done = ended(execution)
    assert json.loads(done["output"]) == list(range(1000))
    redriven = counts()
    assert (redriven["mapRunArn"], redriven["redriveCount"], redriven["status"]) == (run["mapRunArn"], 1, "SUCCEEDED")
    assert (redriven["itemCounts"]["succeeded"], redriven["itemCounts"]["pendingRedrive"]) == (1000, 0)
    listed = states.list_executions(mapRunArn=run["mapRunArn"], redriveFilter="REDRIVEN", maxResults=1000)
    assert len(listed["executions"]) == 50
