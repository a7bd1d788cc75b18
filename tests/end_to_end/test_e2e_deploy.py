"""`podium deploy` against a real server: what a template says is there afterwards, and runs."""

import json
import shutil
from pathlib import Path

import pytest
from e2e_process import ROOT, podium

from podium.cli.main import main

EXAMPLE = ROOT / "examples" / "sam-orders"
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def deploy(server, capsys, monkeypatch):
    """Deploys in this process: arguments to exit code, stdout and stderr."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)

    def deploy(*arguments, endpoint=None):
        capsys.readouterr()
        code = main(["deploy", *map(str, arguments), "--endpoint", endpoint or server.endpoint])
        said = capsys.readouterr()
        return code, said.out, said.err

    return deploy


@pytest.fixture
def told(deploy):
    """The only stack of a deployment's JSON."""

    def told(*arguments):
        code, out, err = deploy(*arguments, "--json")
        assert (code, err) == (0, "")
        [stack] = json.loads(out)["stacks"]
        return stack

    return told


@pytest.fixture
def template(tmp_path):
    """Writes a template of resources and returns its path."""

    def template(resources, **sections):
        path = tmp_path / "template.json"
        path.write_text(json.dumps({"Resources": resources, **sections}))
        return path

    return template


def machine(definition=PASS, **properties):
    properties = {"DefinitionString": definition, "RoleArn": "arn:aws:iam::000000000000:role/r", **properties}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


def actions(stack):
    return {(change["logicalId"], change["action"]) for change in stack["changes"]}


