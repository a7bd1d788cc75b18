"""LoggingConfiguration: its defaults, and what AWS refuses in its words."""

import pytest

from podium.api.errors import ApiError
from podium.api.logging_configuration import logging_configuration


def group(arn="arn:aws:logs:us-east-1:000000000000:log-group:g:*"):
    return {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}


async def refusal(services, configuration):
    with pytest.raises(ApiError) as refused:
        await logging_configuration(services, {"loggingConfiguration": configuration})
    assert refused.value.code == "InvalidLoggingConfiguration"
    return refused.value.message.removeprefix("Invalid Logging Configuration: ")


async def test_what_is_left_out_is_off(services):
    assert await logging_configuration(services, {}) is None
    off = {"level": "OFF", "includeExecutionData": False}
    assert await logging_configuration(services, {"loggingConfiguration": {}}) == off
    empty = {"destinations": []}
    assert await logging_configuration(services, {"loggingConfiguration": empty}) == {**off, **empty}


async def test_a_destination_is_kept_as_it_came(services):
    given = {"level": "ALL", "includeExecutionData": True, "destinations": [group()]}
    assert await logging_configuration(services, {"loggingConfiguration": given}) == given


@pytest.mark.parametrize("level", ["ALL", "ERROR", "FATAL"])
async def test_logging_needs_one_destination(services, level):
    one = "Must specify exactly one Log Destination."
    assert await refusal(services, {"level": level}) == one
    assert await refusal(services, {"level": level, "destinations": []}) == one
    assert await refusal(services, {"level": level, "destinations": [group(), group()]}) == one


@pytest.mark.parametrize("destination", [{}, {"cloudWatchLogsLogGroup": {}}, group("arn:aws:s3:::bucket")])
async def test_a_destination_that_names_no_log_group_is_not_found(services, destination):
    assert await refusal(services, {"level": "ALL", "destinations": [destination]}) == "Log Destination not found."


async def test_a_log_group_that_does_not_exist_is_not_found(services):
    asked = []

    async def exists(arn):
        asked.append(arn)
        return False

    services.log_group_exists = exists
    assert await refusal(services, {"level": "OFF", "destinations": [group()]}) == "Log Destination not found."
    assert asked == [group()["cloudWatchLogsLogGroup"]["logGroupArn"]]
