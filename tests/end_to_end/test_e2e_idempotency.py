"""kill -9 in the middle of 200 calls that change something: each is made again with its key, none has two effects.

The service is a counter that knows its callers' tokens, as DynamoDB does for TransactWriteItems. It takes a call and
does not answer it before the server is dead, so that the server can't know what it has done.
"""

import json
import threading
from collections import Counter

import pytest
from e2e_process import ServerProcess, eventually

from http_server import serving

TASKS = 200
ANSWERED_BEFORE_THE_KILL = 60
WRITE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems",
    "Parameters": {
        "TransactItems": [
            {
                "Update": {
                    "TableName": "counters",
                    "Key": {"id": {"S.$": "$$.Execution.Name"}},
                    "UpdateExpression": "ADD amount :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                }
            }
        ]
    },
    "End": True,
}


class Counters:
    """A table of counters; with `honours_tokens`, a call that comes again changes nothing."""

    def __init__(self, *, honours_tokens):
        self.honours_tokens = honours_tokens
        self.calls, self.effects, self.tokens = Counter(), Counter(), set()
        self.may_answer = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, seen):
        body = json.loads(seen.body)
        name = body["TransactItems"][0]["Update"]["Key"]["id"]["S"]
        with self._lock:
            self.calls[name] += 1
            if body["ClientRequestToken"] not in self.tokens or not self.honours_tokens:
                self.tokens.add(body["ClientRequestToken"])
                self.effects[name] += 1
            is_held = sum(self.calls.values()) > ANSWERED_BEFORE_THE_KILL
        if is_held:
            self.may_answer.wait(60)
        return 200, [("Content-Type", "application/x-amz-json-1.0")], b"{}"


@pytest.mark.fault
@pytest.mark.parametrize("honours_tokens", [True, False])
def test_a_task_interrupted_by_a_kill_has_one_effect(tmp_path, client_of, machine, honours_tokens):
    """Where the service ignores the token the same test sees double effects, or it would prove nothing."""
    counters = Counters(honours_tokens=honours_tokens)
    with serving(counters) as (port, _):
        endpoints = json.dumps({"dynamodb": f"http://127.0.0.1:{port}"})
        server = ServerProcess(tmp_path / "data", endpoints=endpoints)
        states = client_of("stepfunctions", server)
        arn = machine(client=states, Write=WRITE)
        for number in range(TASKS):
            states.start_execution(stateMachineArn=arn, name=f"task-{number}")
        eventually(lambda: sum(counters.calls.values()) >= ANSWERED_BEFORE_THE_KILL + 40)
        server.kill()
        counters.may_answer.set()
        server = ServerProcess(tmp_path / "data", endpoints=endpoints)
        states = client_of("stepfunctions", server)

        def all_succeeded():
            pages = states.get_paginator("list_executions").paginate(stateMachineArn=arn, statusFilter="SUCCEEDED")
            return sum(len(page["executions"]) for page in pages) == TASKS

        eventually(all_succeeded)
        server.terminate()
    repeated = [name for name, calls in counters.calls.items() if calls > 1]
    assert len(repeated) >= 30
    assert len(counters.effects) == TASKS
    doubled = [name for name, effects in counters.effects.items() if effects > 1]
    assert (doubled == []) == honours_tokens, f"{len(doubled)} of {len(repeated)} repeated calls took effect twice"
