"""`podium start` and `podium exec` as processes against a running server."""

import json

import pytest
from e2e_process import ROLE, podium

FLOW = {
    "StartAt": "Check",
    "States": {
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Both"}],
            "Default": "No",
        },
        "No": {"Type": "Fail", "Error": "Refused", "Cause": "not ok"},
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "Result": "left", "End": True}}},
                {"StartAt": "Right", "States": {"Right": {"Type": "Pass", "Result": "right", "End": True}}},
            ],
            "End": True,
        },
    },
}
SLEEPER = {"StartAt": "Sleep", "States": {"Sleep": {"Type": "Wait", "Seconds": 3600, "End": True}}}


@pytest.fixture
def machine(states, unique):
    def machine(definition):
        name = unique()
        states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
        return name

    return machine


def test_start_and_follow_prints_the_output(at, machine):
    code, out, err = at("start", machine(FLOW), "-i", '{"ok": true}', "--follow")
    assert (code, json.loads(out)) == (0, ["left", "right"])
    assert "Both: succeeded" in err


def test_a_failed_execution_is_exit_code_1_and_says_why(at, machine):
    name = machine(FLOW)
    code, out, err = at("start", name, "-i", '{"ok": false}', "--follow", "--name", "first")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "podium start: the execution ended FAILED: Refused: not ok"
    code, out, _ = at("exec", "show", f"{name}:first")
    assert code == 0
    assert "status    FAILED" in out
    assert "✗ No" in out
    code, out, _ = at("exec", "history", f"{name}:first", "--failed", "--json")
    assert [json.loads(line)["type"] for line in out.splitlines()] == ["ExecutionFailed"]


def test_replay_with_edited_input(at, machine):
    name = machine(FLOW)
    at("start", name, "-i", '{"ok": false}', "--name", "first", "--follow")
    code, out, _ = at("exec", "replay", f"{name}:first", "-i", '{"ok": true}', "--follow", "--json")
    assert (code, json.loads(out)) == (0, ["left", "right"])
    code, _, err = at("exec", "replay", f"{name}:first", "--follow")
    assert code == 1, err


def test_the_list_filters_by_status(at, machine):
    name = machine(FLOW)
    at("start", name, "-i", '{"ok": false}', "--name", "bad", "--follow")
    at("start", name, "-i", '{"ok": true}', "--name", "good", "--follow")
    code, out, _ = at("exec", "ls", name)
    assert code == 0
    assert [line.split()[-1] for line in out.splitlines()] == ["NAME", "good", "bad"]
    code, out, _ = at("exec", "ls", name, "--status", "FAILED", "--json")
    assert [one["name"] for one in json.loads(out)] == ["bad"]


def test_the_data_of_states(at, machine):
    name = machine(FLOW)
    at("start", name, "-i", '{"ok": true}', "--name", "one", "--follow")
    code, out, _ = at("exec", "io", f"{name}:one", "Left", "--json")
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {"id": 6, "state": "Left", "input": {"ok": True}},
        {"id": 7, "state": "Left", "output": "left"},
    ]
    code, _, err = at("exec", "io", f"{name}:one", "Middle")
    assert code == 2
    assert "no state 'Middle' was entered" in err


def test_all_that_run_are_stopped_after_a_look(at, machine, states):
    name = machine(SLEEPER)
    for execution in ("one", "two"):
        assert at("start", name, "--name", execution)[0] == 0
    code, out, _ = at("exec", "stop", "--all", name, "--dry-run")
    assert (code, out.count("would stop ")) == (0, 2)
    assert len(json.loads(at("exec", "ls", name, "--status", "RUNNING", "--json")[1])) == 2
    assert at("exec", "stop", "--all", name, "--error", "Enough")[0] == 0
    stopped = json.loads(at("exec", "ls", name, "--json")[1])
    assert [one["status"] for one in stopped] == ["ABORTED", "ABORTED"]
    assert states.describe_execution(executionArn=stopped[0]["executionArn"])["error"] == "Enough"
    code, _, err = at("exec", "watch", f"{name}:one")
    assert code == 1
    assert err.splitlines()[-1] == "podium exec watch: the execution ended ABORTED: Enough"


