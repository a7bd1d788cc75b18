"""The AWS CLI against a real server: the calls a person types first. Each costs a second, so they are few."""

import json

from e2e_process import ROLE, eventually

DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"by": "cli"}, "End": True}}}


def test_a_state_machine_by_hand(aws):
    what = ("--name", "by-hand", "--role-arn", ROLE, "--definition", json.dumps(DEFINITION))
    made = aws("stepfunctions", "create-state-machine", *what)
    arn = made["stateMachineArn"]
    started = aws(
        "stepfunctions", "start-execution", "--state-machine-arn", arn, "--name", "one", "--input", '{"a": 1}'
    )
    execution = started["executionArn"]
    described = eventually(lambda: _closed(aws("stepfunctions", "describe-execution", "--execution-arn", execution)))
    assert (described["status"], json.loads(described["output"])) == ("SUCCEEDED", {"by": "cli"})
    events = aws(
        "stepfunctions", "get-execution-history", "--execution-arn", execution, "--reverse-order", "--page-size", "2"
    )
    assert [event["id"] for event in events["events"]] == [4, 3, 2, 1]
    listed = aws("stepfunctions", "list-executions", "--state-machine-arn", arn, "--status-filter", "SUCCEEDED")
    assert [item["name"] for item in listed["executions"]] == ["one"]
    said = aws(
        "stepfunctions", "start-execution", "--state-machine-arn", arn, "--name", "one", "--input", "2", fails=True
    )
    assert "(ExecutionAlreadyExists)" in said
    aws("stepfunctions", "delete-state-machine", "--state-machine-arn", arn)


def _closed(description):
    return description if description["status"] != "RUNNING" else None


def test_a_function_by_hand(aws, package, tmp_path):
    archive, answer = tmp_path / "code.zip", tmp_path / "answer"
    archive.write_bytes(package("def handler(event, context): return {'got': event}"))
    what = ("--runtime", "python3.12", "--role", ROLE, "--handler", "app.handler", "--zip-file", f"fileb://{archive}")
    made = aws("lambda", "create-function", "--function-name", "by-hand", *what)
    assert made["State"] in {"Active", "Pending"}
    invoked = aws("lambda", "invoke", "--function-name", "by-hand", "--payload", '{"a": 1}', str(answer))
    assert invoked["StatusCode"] == 200
    assert json.loads(answer.read_text()) == {"got": {"a": 1}}
    aws("lambda", "delete-function", "--function-name", "by-hand")
    assert "(ResourceNotFoundException)" in aws("lambda", "get-function", "--function-name", "by-hand", fails=True)
