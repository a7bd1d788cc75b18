"""The event bus through boto3: rules, targets, events of one's own, and execution status changes."""

import json

import pytest
from botocore.exceptions import ClientError
from e2e_process import ROLE, eventually

PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})


@pytest.fixture
def events(client_of, server):
    return client_of("events", server)


@pytest.fixture
def machine(states, unique):
    def machine():
        name = unique()
        return states.create_state_machine(name=name, definition=PASS, roleArn=ROLE)["stateMachineArn"]

    return machine


def inputs(states, arn, count=1):
    """The inputs of a machine's executions, once there are so many."""

    def found():
        executions = states.list_executions(stateMachineArn=arn)["executions"]
        return executions if len(executions) >= count else None

    return [
        json.loads(states.describe_execution(executionArn=one["executionArn"])["input"]) for one in eventually(found)
    ]


def test_an_event_of_ones_own_starts_an_execution(events, states, machine, unique):
    name, target = unique(), machine()
    pattern = json.dumps({"source": [name], "detail": {"total": [{"numeric": [">", 10]}]}})
    events.put_rule(Name=name, EventPattern=pattern)
    answer = events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, "InputPath": "$.detail"}])
    assert answer["FailedEntryCount"] == 0
    entry = {"Source": name, "DetailType": "Order", "Detail": '{"total": 11}'}
    answer = events.put_events(Entries=[entry, entry | {"Detail": '{"total": 9}'}, entry | {"Detail": "["}])
    assert (answer["FailedEntryCount"], answer["Entries"][2]["ErrorCode"]) == (1, "MalformedDetail")
    assert inputs(states, target) == [{"total": 11}]


def test_an_execution_that_ends_starts_another(events, states, machine, unique):
    name, first, second = unique(), machine(), machine()
    detail = {"stateMachineArn": [first], "status": ["SUCCEEDED"]}
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.states"], "detail": detail}))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": second}])
    started = states.start_execution(stateMachineArn=first, input='{"a": 1}')["executionArn"]
    (event,) = inputs(states, second)
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["resources"] == [started]
    assert event["detail"]["input"] == event["detail"]["output"] == '{"a": 1}'


def test_rules_are_described_listed_tagged_and_removed(events, unique, machine):
    name, target = unique(), machine()
    events.create_event_bus(Name=name)
    events.put_rule(Name="one", EventBusName=name, EventPattern='{"a": [1]}', Description="first")
    events.put_targets(Rule="one", EventBusName=name, Targets=[{"Id": "x", "Arn": target}])
    described = events.describe_rule(Name="one", EventBusName=name)
    assert (described["State"], described["Description"]) == ("ENABLED", "first")
    assert described["Arn"].endswith(f":rule/{name}/one")
    events.disable_rule(Name="one", EventBusName=name)
    assert [rule["State"] for rule in events.list_rules(EventBusName=name)["Rules"]] == ["DISABLED"]
    assert events.list_rule_names_by_target(TargetArn=target, EventBusName=name)["RuleNames"] == ["one"]
    events.tag_resource(ResourceARN=described["Arn"], Tags=[{"Key": "k", "Value": "v"}])
    assert events.list_tags_for_resource(ResourceARN=described["Arn"])["Tags"] == [{"Key": "k", "Value": "v"}]
    with pytest.raises(ClientError, match="Rule can't be deleted since it has targets"):
        events.delete_rule(Name="one", EventBusName=name)
    assert events.remove_targets(Rule="one", EventBusName=name, Ids=["x", "y"])["FailedEntryCount"] == 1
    events.delete_rule(Name="one", EventBusName=name)
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name="one", EventBusName=name)
    assert name in [bus["Name"] for bus in events.list_event_buses()["EventBuses"]]
    events.delete_event_bus(Name=name)


def test_what_is_refused(events, unique):
    with pytest.raises(events.exceptions.InvalidEventPatternException, match="Event pattern is not valid"):
        events.put_rule(Name=unique(), EventPattern='{"a": "x"}')
    with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
        events.put_rule(Name=unique(), ScheduleExpression="rate(1 minutes)")
    with pytest.raises(events.exceptions.ResourceNotFoundException, match="Rule nothing does not exist on EventBus"):
        events.put_targets(Rule="nothing", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:000000000000:q"}])
    name = unique()
    events.put_rule(Name=name, EventPattern='{"a": [1]}')
    with pytest.raises(ClientError, match="Provided Arn is not in correct format"):
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": "arn:aws:nothing:us-east-1:1:x"}])


def test_a_pattern_is_tried(events):
    event = json.dumps({"id": "1", "source": "a", "detail": {"x": 5}})
    assert events.test_event_pattern(EventPattern='{"detail": {"x": [{"numeric": ["=", 5]}]}}', Event=event)["Result"]
    assert not events.test_event_pattern(EventPattern='{"source": [{"anything-but": "a"}]}', Event=event)["Result"]


def test_a_span_of_a_schedule_is_made_up_for_once(events, states, machine, unique, at):
    name, target = unique(), machine()
    events.put_rule(Name=name, ScheduleExpression="cron(0 6 * * ? *)", State="DISABLED")
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, "InputPath": "$.time"}])
    span = ("--from", "2026-11-01", "--to", "2026-11-03T06:00:00")
    code, out, _ = at("backfill", name, *span, "--dry-run")
    assert (code, out.count("would start ")) == (0, 2)
    for started in (2, 0):
        code, out, _ = at("backfill", name, *span)
        assert (code, out.count(f"started {name}")) == (0, started)
    code, out, err = at("backfill", name, "--from", "2026-11-01", "--to", "2026-11-01T01:00:00")
    assert (code, out, "does not fire in that span" in err) == (0, "", True)
    code, _, err = at("backfill", name, "--from", "2026-11-02", "--to", "2026-11-01")
    assert (code, "ends before it begins" in err) == (2, True)
    assert sorted(inputs(states, target, 2)) == ["2026-11-01T06:00:00Z", "2026-11-02T06:00:00Z"]