def test_redrive_goes_on_from_the_failed_state(at, machine):
    name = machine(FLOW)
    at("start", name, "-i", '{"ok": false}', "--name", "one", "--follow")
    code, out, _ = at("exec", "redrive", "--all", name, "--dry-run")
    assert (code, out.startswith("would redrive arn:")) == (0, True)
    code, _, err = at("exec", "redrive", f"{name}:one", "--follow")
    assert code == 1
    assert err.splitlines()[-1] == "podium exec redrive: the execution ended FAILED: Refused: not ok"
    assert json.loads(at("exec", "show", f"{name}:one", "--json")[1])["redriveCount"] == 1


def test_what_is_not_there(at, machine):
    name = machine(FLOW)
    code, _, err = at("exec", "show", f"{name}:nobody")
    assert code == 2
    assert err == f"podium exec show: there is no execution '{name}:nobody'; `podium exec ls` shows what there is.\n"
    code, _, err = at("start", "no-such-machine")
    assert code == 2
    assert "there is no state machine 'no-such-machine'; known are: " in err
    code, _, err = at("exec", "stop")
    assert code == 2
    assert "name executions, or all of a state machine" in err


def test_an_express_execution_is_followed_by_a_synchronous_start(at, states, unique):
    name = unique()
    states.create_state_machine(name=name, definition=json.dumps(FLOW), roleArn=ROLE, type="EXPRESS")
    code, out, _ = at("start", name, "-i", '{"ok": true}', "--follow")
    assert (code, json.loads(out)) == (0, ["left", "right"])
    code, out, err = at("start", name, "-i", '{"ok": false}', "--follow")
    assert (code, out, err) == (1, "", "podium start: the execution ended FAILED: Refused: not ok\n")


def test_where_nothing_matches_a_note_says_so_and_stdout_is_empty(at, machine):
    name = machine(FLOW)
    assert at("exec", "ls", name) == (0, "", "no executions.\n")
    assert at("exec", "stop", "--all", name) == (0, "", "no executions with status RUNNING.\n")
    code, out, err = at("exec", "ls", name, "--limit", "0")
    assert (code, out) == (2, "")
    assert "--limit" in err


def test_no_server_is_a_sentence_and_code_3():
    done = podium("exec", "ls", "--endpoint", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("podium exec ls: no server answers at http://127.0.0.1:9; start one with")


def test_what_the_server_refuses_is_its_own_sentence(at):
    arn = "arn:aws:states:us-east-1:000000000000:execution:nothing:nothing"
    code, _, err = at("exec", "show", arn)
    assert (code, err) == (1, f"podium exec show: ExecutionDoesNotExist: Execution Does Not Exist: '{arn}'\n")


def test_the_cost_of_an_execution_and_what_changed_between_revisions(at, machine, states):
    name = machine(FLOW)
    at("start", name, "-i", '{"ok": true}', "--name", "one", "--follow")
    code, out, _ = at("cost", f"{name}:one", "--json")
    told = json.loads(out)
    assert (code, told["transitions"], told["billed_memory_mb"]) == (0, 4, 64)
    assert told["advice"][0].startswith("As Express it would cost")
    machine_arn = states.list_executions(stateMachineArn=_arn(states, name))["executions"][0]["stateMachineArn"]
    states.publish_state_machine_version(stateMachineArn=machine_arn)
    changed = json.dumps(FLOW | {"Comment": "new"})
    states.update_state_machine(stateMachineArn=machine_arn, definition=changed)
    assert at("diff", f"{name}:1", name)[:2] == (1, '+ /Comment: "new"\n')
    assert at("graph", f"{name}:1")[1].startswith("flowchart TD\n")


def _arn(states, name):
    return next(
        machine["stateMachineArn"]
        for page in states.get_paginator("list_state_machines").paginate()
        for machine in page["stateMachines"]
        if machine["name"] == name
    )
