"""EventBridge Scheduler by boto3: schedules that start state machines, and AWS's errors."""

import json
import time
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from e2e_process import ROLE, eventually


@pytest.fixture(scope="module")
def scheduler(client_of, server):
    return client_of("scheduler", server)


OFF = {"Mode": "OFF"}


def once_soon(scheduler, unique, **given):
    """A schedule that fires once and deletes itself, and its name. One that was made too late is made again."""
    for ahead_seconds in (2, 10, 60):
        name, soon = unique(), datetime.fromtimestamp(int(time.time()) + ahead_seconds, UTC)
        made = scheduler.create_schedule(
            Name=name,
            ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow=OFF,
            ActionAfterCompletion="DELETE",
            **given,
        )
        try:
            if scheduler.get_schedule(Name=name)["CreationDate"] < soon:
                return made, name
        except scheduler.exceptions.ResourceNotFoundException:
            return made, name
    raise AssertionError("this machine takes a minute to make a schedule")


def test_a_schedule_starts_a_state_machine_once(scheduler, states, machine, unique):
    arn = machine(A={"Type": "Pass", "End": True})
    target = {"Arn": arn, "RoleArn": ROLE, "Input": '{"from": "<aws.scheduler.schedule-arn>"}'}
    made, name = once_soon(scheduler, unique, Target=target)
    (ran,) = eventually(lambda: states.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"])
    described = states.describe_execution(executionArn=ran["executionArn"])
    assert json.loads(described["input"]) == {"from": made["ScheduleArn"]}
    eventually(lambda: name not in [each["Name"] for each in scheduler.list_schedules()["Schedules"]])


def refused(call, **input):
    with pytest.raises(ClientError) as caught:
        call(**input)
    return caught.value.response["Error"]["Code"]


def test_schedules_and_groups_from_creation_to_deletion(scheduler, unique):
    group, name = unique(), unique()
    scheduler.create_schedule_group(Name=group, Tags=[{"Key": "a", "Value": "b"}])
    assert refused(scheduler.create_schedule_group, Name=group) == "ConflictException"
    queue = "arn:aws:sqs:us-east-1:000000000000:q"
    given = {
        "Name": name,
        "GroupName": group,
        "ScheduleExpression": "cron(0 9 ? * MON-FRI *)",
        "ScheduleExpressionTimezone": "Europe/Vienna",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        "Target": {"Arn": queue, "RoleArn": ROLE, "Input": "hello", "RetryPolicy": {"MaximumRetryAttempts": 3}},
        "StartDate": datetime(2030, 1, 1, tzinfo=UTC),
        "Description": "mornings",
    }
    made = scheduler.create_schedule(**given)["ScheduleArn"]
    assert refused(scheduler.create_schedule, **given) == "ConflictException"
    shown = scheduler.get_schedule(Name=name, GroupName=group)
    assert {key: shown[key] for key in given} == given
    assert (shown["Arn"], shown["State"], shown["ActionAfterCompletion"]) == (made, "ENABLED", "NONE")
    scheduler.update_schedule(**{**given, "State": "DISABLED"})
    (listed,) = scheduler.list_schedules(GroupName=group, State="DISABLED")["Schedules"]
    assert (listed["Name"], listed["Target"]) == (name, {"Arn": queue})
    assert [each["Name"] for each in scheduler.list_schedule_groups(NamePrefix=group)["ScheduleGroups"]] == [group]
    arn = scheduler.get_schedule_group(Name=group)["Arn"]
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]
    bad = {**given, "Name": unique()}
    assert refused(scheduler.create_schedule, **{**bad, "ScheduleExpression": "often"}) == "ValidationException"
    assert refused(scheduler.create_schedule, **{**bad, "GroupName": "none"}) == "ResourceNotFoundException"
    nowhere = {**bad, "Target": {"Arn": "arn:aws:ec2:us-east-1:000000000000:instance/i-1", "RoleArn": ROLE}}
    assert refused(scheduler.create_schedule, **nowhere) == "ValidationException"
    scheduler.delete_schedule_group(Name=group)
    assert refused(scheduler.get_schedule, Name=name, GroupName=group) == "ResourceNotFoundException"
