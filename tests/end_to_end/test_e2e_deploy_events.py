"""`podium deploy` of rules, buses and schedules against a real server: they are there, change, fire, and go."""

import json
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError
from e2e_process import ROLE, eventually

from podium.cli.main import main

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def deploy(server, capsys, monkeypatch, tmp_path):
    """Deploys a template of resources; gives the only stack of its JSON, or its error."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)

    def deploy(resources, name, *arguments, code=0):
        path = tmp_path / "template.json"
        path.write_text(json.dumps(resources if "Resources" in resources else {"Resources": resources}))
        capsys.readouterr()
        given = ["deploy", str(path), "--stack-name", name, "--endpoint", server.endpoint, "--json", *arguments]
        assert main(given) == code
        said = capsys.readouterr()
        [stack] = json.loads(said.out)["stacks"]
        return (stack, said.err) if code else stack

    return deploy


@pytest.fixture
def events(client_of, server):
    return client_of("events", server)


@pytest.fixture
def scheduler(client_of, server):
    return client_of("scheduler", server)


def machine(**properties):
    properties = {"DefinitionString": PASS, "RoleArn": ROLE, **properties}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


def rule(**properties):
    targets = [{"Id": "Run", "Arn": {"Ref": "M"}, "RoleArn": ROLE}]
    return {"Type": "AWS::Events::Rule", "Properties": {"Targets": targets, **properties}}


def schedule(**properties):
    base = {
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": {"Ref": "M"}, "RoleArn": ROLE},
    }
    return {"Type": "AWS::Scheduler::Schedule", "Properties": {**base, **properties}}


def actions(stack):
    return {change["logicalId"]: change["action"] for change in stack["changes"]}


def differences(stack, logical_id):
    [change] = [change for change in stack["changes"] if change["logicalId"] == logical_id]
    return {(found["place"], found["before"], found["after"]) for found in change["differences"]}


def test_a_rule_on_a_bus_of_its_own_starts_the_machine(deploy, events, unique, states):
    name = unique()
    resources = {
        "M": machine(),
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": f"{name}-bus"}},
        "R": rule(EventBusName={"Ref": "Bus"}, EventPattern={"source": ["shop"]}),
    }
    stack = deploy(resources, name)
    assert actions(stack) == {"M": "create", "Bus": "create", "R": "create"}
    [arn] = [change["physicalId"] for change in stack["changes"] if change["logicalId"] == "M"]
    entry = {"Source": "shop", "DetailType": "sold", "Detail": "{}", "EventBusName": f"{name}-bus"}
    events.put_events(Entries=[entry])
    eventually(lambda: states.list_executions(stateMachineArn=arn)["executions"])
    assert set(actions(deploy(resources, name)).values()) == {"unchanged"}

    resources["R"] = rule(EventBusName={"Ref": "Bus"}, EventPattern={"source": ["store"]}, State="DISABLED")
    resources["R"]["Properties"]["Targets"][0]["Id"] = "Start"
    resources["Bus"]["Properties"]["Tags"] = [{"Key": "team", "Value": "sales"}]
    stack = deploy(resources, name)
    assert actions(stack) == {"M": "unchanged", "Bus": "change", "R": "change"}
    assert ("/EventPattern/source[0]", '"shop"', '"store"') in differences(stack, "R")
    assert ("/State", '"ENABLED"', '"DISABLED"') in differences(stack, "R")
    [made] = events.list_rules(EventBusName=f"{name}-bus")["Rules"]
    assert (made["State"], json.loads(made["EventPattern"])) == ("DISABLED", {"source": ["store"]})
    [target] = events.list_targets_by_rule(Rule=made["Name"], EventBusName=f"{name}-bus")["Targets"]
    assert (target["Id"], target["Arn"]) == ("Start", arn)

    del resources["R"], resources["Bus"]
    assert actions(deploy(resources, name)) == {"M": "unchanged", "R": "remove", "Bus": "remove"}
    with pytest.raises(ClientError, match="does not exist"):
        events.list_rules(EventBusName=f"{name}-bus")


def test_schedules_are_known_by_their_description(deploy, scheduler, unique):
    name = unique()
    resources = {
        "M": machine(),
        "G": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": f"{name}-group"}},
        "S": schedule(
            GroupName={"Ref": "G"}, Name="nightly", Description="Every night", EndDate="2036-01-01T00:00:00Z"
        ),
        "T": schedule(),
    }
    assert set(actions(deploy(resources, name)).values()) == {"create"}
    made = scheduler.get_schedule(GroupName=f"{name}-group", Name="nightly")
    assert made["Description"].startswith("Every night\n[podium:stack=")
    assert made["EndDate"].year == 2036
    assert set(actions(deploy(resources, name)).values()) == {"unchanged"}

    resources["S"]["Properties"] |= {"ScheduleExpression": "rate(2 days)", "Description": "Every other night"}
    stack = deploy(resources, name)
    assert differences(stack, "S") == {
        ("/ScheduleExpression", '"rate(1 day)"', '"rate(2 days)"'),
        ("/Description", '"Every night"', '"Every other night"'),
    }
    resources["T"]["DeletionPolicy"] = "Retain"
    deploy(resources, name)
    del resources["T"]
    assert actions(deploy(resources, name))["T"] == "keep"
    [kept] = [one for one in scheduler.list_schedules()["Schedules"] if one["Name"].startswith(name[:10])]
    assert "Description" not in (there := scheduler.get_schedule(Name=kept["Name"])) or not there["Description"]
    scheduler.delete_schedule(Name=kept["Name"])

    stack = deploy(resources, name, "--delete")
    assert set(actions(stack).values()) == {"remove"}
    with suppress(scheduler.exceptions.ResourceNotFoundException):
        scheduler.get_schedule_group(Name=f"{name}-group")
        pytest.fail("the group is still there")


def test_events_of_a_sam_state_machine_are_made_and_an_api_is_left(deploy, events, unique):
    name = unique()
    sources = {
        "Nightly": {"Type": "Schedule", "Properties": {"Schedule": "cron(0 3 * * ? *)", "Input": '{"a": 1}'}},
        "Hourly": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 hour)"}},
        "Sold": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["shop"]}}},
        "Web": {"Type": "Api", "Properties": {"Path": "/start", "Method": "post"}},
    }
    properties = {"Definition": json.loads(PASS), "Role": ROLE, "Events": sources}
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Report": {"Type": "AWS::Serverless::StateMachine", "Properties": properties}},
    }
    stack = deploy(template, name)
    told = {(change["type"], change["action"]) for change in stack["changes"]}
    assert told >= {
        ("AWS::Events::Rule", "create"),
        ("AWS::Scheduler::Schedule", "create"),
        ("AWS::ApiGateway::RestApi", "left"),
    }
    made = [change["physicalId"] for change in stack["changes"] if change["type"] == "AWS::Events::Rule"]
    rules = {one["Arn"]: one for one in events.list_rules()["Rules"]}
    assert {rules[arn].get("ScheduleExpression") for arn in made} == {"cron(0 3 * * ? *)", None}
    assert set(actions(deploy(template, name)).values()) == {"unchanged", "left"}
    assert "remove" in actions(deploy(template, name, "--delete")).values()


def test_a_target_the_server_refuses_says_where_the_stack_stands(deploy, unique):
    name = unique()
    resources = {
        "M": machine(),
        "R": rule(ScheduleExpression="rate(1 day)", Targets=[{"Id": "1", "Arn": "arn:aws:ecs:us-east-1:1:cluster/c"}]),
        "Z": {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": f"{name}-z"}, "DependsOn": "R"},
    }
    stack, err = deploy(resources, name, code=1)
    assert stack["stopped"] == {"failed": "R", "done": ["M"], "notBegun": ["Z"]}
    assert "R: PutTargets answered ValidationException" in err
    assert "  not begun  Z\n" in err
    assert "nothing is rolled back: deploy again when it is mended" in err
    assert "--skip R leaves it out" in err
    assert actions(deploy(resources, name, "--skip", "R"))["Z"] == "create"
    deploy(resources, name, "--delete")
