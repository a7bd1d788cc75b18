"""A front end and the engine's end of its link: what crosses, and that the answer is the engine's own."""

import asyncio
import json
import socket

import pytest
from msgspec import structs

from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.core.asl.resources import parse_resource, unchecked
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.limits import AWS
from podium.engine.clock import SystemClock
from podium.integrations.contract import TaskOutcome
from podium.processes import answering as answering_module
from podium.processes.answering import Answering
from podium.processes.engine_link import EngineLink
from podium.processes.express import express_of
from podium.processes.front_end import FrontEnd
from podium.processes.messages import Hello
from podium.store.records import RevisionRecord

MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
SECONDS = 10
INFO = ExecutionInfo(
    arn=MACHINE.replace("stateMachine", "express") + ":n:u",
    name="n",
    state_machine_arn=MACHINE,
    state_machine_name="m",
    role_arn="r",
    revision_id="rev",
    start_ms=1_700_000_000_000,
    synchronous=True,
)
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
TASK = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": FUNCTION, "TimeoutSeconds": 60, "End": True}}}


class Engine:
    """What stands behind the engine's end: application, Express executions and catalogue."""

    def __init__(self):
        self.asked = []
        self.calls = []
        self.contexts = []
        self.lent = 0
        self.admits = True
        self.refusal = None
        self.revisions = {}
        self.performed = []
        self.cancelled = []
        self.happened = asyncio.Event()
        self.response = Response(200, (("X-A", "1"),), b"whole")
        self.hold = None

    async def __call__(self, request):
        self.asked.append(request)
        if self.hold is not None:
            await self.hold.wait()
        return self.response

    async def answer_checked(self, context, operation, input, perform=None):
        self.calls.append((operation, input))
        self.contexts.append(context)
        if self.hold is not None:
            await self.hold.wait()
        if self.refusal is not None:
            return Response(400, (("x-amzn-RequestId", context.request_id),), b"refused")
        output = {"perform": operation} if perform is None else await perform(None, context, input)
        return Response(200, (), json.dumps(output).encode())

    def lend(self, info, revision):
        if self.admits:
            self.lent += 1
        return self.admits

    def returned(self):
        self.lent -= 1
        self.happened.set()

    def perform(self, command, deliver):
        self.performed.append((command, deliver))
        self.happened.set()

    def cancel(self, command):
        self.cancelled.append(command)
        self.happened.set()

    async def revision(self, revision_id):
        return self.revisions.get(revision_id)

    async def until(self, condition):
        async with asyncio.timeout(SECONDS):
            while not condition():
                self.happened.clear()
                try:
                    await asyncio.wait_for(self.happened.wait(), 0.05)
                except TimeoutError:
                    pass


@pytest.fixture
def admitted(monkeypatch):
    """Lets StartSyncExecution in without a catalogue."""

    async def admit(services, context, input):
        return answering_module.Admitted(INFO, RevisionRecord("rev", MACHINE, "", "r", "EXPRESS", 0), "{}")

    async def here(services, context, input):
        return {"ran": "at the engine"}

    monkeypatch.setattr(answering_module, "admit_sync_execution", admit)
    monkeypatch.setitem(answering_module.OPERATIONS, "StartSyncExecution", here)


@pytest.fixture
async def pair():
    """(the engine, its end of the link, the front end, what the front end was told of its life)."""
    loop = asyncio.get_running_loop()
    engine, told = Engine(), []
    end = Answering(engine, engine, engine.revision, lambda: told.append("hello"), lambda: told.append("alive"))
    link = EngineLink(told.append, lambda: told.append("lost"))
    front_end = FrontEnd(
        link,
        express_of(link, SystemClock(), AWS, unchecked),
        {},
        lambda _: False,
        lambda: "new-id",
        "front-end 1 pid 7",
    )
    for protocol, side in zip((end.link, link.link), socket.socketpair(), strict=True):
        await loop.create_connection(lambda protocol=protocol: protocol, sock=side)
    link.link.send(Hello())
    yield engine, end, front_end, told
    end.link.close()
    link.link.close()
    await engine.until(lambda: "lost" in told)


def request_of(operation, body, connected=lambda: True, **headers):
    sent = {"x-amz-target": f"AWSStepFunctions.{operation}", **headers}
    return Request("POST", "/", "", sent, json.dumps(body).encode(), connected)


