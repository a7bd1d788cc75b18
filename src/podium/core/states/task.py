"""The Task state: has one piece of work done by a function, an activity or a service.

https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
"""

from typing import Any

from podium.core.asl import fields, kinds, queries
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field
from podium.core.asl.integrations import check_resource
from podium.core.asl.resources import InvalidResource, parse_resource

FIELDS = (
    *fields.COMMON,
    *fields.FLOW,
    Field("Resource", check_resource, required=True),
    *fields.PATHS,
    fields.PARAMETERS,
    fields.ARGUMENTS,
    fields.RESULT_SELECTOR,
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
    *fields.ERROR_HANDLING,
    *fields.or_path("TimeoutSeconds", fields.SECONDS),
    *fields.or_path("HeartbeatSeconds", fields.SECONDS),
    Field("Credentials", queries.by_language(queries.template, queries.value)),
)
GROUPS = (fields.NEXT_OR_END, *fields.excludes_path("TimeoutSeconds", "HeartbeatSeconds"))


def check(state: dict[str, Any], report: Report) -> None:
    """A heartbeat comes before the timeout; credentials name a role and are not for activities."""
    timeout: Any = state.get("TimeoutSeconds")
    heartbeat: Any = state.get("HeartbeatSeconds")
    if kinds.is_number(timeout) and kinds.is_number(heartbeat) and heartbeat >= timeout:
        report.refuse("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'")
    if "Credentials" in state:
        _check_credentials(state["Credentials"], state.get("Resource"), report)


def _check_credentials(credentials: Any, resource: Any, report: Report) -> None:
    if not isinstance(credentials, dict):
        if report.language == "JSONPath" or not queries.is_expression(credentials):
            report.at("Credentials").refuse("Expected value of type Object")
        return
    if "RoleArn" not in credentials and not (report.language == "JSONPath" and "RoleArn.$" in credentials):
        report.at("Credentials").refuse("The field 'RoleArn' is required but was missing")
    try:
        activity = isinstance(resource, str) and parse_resource(resource).kind == "activity"
    except InvalidResource:
        return
    if activity:
        report.refuse("The field 'Credentials' is not supported for activities")
