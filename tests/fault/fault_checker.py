"""What must hold after any number of crashes, checked from outside: promises, histories and function calls.

`violations` knows nothing of how the server works. It compares what clients were promised with what the server
shows once everything is quiet, each history with itself, and the functions' own record with the histories.
"""

import json
from collections import Counter, defaultdict

from fault_load import execution_arn, machine_arn
from fault_machines import DEFINITIONS, expected

CLOSING = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionAborted": "ABORTED",
    "ExecutionTimedOut": "TIMED_OUT",
}
SCHEDULED = {"LambdaFunctionScheduled", "TaskScheduled"}
SUCCEEDED = {"LambdaFunctionSucceeded", "TaskSucceeded"}
CALL_MARGIN_MS = 1.0
"""Of a clock read in two processes and cut to milliseconds in one of them."""


def violations(api, promises, calls):
    """Every broken rule, as (rule, execution's name, what is wrong).

    Args:
        api: of a server on which nothing is under way but `sleep` executions, never stopped or redriven since.
        promises: what clients were told.
        calls: the functions' record, one dict per call in the order they were made.
    """
    found = [("answer", "", surprise) for surprise in promises.surprises]
    listed = _listed(api, found)
    by_execution = defaultdict(list)
    for call in calls:
        by_execution[call["event"]["execution"]].append(call)
    for name in promises.inputs:
        if name not in listed:
            # What nobody acknowledged may or may not be there, but then nothing of it may have been done either.
            if name in promises.started:
                found.append(("acknowledged", name, "does not exist"))
            if by_execution[name]:
                found.append(("side effect", name, f"{len(by_execution[name])} calls of an execution that isn't there"))
            continue
        description = api.get("DescribeExecution", executionArn=execution_arn(name))
        events = api.history(name)
        found += ((rule, name, what) for rule, what in _promise(promises, name, description, events))
        found += ((rule, name, what) for rule, what in _contiguous(events))
        found += ((rule, name, what) for rule, what in _outcome(promises, name, description, events))
        found += ((rule, name, what) for rule, what in _calls(events, by_execution[name]))
    found += (("unknown", name, "nobody asked for it") for name in listed if name not in promises.inputs)
    return found


def _listed(api, found):
    """All executions by name."""
    listed = {}
    for kind in DEFINITIONS:
        for item in api.pages("ListExecutions", "executions", stateMachineArn=machine_arn(kind), maxResults=1000):
            if item["name"] in listed:
                found.append(("one execution per name", item["name"], "is listed twice"))
            listed[item["name"]] = item
    return listed


def _promise(promises, name, description, events):
    starts = promises.started.get(name, set())
    if starts - {description["startDate"]}:
        yield "acknowledged", f"started at {starts}, now at {description['startDate']}"
    if json.loads(description["input"]) != json.loads(promises.inputs[name]):
        yield "acknowledged", "has another input"
    if name in promises.redriven:
        redriven = description["redriveCount"], description.get("redriveDate")
        if redriven != (1, promises.redriven[name]):
            yield "acknowledged", f"redriven once at {promises.redriven[name]}, now {redriven}"
    elif name in promises.stopped and promises.stopped[name] != description.get("stopDate"):
        yield "acknowledged", f"stopped at {promises.stopped[name]}, now at {description.get('stopDate')}"
    seen = promises.seen.get(name, [])
    if events[: len(seen)] != seen:
        yield "shown", f"the {len(seen)} events that were shown are no longer the first of {len(events)}"


def _contiguous(events):
    """Ids 1..n, each event's predecessor before it, time not running backwards, closed last and not redriven."""
    if [event["id"] for event in events] != list(range(1, len(events) + 1)):
        yield "contiguous", f"ids are {[event['id'] for event in events]}"
    for event in events:
        # What starts an execution follows nothing, nor does what ends it from outside.
        may_follow_nothing = event["id"] <= 2 or event["type"] in ("ExecutionAborted", "ExecutionTimedOut")
        previous = event["previousEventId"]
        if not 0 <= previous < event["id"] or (previous == 0 and not may_follow_nothing):
            yield "contiguous", f"event {event['id']} follows event {previous}"
    times = [event["timestamp"] for event in events]
    if times != sorted(times):
        yield "contiguous", "time runs backwards"
    reopened = {event["id"] - 1 for event in events if event["type"] == "ExecutionRedriven"}
    closing = [event["id"] for event in events if event["type"] in CLOSING and event["id"] not in reopened]
    if closing not in ([], [len(events)]):
        yield "contiguous", f"closes at {closing} of {len(events)}"


