"""EncryptionConfiguration: kept and shown with state machines and activities, refused where it makes no sense."""

import pytest

from podium.api.errors import ApiError

ROLE = "arn:aws:iam::000000000000:role/any"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
KEY = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/mine", "kmsDataKeyReusePeriodSeconds": 60}
WRONG = [{"type": "CUSTOMER_MANAGED_KMS_KEY"}, {"type": "AWS_OWNED_KEY", "kmsKeyId": "alias/mine"}]


async def create(perform, **configuration):
    machine = {"name": "m", "definition": '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}', "roleArn": ROLE}
    return await perform("CreateStateMachine", machine | configuration)


async def refused(awaitable):
    with pytest.raises(ApiError) as caught:
        await awaitable
    return caught.value.code


async def test_a_state_machine_keeps_its_own(perform):
    await create(perform, encryptionConfiguration=KEY)
    shown = await perform("DescribeStateMachine", {"stateMachineArn": MACHINE})
    assert shown["encryptionConfiguration"] == KEY
    owned = {"encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}
    await perform("UpdateStateMachine", {"stateMachineArn": MACHINE, **owned})
    assert (await perform("DescribeStateMachine", {"stateMachineArn": MACHINE}))["encryptionConfiguration"] == {
        "type": "AWS_OWNED_KEY"
    }


async def test_an_update_without_one_leaves_it(perform):
    await create(perform, encryptionConfiguration=KEY)
    await perform("UpdateStateMachine", {"stateMachineArn": MACHINE, "roleArn": f"{ROLE}2"})
    shown = await perform("DescribeStateMachine", {"stateMachineArn": MACHINE})
    assert shown["encryptionConfiguration"] == KEY


async def test_an_activity_keeps_its_own(perform):
    made = await perform("CreateActivity", {"name": "a", "encryptionConfiguration": KEY})
    shown = await perform("DescribeActivity", {"activityArn": made["activityArn"]})
    assert shown["encryptionConfiguration"] == KEY


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_contradicts_itself_is_refused(perform, wrong):
    await create(perform)
    asked = {"encryptionConfiguration": wrong}
    for operation, given in (
        ("CreateActivity", {"name": "a"}),
        ("UpdateStateMachine", {"stateMachineArn": MACHINE}),
        ("CreateStateMachine", {"name": "n", "definition": "{}", "roleArn": ROLE}),
    ):
        assert await refused(perform(operation, given | asked)) == "InvalidEncryptionConfiguration"
