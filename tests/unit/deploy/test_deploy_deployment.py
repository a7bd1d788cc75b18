"""A deployment against a server that lacks operations, refuses calls, or has resources of its own."""

import json

import botocore.session
import pytest

from podium.deploy.assets import Assets
from podium.deploy.deployment import StackDeployment, remove
from podium.deploy.errors import Interrupted, Refused, TemplateError
from podium.deploy.kinds.contract import Owned
from podium.deploy.plan import Options
from podium.deploy.server import Unsupported
from podium.deploy.sources import StackSource

SESSION = botocore.session.Session()
MODELS = {service: SESSION.get_service_model(service) for service in ("stepfunctions", "lambda", "events", "scheduler")}


class FakeServer:
    """Has nothing, answers what creates and validates, and keeps what it was asked."""

    region, account, endpoint = "eu-west-1", "123456789012", "http://fake"

    def __init__(self, lacks=(), refuses=()):
        self.lacks, self.refuses = lacks, refuses
        self.asked = []

    def arn(self, service, resource):
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def model(self, service, operation):
        return MODELS[service].operation_model(operation)

    def listed(self, service, operation, member, **input):
        return iter(())

    def wait(self, service, waiter, **input):
        self.asked.append(waiter)

    def call(self, service, operation, missing="", **input):
        if operation in self.lacks:
            raise Unsupported(operation)
        if operation in self.refuses:
            raise Refused(f"{operation} refused")
        if missing:
            return None
        self.asked.append(operation)
        return {
            "validate_state_machine_definition": lambda: {"result": "OK", "diagnostics": []},
            "create_state_machine": lambda: {"stateMachineArn": self.arn("states", f"stateMachine:{input['name']}")},
            "create_function": lambda: {"FunctionArn": self.arn("lambda", f"function:{input['FunctionName']}")},
            "publish_version": lambda: {"Version": "7"},
            "tag_resource": dict,
            "create_activity": lambda: {"activityArn": self.arn("states", f"activity:{input['name']}")},
            "create_alias": lambda: {"AliasArn": f"{input['FunctionName']}:{input['Name']}"},
        }[operation]()


def function(**properties):
    base = {"Handler": "index.handler", "Runtime": "python3.12", "Role": {"Fn::GetAtt": ["Role", "Arn"]}}
    return {"Type": "AWS::Lambda::Function", "Properties": {**base, "Code": {"ZipFile": "x"}, **properties}}


def activity(name):
    return {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": name}}


def machine(resource):
    states = {"A": {"Type": "Task", "Resource": "${r}", "End": True}}
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "Definition": {"StartAt": "A", "States": states},
            "DefinitionSubstitutions": {"r": resource},
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        },
    }


ROLE = {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": {"Fn::Sub": "${AWS::StackName}-role"}}}}
VERSIONED = {
    **ROLE,
    "F": function(),
    "V": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}}},
    "L": {
        "Type": "AWS::Lambda::Alias",
        "Properties": {
            "FunctionName": {"Ref": "F"},
            "Name": "live",
            "FunctionVersion": {"Fn::GetAtt": ["V", "Version"]},
        },
    },
    "M": machine({"Ref": "V"}),
}


def deployment(server, tmp_path, resources, **options):
    source = StackSource("shop", tmp_path / "t.json", {"Resources": resources}, Assets(tmp_path))
    return StackDeployment(server, source, Options("shop", **options))


def actions(plan):
    return {change.logical_id: change.action for change in plan.changes}


def test_operations_the_server_lacks_are_skipped_and_named(tmp_path):
    server = FakeServer(lacks=("list_versions_by_function", "get_alias", "get_policy"))
    stack = deployment(server, tmp_path, VERSIONED)
    plan = stack.plan()
    assert actions(plan) == {"F": "create", "V": "skipped", "L": "skipped", "M": "create", "Role": "left"}
    notes = {change.logical_id: change.notes for change in plan.changes if change.action == "skipped"}
    assert notes["V"] == ("the server has no list_versions_by_function",)
    assert any("M uses V, which only AWS can know" in warning for warning in plan.warnings)
    done = []
    stack.apply(plan, done.append)
    assert [change.logical_id for change in done] == ["F", "M"]
    assert "publish_version" not in server.asked