def test_a_sam_template_with_functions_and_a_state_machine_runs(told, unique, run, states):
    stack = told(EXAMPLE, "--stack-name", (name := unique()))
    made = {"Review", "CheckStock", "ChargeCard", "Orders"}
    left = {"OrdersLog", "OrdersRole", "CheckStockRole", "ChargeCardRole"}
    assert actions(stack) == {(one, "create") for one in made} | {(one, "left") for one in left}
    arn = stack["outputs"]["OrdersArn"]
    ended = run(arn, {"orderId": "o-1", "items": ["lamp", "lamp"]})
    assert json.loads(ended["output"]) == {"orderId": "o-1", "charged": "78.00 XTS", "stage": "test"}
    assert run(arn, {"orderId": "o-2", "items": ["rug"]})["error"] == "Order.SoldOut"
    described = states.describe_state_machine(stateMachineArn=arn)
    assert described["name"] == f"{name}-test"
    assert described["loggingConfiguration"]["level"] == "ALL"
    group = described["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    assert group == f"arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/states/{name}:*"


def test_a_second_deployment_changes_nothing_and_says_so(deploy, unique, states, functions):
    arguments = (EXAMPLE, "--stack-name", unique(), "--parameter-overrides", "Stage=live")
    assert deploy(*arguments)[0] == 0
    before = [function["RevisionId"] for function in functions.list_functions()["Functions"]]
    code, out, _ = deploy(*arguments)
    assert code == 0
    assert "4 unchanged, 4 left to AWS.\nNothing to change." in out
    assert before == [function["RevisionId"] for function in functions.list_functions()["Functions"]]


def test_an_update_shows_what_differs_in_meaning_and_does_it(told, deploy, tmp_path, unique, states, run):
    app = tmp_path / "app"
    shutil.copytree(EXAMPLE, app)
    name = unique()
    arn = told(app, "--stack-name", name)["outputs"]["OrdersArn"]
    revision = states.describe_state_machine(stateMachineArn=arn).get("revisionId")
    file = app / "statemachine" / "orders.asl.json"
    definition = json.loads(file.read_text())
    definition["States"]["ChargeCard"]["Retry"][0]["MaxAttempts"] = 5
    file.write_text(json.dumps(definition, indent=7))
    source = (app / "functions" / "orders.py").read_text()
    (app / "functions" / "orders.py").write_text(source.replace('"stage"', '"phase"'))

    shown = told(app, "--stack-name", name, "--dry-run")
    assert not shown["deployed"]
    assert states.describe_state_machine(stateMachineArn=arn).get("revisionId") == revision
    changed = {change["logicalId"]: change["differences"] for change in shown["changes"] if change["differences"]}
    place = "definition /States/ChargeCard/Retry[0]/MaxAttempts"
    assert changed["Orders"] == [{"place": place, "before": "2", "after": "5"}]
    assert [difference["place"] for difference in changed["ChargeCard"]] == ["Code"]

    code, out, _ = deploy(app, "--stack-name", name)
    assert code == 0
    assert f"      {place}: 2 -> 5\n" in out
    assert states.describe_state_machine(stateMachineArn=arn)["revisionId"] != revision
    assert json.loads(run(arn, {"orderId": "o", "items": []})["output"])["phase"] == "test"


def test_layout_alone_is_no_change(told, template, unique):
    name = unique()
    told(template({"M": machine(PASS)}), "--stack-name", name)
    again = told(template({"M": machine(json.dumps(json.loads(PASS), indent=3))}), "--stack-name", name)
    assert actions(again) == {("M", "unchanged")}


def test_what_leaves_the_template_is_removed_unless_kept_or_retained(told, template, unique, states):
    name = unique()
    gone, stays, held = machine(), machine(), machine() | {"DeletionPolicy": "Retain"}
    made = told(template({"Gone": gone, "Stays": stays, "Held": held}), "--stack-name", name)
    arns = {change["logicalId"]: change["physicalId"] for change in made["changes"]}
    smaller = template({"Stays": stays})
    kept = told(smaller, "--stack-name", name, "--keep")
    assert actions(kept) == {("Stays", "unchanged"), ("Gone", "keep"), ("Held", "keep")}
    assert states.describe_state_machine(stateMachineArn=arns["Gone"])["status"] == "ACTIVE"

    removed = told(smaller, "--stack-name", name)
    assert actions(removed) == {("Stays", "unchanged"), ("Gone", "remove"), ("Held", "keep")}
    with pytest.raises(states.exceptions.StateMachineDoesNotExist):
        states.describe_state_machine(stateMachineArn=arns["Gone"])
    assert states.list_tags_for_resource(resourceArn=arns["Held"])["tags"] == []
    assert actions(told(smaller, "--stack-name", name)) == {("Stays", "unchanged")}


def all_machines(states):
    """Of every page: other tests' machines are on the same server."""
    return [
        machine for page in states.get_paginator("list_state_machines").paginate() for machine in page["stateMachines"]
    ]


def test_delete_removes_everything_of_the_stack_and_nothing_else(deploy, template, unique, states, functions):
    one, other = unique(), unique()
    for name in (one, other):
        assert deploy(EXAMPLE, "--stack-name", name)[0] == 0
    code, out, _ = deploy("--delete", "--stack-name", one)
    assert code == 0
    assert "4 to remove." in out
    names = [machine["name"] for machine in all_machines(states)]
    pages = functions.get_paginator("list_functions").paginate()
    names += [function["FunctionName"] for page in pages for function in page["Functions"]]
    assert not [name for name in names if name.startswith(f"{one}-")]
    assert len([name for name in names if name.startswith(f"{other}-")]) == 3
    assert "There is nothing of this stack." in deploy("--delete", "--stack-name", one)[1]


def versioned(definition, **alias):
    version = {
        "StateMachineArn": {"Ref": "M"},
        "StateMachineRevisionId": {"Fn::GetAtt": ["M", "StateMachineRevisionId"]},
    }
    return {
        "M": machine(definition),
        "V": {"Type": "AWS::StepFunctions::StateMachineVersion", "Properties": version},
        "Live": {
            "Type": "AWS::StepFunctions::StateMachineAlias",
            "Properties": {"Name": "live", **alias},
        },
    }


ROUTED = {"RoutingConfiguration": [{"StateMachineVersionArn": {"Ref": "V"}, "Weight": "100"}]}
GRADUAL = {"DeploymentPreference": {"StateMachineVersionArn": {"Ref": "V"}, "Type": "CANARY", "Percentage": 10}}


@pytest.mark.parametrize("alias", [ROUTED, GRADUAL], ids=["routing", "preference"])
def test_a_version_follows_its_machine_and_the_alias_its_version(told, template, unique, states, alias):
    name = unique()
    first = told(template(versioned(PASS, **alias)), "--stack-name", name)
    assert actions(first) == {("M", "create"), ("V", "create"), ("Live", "create")}
    arn = next(change["physicalId"] for change in first["changes"] if change["logicalId"] == "M")
    assert actions(told(template(versioned(PASS, **alias)), "--stack-name", name)) == {
        ("M", "unchanged"),
        ("V", "unchanged"),
        ("Live", "unchanged"),
    }
    changed = versioned(PASS.replace('"Pass"', '"Succeed"').replace(', "End": true', ""), **alias)
    second = told(template(changed), "--stack-name", name)
    assert actions(second) == {("M", "change"), ("V", "change"), ("V", "remove"), ("Live", "change")}
    routed = states.describe_state_machine_alias(stateMachineAliasArn=f"{arn}:live")["routingConfiguration"]
    assert routed == [{"stateMachineVersionArn": f"{arn}:2", "weight": 100}]
    versions = states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [version["stateMachineVersionArn"] for version in versions] == [f"{arn}:2"]
    assert {action for _, action in actions(told(template(changed), "--stack-name", name))} == {"unchanged"}
    notes = [note for change in second["changes"] for note in change["notes"] if change["logicalId"] == "Live"]
    assert ("CANARY is left to AWS: all traffic shifts at once" in notes) == (alias is GRADUAL)


def test_tags_settings_and_activities_follow_the_template(told, template, unique, states):
    name, activity = unique(), unique()
    log = {"LogGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:g:*"}
    logging = {"Level": "ERROR", "IncludeExecutionData": "true", "Destinations": [{"CloudWatchLogsLogGroup": log}]}

    def resources(team, **settings):
        tags = [{"Key": "team", "Value": team}]
        work = {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": activity, "Tags": tags}}
        return {"A": work, "M": machine(PASS, Tags=tags, **settings)}

    first = told(
        template(resources("red", LoggingConfiguration=logging, TracingConfiguration={"Enabled": "true"})),
        "--stack-name",
        name,
    )
    arn = next(change["physicalId"] for change in first["changes"] if change["logicalId"] == "M")
    described = states.describe_state_machine(stateMachineArn=arn)
    assert described["tracingConfiguration"] == {"enabled": True}
    assert described["loggingConfiguration"]["includeExecutionData"] is True
    second = told(template(resources("blue")), "--stack-name", name)
    assert actions(second) == {("A", "change"), ("M", "change")}
    assert states.describe_state_machine(stateMachineArn=arn)["loggingConfiguration"]["level"] == "OFF"
    for tagged in (arn, f"arn:aws:states:us-east-1:000000000000:activity:{activity}"):
        tags = states.list_tags_for_resource(resourceArn=tagged)["tags"]
        assert {"key": "team", "value": "blue"} in tags


def test_an_invalid_definition_stops_everything_before_it_begins(deploy, template, unique, states):
    name = unique()
    broken = machine(PASS.replace('"A": {', '"B": {'))
    code, _, err = deploy(template({"Good": machine(), "Broken": broken}), "--stack-name", name)
    assert code == 1
    assert "template.json: Broken: /StartAt: Missing 'Next' target: A [MISSING_TRANSITION_TARGET]" in err
    assert err.endswith("podium deploy: nothing was changed.\n")
    names = [machine["name"] for machine in all_machines(states)]
    assert not [machine for machine in names if machine.startswith(name)]


def test_an_invalid_update_changes_nothing(deploy, template, unique, states):
    name = unique()
    assert deploy(template({"M": machine()}), "--stack-name", name)[0] == 0
    code, _, err = deploy(template({"M": machine(PASS.replace("Pass", "Passs"))}), "--stack-name", name)
    assert code == 1
    assert "template.json: M: /States/A/Type:" in err
    [arn] = [one["stateMachineArn"] for one in all_machines(states) if f"{name}-M" in one["name"]]
    assert json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"]) == json.loads(PASS)


def test_what_somebody_else_made_is_not_taken_over(deploy, template, unique, states):
    taken = unique()
    states.create_state_machine(name=taken, definition=PASS, roleArn="arn:aws:iam::000000000000:role/r")
    code, _, err = deploy(template({"M": machine(StateMachineName=taken)}), "--stack-name", unique())
    assert code == 2
    assert f"stateMachine:{taken} exists already and is not of the stack" in err


@pytest.mark.parametrize(
    ("resources", "arguments", "said"),
    [
        ({"M": machine(Definitions="x")}, (), "Properties/Definitions: there is no such property; did you mean Def"),
        ({"M": machine(RoleArn={"Ref": "Rol"})}, (), "Properties/RoleArn/Ref: there is no resource or parameter Rol"),
        ({"M": machine(RoleArn={"Fn::ImportValue": "r"})}, (), 'the export "r" is another stack\'s'),
        ({"M": machine(TracingConfiguration={"Enabled": "maybe"})}, (), "TracingConfiguration/Enabled: must be true"),
        ({"M": machine()}, ("--parameter-overrides", "Stage=x"), "the template has no Stage; its Parameters are none."),
        ({"M": machine()}, ("--skip", "N"), "--skip: the template has no N; its Resources are M."),
        ({"M": machine()}, ("--stack-name", "a_b"), "'a_b' is no stack name"),
        ({"M": {"Type": 5}}, (), "Resources/M: a resource is a mapping with a Type."),
    ],
)
def test_a_wrong_template_is_a_sentence_and_exit_code_2(deploy, template, resources, arguments, said):
    code, out, err = deploy(template(resources), *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_no_server_is_exit_code_3(deploy, template):
    code, _, err = deploy(template({"M": machine()}), endpoint="http://127.0.0.1:9")
    assert code == 3
    assert "no server answers at http://127.0.0.1:9; start one with `podium serve`" in err


def test_a_stack_of_an_app_imports_what_another_exports(deploy, tmp_path, unique):
    one, other = unique(), unique()
    exported = {"Arn": {"Value": {"Ref": "M"}, "Export": {"Name": "the-machine"}}}
    child = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${arn}", "End": True}}}
    imported = {"DefinitionSubstitutions": {"arn": {"Fn::ImportValue": "the-machine"}}}
    (tmp_path / "one.template.json").write_text(json.dumps({"Resources": {"M": machine()}, "Outputs": exported}))
    (tmp_path / "other.template.json").write_text(
        json.dumps({"Resources": {"N": machine(json.dumps(child), **imported)}})
    )

    def stack(name, file, *needs):
        properties = {"templateFile": file, "stackName": name}
        return {"type": "aws:cloudformation:stack", "properties": properties, "dependencies": list(needs)}

    artifacts = {"B": stack(other, "other.template.json", "A"), "A": stack(one, "one.template.json")}
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))
    code, out, err = deploy(tmp_path, "--json")
    assert (code, err) == (0, "")
    assert [stack["stack"] for stack in json.loads(out)["stacks"]] == [one, other]
    code, out, _ = deploy(tmp_path, "--delete")
    assert code == 0
    assert out.index(f"Stack {other} ") < out.index(f"Stack {one} ")


def test_left_resources_are_named_and_made_up_values_are_said(told, template, unique):
    cluster = {"Type": "AWS::Redshift::Cluster", "Properties": {}}
    definition = PASS.replace('"End"', '"Result": "${endpoint}", "End"')
    resources = {
        "Cluster": cluster,
        "M": machine(definition, DefinitionSubstitutions={"endpoint": {"Fn::GetAtt": ["Cluster", "Endpoint.Address"]}}),
    }
    path, name = template(resources), unique()
    stack = told(path, "--stack-name", name, "--dry-run")
    assert ("Cluster", "left") in actions(stack)
    assert "Give it with --attribute Cluster.Endpoint.Address=VALUE." in stack["warnings"][0]
    given = told(path, "--stack-name", name, "--dry-run", "--attribute", "Cluster.Endpoint.Address=db.local")
    assert given["warnings"] == []


def test_the_command_itself(server, unique):
    """As a person starts it, with the order of a terminal: nobody is asked without one."""
    done = podium("deploy", EXAMPLE, "--stack-name", unique(), "--endpoint", server.endpoint)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 to create, 4 left to AWS." in done.stdout
    assert "OrdersArn  arn:aws:states:us-east-1:000000000000:stateMachine:" in done.stdout


def test_a_person_is_asked_and_may_decline(deploy, template, unique, monkeypatch, states):
    path, name = template({"M": machine()}), unique()
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "n")
    code, out, _ = deploy(path, "--stack-name", name)
    assert (code, asked) == (1, ["Deploy these changes? [y/N] "])
    assert out.endswith("Nothing was changed.\n")
    assert deploy(path, "--stack-name", name, "--yes")[0] == 0
    assert len(asked) == 1


