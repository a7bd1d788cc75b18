"""LoggingConfiguration as CreateStateMachine and UpdateStateMachine take it: defaults, and what is refused.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html
"""

from typing import Any, Final

from podium.api.errors import ApiError
from podium.api.services import Services
from podium.integrations.log_delivery import parse_log_group

LOGGING_OFF: Final = {"level": "OFF", "includeExecutionData": False}


async def logging_configuration(services: Services, input: dict[str, Any]) -> dict[str, Any] | None:
    """The logging configuration of a request, checked; None when it is left out.

    Raises:
        ApiError: InvalidLoggingConfiguration.
    """
    given = input.get("loggingConfiguration")
    if given is None:
        return None
    configuration = {**LOGGING_OFF, **given}
    destinations = configuration.get("destinations", [])
    if len(destinations) > 1 or (not destinations and configuration["level"] != "OFF"):
        raise _invalid("Must specify exactly one Log Destination.")
    for destination in destinations:
        arn = destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        if parse_log_group(arn) is None or not await services.log_group_exists(arn):
            raise _invalid("Log Destination not found.")
    return configuration


def _invalid(reason: str) -> ApiError:
    return ApiError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {reason}")