def test_what_cannot_be_foreseen_is_evaluated_again_when_it_is_known(tmp_path):
    server = FakeServer()
    stack = deployment(server, tmp_path, VERSIONED)
    plan = stack.plan()
    assert server.asked == ["validate_state_machine_definition"]
    stack.apply(plan, lambda change: None)
    calls = [operation for operation in server.asked if operation != "validate_state_machine_definition"]
    assert calls[:3] == ["create_function", "function_active_v2", "publish_version"]
    assert calls[-1] == "create_state_machine"


def test_a_version_is_known_by_its_number_once_it_is_published(tmp_path):
    given = []

    class Keeping(FakeServer):
        def call(self, service, operation, missing="", **input):
            if operation == "create_state_machine":
                given.append(json.loads(input["definition"])["States"]["A"]["Resource"])
            return super().call(service, operation, missing, **input)

    stack = deployment(Keeping(), tmp_path, VERSIONED)
    stack.apply(stack.plan(), lambda change: None)
    [resource] = given
    assert resource.startswith("arn:aws:lambda:eu-west-1:123456789012:function:shop-F-")
    assert resource.endswith(":7")


def test_a_refused_call_ends_it_there_and_says_where_it_stands(tmp_path):
    server = FakeServer(refuses=("create_function",))
    resources = {"A": activity("a"), **ROLE, "F": function(), "M": machine({"Fn::GetAtt": ["F", "Arn"]})}
    stack = deployment(server, tmp_path, resources)
    plan = stack.plan()
    reported = []
    with pytest.raises(Interrupted, match="F: create_function refused") as stopped:
        stack.apply(plan, reported.append)
    assert "create_state_machine" not in server.asked
    assert (stopped.value.done, stopped.value.failed, stopped.value.open) == (["A"], "F", ["M"])
    assert [change.logical_id for change in reported] == ["A"]


def test_a_removal_that_is_refused_says_what_is_left():
    def refuse():
        raise Refused("busy")

    nothing = lambda: None  # noqa: E731
    owned = [
        Owned("A", "T", "a", False, nothing, nothing),
        Owned("B", "T", "b", False, refuse, nothing),
        Owned("C", "T", "c", True, refuse, nothing),
    ]
    with pytest.raises(Interrupted) as stopped:
        remove(owned, set(), lambda change: None, before=("M",))
    assert (stopped.value.done, stopped.value.failed, stopped.value.open) == (["M", "A"], "B", ["C"])


def test_rules_and_schedules_where_the_server_has_none_are_skipped(tmp_path):
    server = FakeServer(lacks=("describe_rule", "get_schedule", "list_event_buses", "list_schedules"))
    target = {"Arn": "arn:aws:states:eu-west-1:123456789012:stateMachine:m", "RoleArn": "arn:aws:iam::1:role/r"}
    resources = {
        "R": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 day)"}},
        "S": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": target,
            },
        },
    }
    plan = deployment(server, tmp_path, resources).plan()
    assert actions(plan) == {"R": "skipped", "S": "skipped"}