def test_sam_says_what_is_wrong_in_its_own_words(deploy, tmp_path):
    path = Path(tmp_path, "template.yaml")
    path.write_text("Transform: AWS::Serverless-2016-10-31\nResources:\n  M: {Type: AWS::Serverless::StateMachine}\n")
    code, _, err = deploy(path)
    assert code == 2
    assert "SAM: Resource with id [M] is invalid." in err


PUBLISHED = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Check:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.12, CodeUri: code, AutoPublishAlias: live}
  Allowed:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Check.Alias, Action: "lambda:InvokeFunction", Principal: states.amazonaws.com}
  Plain:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !GetAtt Check.Arn, Action: "lambda:InvokeFunction", Principal: events.amazonaws.com}
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      AutoPublishAlias: live
      Definition:
        StartAt: A
        States: {A: {Type: Task, Resource: !Ref Check.Alias, End: true}}
Outputs:
  Live: {Value: !Ref OrdersAliaslive}
  Function: {Value: !Ref Check}
"""


def test_published_versions_and_aliases_of_functions_and_machines_follow_the_code(
    told, tmp_path, unique, run, functions
):
    (tmp_path / "code").mkdir()
    (tmp_path / "template.yaml").write_text(PUBLISHED)
    code, name = tmp_path / "code" / "app.py", unique()
    code.write_text("def handler(event, context):\n    return [1, context.function_version]\n")
    first = told(tmp_path, "--stack-name", name)
    assert {change["action"] for change in first["changes"]} == {"create", "left"}
    assert first["warnings"] == []
    assert json.loads(run(first["outputs"]["Live"])["output"]) == [1, "1"]
    assert {change["action"] for change in told(tmp_path, "--stack-name", name)["changes"]} == {"unchanged", "left"}

    code.write_text("def handler(event, context):\n    return [2, context.function_version]\n")
    second = told(tmp_path, "--stack-name", name)
    assert json.loads(run(second["outputs"]["Live"])["output"]) == [2, "2"]
    # SAM gives the version another logical id and retains the one before.
    kept = [change["type"] for change in second["changes"] if change["action"] == "keep"]
    assert kept == ["AWS::Lambda::Version"]
    function = second["outputs"]["Function"]
    versions = functions.list_versions_by_function(FunctionName=function)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1", "2"]
    assert {change["action"] for change in told(tmp_path, "--stack-name", name)["changes"]} == {"unchanged", "left"}

    statements = json.loads(functions.get_policy(FunctionName=function)["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == [f"{name}_Plain"]
    (tmp_path / "template.yaml").write_text(
        PUBLISHED.replace("Principal: events.amazonaws.com", "Principal: s3.amazonaws.com")
    )
    changed = {
        change["logicalId"] for change in told(tmp_path, "--stack-name", name)["changes"] if change["differences"]
    }
    assert changed == {"Plain"}
    fewer = PUBLISHED[: PUBLISHED.index("  Allowed:")] + PUBLISHED[PUBLISHED.index("  Orders:") :]
    (tmp_path / "template.yaml").write_text(fewer)
    gone = {
        change["logicalId"]
        for change in told(tmp_path, "--stack-name", name)["changes"]
        if change["action"] == "remove"
    }
    assert gone == {"Allowed", "Plain"}
    told("--delete", "--stack-name", name)
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function(FunctionName=function)
