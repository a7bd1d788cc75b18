"""Starting a test case of the mock configuration: STATE_MACHINE_ARN#TEST_CASE."""

import json

import pytest

from podium.api.errors import ApiError
from podium.api.operations.executions import start_execution
from podium.api.operations.express import start_sync_execution
from podium.api.operations.state_machines import create_state_machine
from podium.integrations.mock_configuration import MockConfiguration

ROLE = "arn:aws:iam::123456789012:role/r"
DEFINITION = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})


@pytest.fixture
def create(services, context, tmp_path):
    file = tmp_path / "mocks.json"
    file.write_text(json.dumps({"StateMachines": {"m": {"TestCases": {"Happy": {}}}}}))
    services.mocks = MockConfiguration(file)

    async def create(machine_type="STANDARD"):
        given = {"name": "m", "definition": DEFINITION, "roleArn": ROLE, "type": machine_type}
        return (await create_state_machine(services, context, given))["stateMachineArn"]

    return create


async def test_the_test_case_goes_with_the_execution_and_is_no_part_of_its_arn(create, services, context, monkeypatch):
    asked = []
    start = services.engine.start_execution

    async def watched(**given):
        asked.append((given["test_case"], given["state_machine"].arn))
        return await start(**given)

    monkeypatch.setattr(services.engine, "start_execution", watched)
    arn = await create()
    started = await start_execution(services, context, {"stateMachineArn": f"{arn}#Happy", "name": "n"})
    await start_execution(services, context, {"stateMachineArn": arn, "name": "plain"})
    assert started["executionArn"] == arn.replace("stateMachine", "execution") + ":n"
    assert asked == [("Happy", arn), (None, arn)]


async def test_express_executions_have_test_cases_too(create, services, context):
    arn = await create("EXPRESS")
    await start_execution(services, context, {"stateMachineArn": f"{arn}#Happy"})
    await start_sync_execution(services, context, {"stateMachineArn": f"{arn}#Happy"})
    assert [info.test_case for info, _, _ in services.engine.express.asked] == ["Happy", "Happy"]


async def test_a_test_case_the_file_does_not_have_is_refused(create, services, context):
    arn = await create()
    with pytest.raises(ApiError) as refused:
        await start_execution(services, context, {"stateMachineArn": f"{arn}#Sad"})
    assert refused.value.code == "ValidationException"
    assert "state machine 'm' has no test case 'Sad' (it has: 'Happy')." in refused.value.message


async def test_without_a_configuration_it_is_part_of_the_name_as_on_aws(create, services, context):
    arn = await create()
    services.mocks = None
    with pytest.raises(ApiError) as refused:
        await start_execution(services, context, {"stateMachineArn": f"{arn}#Happy"})
    assert refused.value.code == "StateMachineDoesNotExist"
    assert f"{arn}#Happy" in refused.value.message