@pytest.mark.parametrize(
    ("type_", "properties", "said"),
    [
        ("Events::Rule", {"Targets": []}, "one of EventPattern and ScheduleExpression must be there"),
        ("Events::Rule", {"ScheduleExpresion": "x"}, "did you mean ScheduleExpression"),
        (
            "Events::Rule",
            {"ScheduleExpression": "rate(1 day)", "Targets": [{"Id": "1"}]},
            r"Targets\[0\]: the property Arn is missing",
        ),
        ("Scheduler::Schedule", {"ScheduleExpression": "rate(1 day)"}, "the property Target is missing"),
        (
            "Scheduler::Schedule",
            {
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": "a", "RoleArn": "r"},
                "StartDate": "soon",
            },
            "StartDate: must be a date and time",
        ),
        ("Events::EventBus", {}, "the property Name is missing"),
    ],
)
def test_wrong_properties_of_rules_and_schedules(tmp_path, type_, properties, said):
    resources = {"X": {"Type": f"AWS::{type_}", "Properties": properties}}
    with pytest.raises(TemplateError, match=said):
        deployment(FakeServer(), tmp_path, resources).plan()


def test_a_skipped_resource_is_left_and_its_values_are_those_given(tmp_path):
    resources = {**ROLE, "F": function(), "M": machine({"Fn::GetAtt": ["F", "Arn"]})}
    stack = deployment(FakeServer(), tmp_path, resources, skip=frozenset({"F"}), attributes={"F.Arn": "arn:given"})
    plan = stack.plan()
    assert actions(plan) == {"F": "skipped", "M": "create", "Role": "left"}
    assert plan.warnings == []


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ({"F": function(Timeot=3)}, "Properties/Timeot: there is no such property; did you mean Timeout?"),
        ({"F": function(Timeout="x")}, "Properties/Timeout: must be a number."),
        ({"F": function(Code={"S3Bucket": "b", "S3Key": "k"})}, "nothing local stands for the S3 object 'k'"),
        ({"F": function(Code={"Image": "i"})}, "leave the function to AWS with --skip F."),
        ({"F": function(Environment={"Variables": ["a"]})}, "Environment/Variables: must be a mapping."),
        (
            {"V": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": "other"}}},
            "function:other is not made by this template",
        ),
        (
            {"A": {"Type": "AWS::StepFunctions::StateMachineAlias", "Properties": {"Name": "live"}}},
            "one of RoutingConfiguration and DeploymentPreference must be there",
        ),
        ({"A": {"Type": "AWS::StepFunctions::Activity"}}, "the property Name is missing"),
    ],
)
def test_wrong_properties_are_found_before_anything_is_made(tmp_path, resources, said):
    server = FakeServer()
    with pytest.raises(TemplateError) as raised:
        deployment(server, tmp_path, {**ROLE, **resources}).plan()
    assert said in str(raised.value)
    assert server.asked == []


def test_an_image_of_the_app_is_named_with_how_it_is_built(tmp_path):
    uri = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:d0c"}
    made_of_image = {"PackageType": "Image", "Code": {"ImageUri": uri}, "Role": "arn:aws:iam::123456789012:role/r"}
    resources = {"F": {"Type": "AWS::Lambda::Function", "Properties": made_of_image}}
    assets = Assets(tmp_path, images={"d0c": tmp_path / "asset.d0c"})
    source = StackSource("shop", tmp_path / "t.json", {"Resources": resources}, assets)
    [change] = StackDeployment(FakeServer(), source, Options("shop")).plan().changes
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/assets:d0c"
    assert change.notes == (f"its image is built by: docker build -t {image} {tmp_path / 'asset.d0c'}",)


def test_a_condition_that_does_not_hold_leaves_the_resource_out(tmp_path):
    conditional = {"A": {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": "a"}, "Condition": "Never"}}
    document = {
        "Conditions": {"Never": {"Fn::Equals": [1, 2]}},
        "Resources": {**ROLE, **conditional},
        "Outputs": {"Gone": {"Value": {"Ref": "A"}, "Condition": "Never"}, "Role": {"Value": {"Ref": "Role"}}},
    }
    stack = StackDeployment(FakeServer(), StackSource("shop", tmp_path, document, Assets(tmp_path)), Options("shop"))
    assert actions(stack.plan()) == {"Role": "left"}
    assert [(output.name, output.value) for output in stack.outputs()] == [("Role", "shop-role")]