def _outcome(promises, name, description, events):
    """It ended as its input demands, every state entered (and left) as often as the definition says."""
    kind = name.partition("-")[0]
    wanted = expected(kind, json.loads(promises.inputs[name]))
    if kind == "sleep" and (name not in promises.stopped or name in promises.redriven):
        if description["status"] != "RUNNING" or len(events) != (4 if name in promises.redriven else 2):
            yield "outcome", f"should still sleep, is {description['status']} after {len(events)} events"
        return
    shown = CLOSING.get(events[-1]["type"], "RUNNING")
    if not wanted.status == description["status"] == shown:
        yield "outcome", f"is {description['status']} and by its history {shown}, should be {wanted.status}"
        return
    if description["stopDate"] != events[-1]["timestamp"]:
        yield "outcome", f"stopped at {description['stopDate']}, closed at {events[-1]['timestamp']}"
    output = json.loads(description["output"]) if "output" in description else None
    if output != wanted.output or description.get("error") != wanted.error:
        yield "outcome", f"gave {output}, {description.get('error')}; should give {wanted.output}, {wanted.error}"
    if wanted.output is not None and events[-1]["executionSucceededEventDetails"]["output"] != description["output"]:
        yield "outcome", "its history shows another output"
    entered = _count(events, "stateEnteredEventDetails")
    exited = _count(events, "stateExitedEventDetails")
    if entered != wanted.entered:
        yield (
            "ran once",
            f"entered {dict(entered - wanted.entered)} too often, {dict(wanted.entered - entered)} too seldom",
        )
    if wanted.status == "SUCCEEDED" and exited != entered:
        yield "ran once", f"left {dict(exited)}, entered {dict(entered)}"
    if early := _naps_cut_short(events):
        yield "timer", f"waited only {early} s"


def _count(events, details):
    return Counter(event[details]["name"] for event in events if details in event)


def _naps_cut_short(events):
    by_id = {event["id"]: event for event in events}
    naps = [
        event["timestamp"] - by_id[event["previousEventId"]]["timestamp"]
        for event in events
        if event["type"] == "WaitStateExited"
    ]
    return [seconds for seconds in naps if round(seconds, 3) < 1]


def _calls(events, calls):
    """Every call is in the history, one key per scheduled event, and none after its success was on record."""
    by_id = {event["id"]: event for event in events}
    scheduled = {}
    for event in events:
        if event["type"] in SCHEDULED:
            text = _payload(event)
            if text in scheduled:
                yield "ran once", f"events {scheduled[text]} and {event['id']} schedule the same call"
            scheduled[text] = event["id"]
    succeeded = {}
    for event in events:
        if event["type"] in SUCCEEDED:
            started = by_id[event["previousEventId"]]
            succeeded[started["previousEventId"]] = event["timestamp"] * 1000
    keys = defaultdict(set)
    for call in calls:
        event = call["event"]
        place = f"{event['state']} (attempt {event['attempt']}, item {event.get('index')})"
        scheduled_id = scheduled.get(json.dumps(event, sort_keys=True))
        if scheduled_id is None:
            yield "side effect", f"a call from {place} that is not in the history"
            continue
        keys[scheduled_id].add(call["request"])
        late_ms = call["at_ms"] - succeeded.get(scheduled_id, call["at_ms"])
        if late_ms > CALL_MARGIN_MS:
            yield "ran once", f"{place} was called {late_ms:.0f} ms after event {scheduled_id} had succeeded"
    for scheduled_id, requests in keys.items():
        if len(requests) > 1:
            yield "ran once", f"event {scheduled_id} was performed under {len(requests)} keys"
    called_by = Counter(request for requests in keys.values() for request in requests)
    for request, times in called_by.items():
        if times > 1:
            yield "ran once", f"key {request} stands for {times} events"
    for scheduled_id in succeeded.keys() - keys.keys():
        yield "side effect", f"event {scheduled_id} succeeded without a call"


def _payload(event):
    """What the function was given, in one spelling."""
    if event["type"] == "LambdaFunctionScheduled":
        given = json.loads(event["lambdaFunctionScheduledEventDetails"]["input"])
    else:
        given = json.loads(event["taskScheduledEventDetails"]["parameters"])["Payload"]
    return json.dumps(given, sort_keys=True)