async def test_a_proper_request_crosses_checked(pair):
    engine, _, front_end, told = pair
    signed = "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/states/aws4_request"
    headers = {"authorization": signed, "x-amzn-trace-id": "Root=1"}
    answer = await front_end(request_of("DescribeExecution", {"executionArn": INFO.arn}, **headers))
    assert engine.calls == [("DescribeExecution", {"executionArn": INFO.arn})]
    assert engine.asked == []
    context = engine.contexts[0]
    assert (context.account, context.region, context.trace_header) == ("111122223333", "eu-west-1", "Root=1")
    assert answer.status == 200
    assert json.loads(answer.body) == {"perform": "DescribeExecution"}
    assert dict(answer.headers) == {"x-amzn-RequestId": "new-id", "Content-Type": "application/x-amz-json-1.0"}
    assert told == ["hello"]


async def test_a_refusal_is_the_engines(pair):
    engine, _, front_end, _ = pair
    engine.refusal = ApiError("X", "")
    answer = await front_end(request_of("DescribeExecution", {"executionArn": INFO.arn}))
    assert (answer.status, answer.headers, answer.body) == (400, (("x-amzn-RequestId", "new-id"),), b"refused")


@pytest.mark.parametrize(
    "request_",
    [
        request_of("Nothing", {}),
        request_of("DescribeExecution", {}),
        request_of("DescribeExecution", {"executionArn": INFO.arn}, origin="http://x"),
        request_of("DescribeExecution", {"executionArn": INFO.arn}, **{"sec-fetch-site": "same-origin"}),
        request_of("DescribeExecution", {"executionArn": INFO.arn}, host="id.lambda-url.us-east-1.localhost"),
        Request("POST", "/", "", {"x-amz-target": "AWSStepFunctions.DescribeExecution"}, b"{"),
        Request("POST", "/", "", {"x-amz-target": "AWSEvents.PutEvents"}, b"{}"),
        Request("GET", "/2015-03-31/functions", "a=b", {"a": "ä"}, b"\x00"),
        Request("GET", "/readyz", "", {}),
    ],
)
async def test_anything_else_crosses_as_it_came(pair, request_):
    engine, _, front_end, _ = pair
    answer = await front_end(request_)
    assert engine.calls == []
    (seen,) = engine.asked
    assert structs.replace(seen, connected=request_.connected) == request_
    assert (answer.status, answer.headers, answer.body) == (200, (("X-A", "1"),), b"whole")


async def test_an_answer_that_cannot_cross_is_a_failure_and_no_silence(pair, caplog):
    engine, _, front_end, _ = pair
    engine.response = Response(200, (("X-A", "\ud800"),), b"")
    answer = await front_end(Request("GET", "/lambda-url/x/", "", {}))
    assert (answer.status, answer.body) == (500, b"")
    assert "an answer that cannot be sent: GET /lambda-url/x/" in caplog.text


async def test_a_number_beyond_the_wire_crosses_as_it_came(pair, monkeypatch):
    engine, _, front_end, _ = pair
    monkeypatch.setattr(front_end._protocols.states, "read", lambda _: ("ListExecutions", {"maxResults": 1 << 70}))
    assert (await front_end(request_of("ListExecutions", {}))).body == b"whole"
    assert engine.calls == []


async def test_a_front_end_answers_for_its_own_life(pair):
    engine, _, front_end, _ = pair
    assert (await front_end(Request("GET", "/livez", "", {}))).body == b"ok\nfront-end 1 pid 7\n"
    assert engine.asked == []


async def test_the_engine_hears_of_a_client_that_left(pair):
    engine, _, front_end, _ = pair
    engine.hold = asyncio.Event()
    here = True
    request = request_of(
        "GetActivityTask", {"activityArn": "arn:aws:states:us-east-1:000000000000:activity:a"}, lambda: here
    )
    asking = asyncio.ensure_future(front_end(request))
    await engine.until(lambda: engine.contexts)
    assert engine.contexts[0].connected()
    here = False
    await engine.until(lambda: not engine.contexts[0].connected())
    engine.hold.set()
    await asking


async def test_a_stream_crosses_piece_by_piece_and_ends(pair):
    engine, _, front_end, _ = pair

    async def pieces():
        for number in range(100):
            yield b"%d" % number

    engine.response = Response(200, (), stream=pieces())
    answer = await front_end(Request("GET", "/console/api/stream", "", {}))
    assert [piece async for piece in answer.stream] == [b"%d" % number for number in range(100)]


async def test_a_stream_waits_for_its_client_and_ends_with_it(pair):
    engine, _, front_end, _ = pair
    made, closed = 0, asyncio.Event()

    async def pieces():
        nonlocal made
        try:
            while True:
                made += 1
                yield b"x"
        finally:
            closed.set()

    engine.response = Response(200, (), stream=pieces())
    answer = await front_end(Request("GET", "/console/api/stream", "", {}))
    assert await anext(answer.stream) == b"x"
    await engine.until(lambda: made == answering_module.WINDOW_PIECES + 1)
    await anext(answer.stream)
    await engine.until(lambda: made == answering_module.WINDOW_PIECES + 2)
    await answer.stream.aclose()
    await asyncio.wait_for(closed.wait(), SECONDS)


