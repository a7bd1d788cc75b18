"""`podium run` and `podium validate` as processes: exit codes, and what is on stdout and what is not."""

import json
import os
import subprocess
from datetime import datetime

from e2e_process import BIN, ROOT, podium

FOLDER = ROOT / "examples" / "order"
ORDER = FOLDER / "order.asl.json"
HANDLERS = ("--handlers", FOLDER / "handlers.py")


def write(folder, definition):
    file = folder / "machine.asl.json"
    file.write_text(definition if isinstance(definition, str) else json.dumps(definition))
    return file


def test_the_demo_runs_to_its_end():
    done = podium("run", ORDER, *HANDLERS, "-i", f"@{FOLDER / 'input.json'}")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["charged"] == 71300
    for shown in ("CheckStock", "ChargeCard", "PackItems", "OrderShipped"):
        assert shown in done.stderr


def test_a_failed_execution_exits_1_and_keeps_stdout_empty():
    done = podium("run", ORDER, *HANDLERS, "-i", f"@{FOLDER / 'declined.json'}")
    assert (done.returncode, done.stdout) == (1, "")
    assert "PaymentFailed" in done.stderr.splitlines()[-1]


def test_a_failure_as_json():
    done = podium("run", ORDER, *HANDLERS, "--json", "-i", f"@{FOLDER / 'sold-out.json'}")
    assert done.returncode == 1
    outcome = json.loads(done.stdout)
    assert (outcome["status"], outcome["error"]) == ("FAILED", "OutOfStock")


def test_input_from_stdin_and_output_as_one_line_of_json(tmp_path):
    file = write(tmp_path, {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    done = podium("run", file, "--json", "-i", "-", stdin='{"a": [1, "ä"]}')
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert json.loads(done.stdout) == {"a": [1, "ä"]}


PATIENT = {
    "StartAt": "Month",
    "States": {
        "Month": {"Type": "Wait", "Seconds": 2_592_000, "Next": "Flaky"},
        "Flaky": {
            "Type": "Task",
            "Resource": "flaky",
            "Retry": [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 3600}],
            "Next": "Human",
        },
        "Human": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
            "TimeoutSeconds": 86_400,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Done"}],
            "End": True,
        },
        "Done": {
            "Type": "Pass",
            "Parameters": {"began.$": "$$.Execution.StartTime", "ended.$": "$$.State.EnteredTime"},
            "End": True,
        },
    },
}
FLAKY = """
calls = []

def flaky(event, context):
    calls.append(event)
    if len(calls) < 2:
        raise ValueError("not yet")

def ask(event, context):
    pass
"""


def test_virtual_time_passes_at_once(tmp_path):
    (tmp_path / "flaky.py").write_text(FLAKY)
    arguments = [write(tmp_path, PATIENT), "--handlers", tmp_path / "flaky.py", "--virtual-time"]
    done = podium("run", *arguments)
    assert done.returncode == 0, done.stderr
    began, ended = (datetime.fromisoformat(at) for at in json.loads(done.stdout).values())
    passed = (ended - began).total_seconds()
    assert 2_592_000 + 3_600 + 86_400 <= passed < 2_592_000 + 3_600 + 86_400 + 60


def test_what_is_used_wrongly_exits_2(tmp_path):
    for arguments in (["run", tmp_path / "none.json"], ["run", ORDER, "-i", "{"], ["run", ORDER, "--what"], ["walk"]):
        done = podium(*arguments, directory=tmp_path)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert done.stderr
        assert "Traceback" not in done.stderr


def test_definitions_are_validated_before_they_are_run(tmp_path):
    file = write(tmp_path, {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    checked = podium("validate", ORDER, file)
    assert checked.returncode == 1
    findings = checked.stdout.splitlines()
    assert findings
    assert all(line.startswith(f"{file}:") for line in findings)
    assert podium("validate", ORDER).returncode == 0
    done = podium("run", file)
    assert (done.returncode, done.stdout) == (1, "")
    assert "/States/A" in done.stderr


def test_no_definition_gives_a_traceback(tmp_path):
    for text in ("", "[" * 100_000, '{"a":' * 100_000, "null", "\x00", '"\\ud800"'):
        done = podium("validate", write(tmp_path, text))
        assert done.returncode == 1
        assert "Traceback" not in done.stdout + done.stderr


def test_terminated_it_leaves_nothing_behind(tmp_path):
    sleeper = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
    left = tmp_path / "tmp"
    left.mkdir()
    command = [BIN / "podium", "run", write(tmp_path, sleeper), *HANDLERS]
    environment = os.environ | {"TMPDIR": str(left)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as process:
        assert "W: waiting" in process.stderr.readline()
        assert any(left.iterdir())
        process.terminate()
        assert process.stderr.read() == "podium run: terminated; the execution is lost.\n"
    assert (process.returncode, list(left.iterdir())) == (143, [])
