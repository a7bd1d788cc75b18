"""The console's server side over the wire: page, policy, /console/api and the live stream."""

import http.client
import json
from urllib.parse import quote

import pytest
from e2e_process import SERVERS

pytestmark = SERVERS

SECONDS = 30


@pytest.fixture
def get(server):
    """(status, headers, body) of a GET."""

    def get(path, headers=None, method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, answer.headers, read

    return get


@pytest.fixture
def stream(server):
    """Messages of a stream, one by one: (event, data, id)."""
    connections = []

    def stream(query, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        connections.append(connection)
        connection.request("GET", f"/console/api/stream?{query}", headers=headers or {})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        return _messages(answer)

    yield stream
    for connection in connections:
        connection.close()


def _messages(answer):
    message = {}
    while line := answer.readline():
        text = line.decode().rstrip("\n")
        if not text:
            if "data" in message:
                yield message["event"], json.loads(message["data"]), message.get("id")
            message = {}
        elif not text.startswith(":"):
            name, _, value = text.partition(": ")
            message[name] = value
        else:
            yield "comment", text, None


def events_of(messages):
    return [event for kind, data, _ in messages if kind == "events" for event in data]


def test_every_address_of_the_console_opens_its_page(get):
    for path in ("/", "/console", "/console/machines/arn:aws:states:us-east-1:000000000000:stateMachine:x"):
        status, headers, body = get(path)
        assert status == 200
        assert b"Podium" in body
        assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_aws_apis_are_still_where_they_were(states, functions):
    assert "stateMachines" in states.list_state_machines()
    assert "Functions" in functions.list_functions()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}]
)
def test_pages_of_other_sites_reach_no_api(get, headers):
    if "Host" in headers:
        headers |= {"Sec-Fetch-Site": "same-origin"}
    invoke = "/2015-03-31/functions/check_stock/invocations"
    assert get("/console/api/machines", headers)[0] == 403
    assert get(invoke, headers, method="POST", body=b"{}")[0] == 403
    assert get("/", headers | {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"}, "POST", b"{}")[0] == 403


def test_lists_machines_with_tags_and_latest_outcomes(get, states, machine, run, unique):
    name = unique()
    arn = machine(name=name, Done={"Type": "Succeed"})
    states.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "shop"}])
    run(arn)
    rows = json.loads(get("/console/api/machines")[2])["machines"]
    row = next(row for row in rows if row["name"] == name)
    assert row["tags"] == {"team": "shop"}
    assert (row["outcomes"], row["running"]) == (["SUCCEEDED"], 0)


def test_streams_a_closed_execution_whole_and_ends(stream, states, machine, run):
    arn = run(machine(Only={"Type": "Pass", "Result": "x" * 5_000, "End": True}))["executionArn"]
    messages = list(stream(f"execution={quote(arn)}"))
    shown = events_of(messages)
    whole = states.get_execution_history(executionArn=arn)["events"]
    assert [event["id"] for event in shown] == [event["id"] for event in whole]
    assert [event["type"] for event in shown] == [event["type"] for event in whole]
    assert shown[2]["cut"] == {"output": 5_002}
    assert [kind for kind, _, _ in messages][-1] == "closed"
    assert messages[-1][1] == {"status": "SUCCEEDED"}


def test_gives_one_event_whole(get, machine, run):
    arn = run(machine(Only={"Type": "Pass", "Result": "x" * 5_000, "End": True}))["executionArn"]
    status, _, body = get(f"/console/api/event?execution={quote(arn)}&id=3")
    assert status == 200
    assert len(json.loads(body)["event"]["stateExitedEventDetails"]["output"]) == 5_002
    for wrong in ("0", "99", "x", ""):
        assert get(f"/console/api/event?execution={quote(arn)}&id={wrong}")[0] in (400, 404)


def test_streams_what_happens_while_it_happens_and_goes_on_after_a_reconnect(stream, states, machine):
    arn = machine(Hold={"Type": "Wait", "Seconds": 3_600, "End": True})
    started = states.start_execution(stateMachineArn=arn)["executionArn"]
    messages = stream(f"execution={quote(started)}")
    kind, events, last_id = next(messages)
    assert kind == "events"
    assert next(messages) == ("reached", {"status": "RUNNING"}, None)
    states.stop_execution(executionArn=started, error="E", cause="because")
    rest = list(messages)
    assert events_of(rest)[-1]["type"] == "ExecutionAborted"
    assert events_of(rest)[0]["id"] == events[-1]["id"] + 1
    assert rest[-1][:2] == ("closed", {"status": "ABORTED"})
    again = list(stream(f"execution={quote(started)}", {"Last-Event-ID": last_id}))
    assert [event["id"] for event in events_of(again)] == [event["id"] for event in events_of(rest)]


def test_tells_lists_of_starts_ends_and_new_machines(stream, states, machine):
    messages = stream("topic=executions")
    assert next(messages)[0] == "comment"
    arn = machine(Done={"Type": "Succeed"})
    assert next(messages) == ("changed", {"operation": "CreateStateMachine"}, None)
    started = states.start_execution(stateMachineArn=arn)["executionArn"]
    seen = {}
    while seen.get(started) != "SUCCEEDED":
        kind, data, _ = next(messages)
        assert kind == "executions"
        seen |= {row["executionArn"]: row["status"] for row in data["moved"]}


def test_a_stream_of_nothing_is_an_error_with_a_sentence(get):
    status, _, body = get("/console/api/stream?execution=arn:aws:states:us-east-1:000000000000:execution:no:no")
    assert (status, json.loads(body)["code"]) == (404, "ExecutionDoesNotExist")
    assert get("/console/api/nothing")[0] == 404
    assert get("/console/assets/nothing.js")[0] == 404