async def test_a_synchronous_execution_runs_in_the_front_end(pair, admitted):
    engine, _, front_end, _ = pair
    engine.revisions["rev"] = RevisionRecord("rev", MACHINE, json.dumps(PASS), "r", "EXPRESS", 0)
    for _ in range(2):
        answer = await front_end(request_of("StartSyncExecution", {"stateMachineArn": MACHINE, "input": "[1]"}))
        shown = json.loads(answer.body)
        assert (shown["status"], shown["output"], shown["executionArn"]) == ("SUCCEEDED", "[1]", INFO.arn)
        # Asked for once.
        engine.revisions.clear()
    await engine.until(lambda: engine.lent == 0)


async def test_its_tasks_are_the_engines(pair, admitted):
    engine, _, front_end, _ = pair
    engine.revisions["rev"] = RevisionRecord("rev", MACHINE, json.dumps(TASK), "r", "EXPRESS", 0)
    asking = asyncio.ensure_future(front_end(request_of("StartSyncExecution", {"stateMachineArn": MACHINE})))
    await engine.until(lambda: engine.performed)
    ((command, deliver),) = engine.performed
    assert (command.execution_arn, command.resource, command.parameters) == (INFO.arn, parse_resource(FUNCTION), b"{}")
    assert engine.lent == 1
    deliver(TaskOutcome(output=b'{"done": true}'))
    assert json.loads(json.loads((await asking).body)["output"]) == {"done": True}
    await engine.until(lambda: engine.lent == 0)


async def test_a_front_end_that_is_gone_leaves_nothing_lent_or_under_way(pair, admitted):
    engine, _, front_end, _ = pair
    engine.revisions["rev"] = RevisionRecord("rev", MACHINE, json.dumps(TASK), "r", "EXPRESS", 0)
    asking = asyncio.ensure_future(front_end(request_of("StartSyncExecution", {"stateMachineArn": MACHINE})))
    await engine.until(lambda: engine.performed)
    front_end._engine.link.close()
    await engine.until(lambda: engine.lent == 0)
    ((command, _),) = engine.performed
    assert engine.cancelled == [CancelTask(INFO.arn, command.scheduled_id, command.resource)]
    asking.cancel()


async def test_what_is_lent_to_a_front_end_that_has_gone_meanwhile_is_returned(pair, admitted):
    engine, end, front_end, _ = pair
    engine.hold = asyncio.Event()
    asking = asyncio.ensure_future(front_end(request_of("StartSyncExecution", {"stateMachineArn": MACHINE})))
    await engine.until(lambda: engine.calls)
    front_end._engine.link.close()
    await engine.until(lambda: end._over)
    engine.hold.set()
    returned = engine.happened.wait()
    await asyncio.wait_for(returned, SECONDS)
    assert engine.lent == 0
    asking.cancel()


async def test_what_the_engine_keeps_to_itself_runs_there(pair, admitted):
    engine, _, front_end, _ = pair
    engine.admits = False
    answer = await front_end(request_of("StartSyncExecution", {"stateMachineArn": MACHINE}))
    assert json.loads(answer.body) == {"ran": "at the engine"}


async def test_what_was_deleted_meanwhile_is_refused_in_the_engines_words(pair, admitted):
    engine, _, front_end, _ = pair
    answer = await front_end(request_of("StartSyncExecution", {"stateMachineArn": MACHINE}))
    assert answer.body == b"whole"
    await engine.until(lambda: engine.lent == 0)


async def test_a_front_end_says_that_it_is_alive(pair):
    engine, end, _, told = pair
    end.ask_whether_alive()
    await engine.until(lambda: "alive" in told)


async def test_a_drain_is_passed_on(pair):
    engine, end, _, told = pair
    end.drain(2.5)
    await engine.until(lambda: 2.5 in told)


async def test_tasks_are_cancelled_and_may_answer_twice(pair):
    engine, _, front_end, _ = pair
    command = InvokeTask(INFO.arn, 1, 5, 0, parse_resource(FUNCTION), b"{}", "key")
    outcomes = []
    front_end._engine.perform(command, outcomes.append)
    await engine.until(lambda: engine.performed)
    _, deliver = engine.performed[0]
    deliver(TaskOutcome(output=b"1", submitted=True))
    deliver(TaskOutcome(output=b"2"))
    await engine.until(lambda: len(outcomes) == 2)
    assert outcomes == [TaskOutcome(output=b"1", submitted=True), TaskOutcome(output=b"2")]
    cancel = CancelTask(INFO.arn, 5, command.resource)
    front_end._engine.cancel(cancel)
    await engine.until(lambda: engine.cancelled)
    assert engine.cancelled == [cancel]
