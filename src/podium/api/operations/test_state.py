"""TestState: one state tried out, with its Task, Map or Parallel mocked or its Task really performed.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html. What the state does is the core's
business (`podium.core.test_state`); here is what a request may ask for, in AWS's words.
"""

import asyncio
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.definitions import check_definition, diagnostics, refuse_errors
from podium.api.errors import ApiError
from podium.api.mock_contexts import read_context
from podium.api.mock_results import check_mock_result
from podium.api.names import check_role_arn
from podium.api.services import Operation, Services
from podium.core import jsontext
from podium.core.asl.diagnostics import Diagnostic
from podium.core.asl.document import describe_json_error
from podium.core.asl.resources import Resource, parse_resource, unchecked
from podium.core.jsontext import InvalidJson
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.payload import Payload
from podium.core.test_state import STATE_NAME, Setting, StateTrial, UnfitMock, Verdict, find_state, state_names
from podium.integrations.contract import TaskOutcome, TaskPerformer
from podium.integrations.lambda_ import LambdaIntegration
from podium.integrations.registry import Registry

DURATION_MAX_SECONDS: Final = 300
"""A trial that takes longer fails with States.Timeout."""

_MOCKABLE: Final = ("Task", "Map", "Parallel")
_GRAPH_CODES: Final = ("MISSING_TRANSITION_TARGET", "MISSING_END_STATE")


async def test_state(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """TestState."""
    if "roleArn" in input:
        check_role_arn(input["roleArn"])
    spec, language = await _state(services, input)
    resource = parse_resource(spec["Resource"]) if spec["Type"] == "Task" else None
    mock = input.get("mock")
    if mock is None:
        _check_unmocked(spec, resource, input)
    else:
        _check_mock(spec, resource, mock, input)
    setting = _setting(services, context, resource, input)
    trial = StateTrial(spec, language, setting)
    # Expressions may take as long as they are allowed to: others go on meanwhile.
    verdict = await asyncio.to_thread(trial.begin)
    level, exchange = input.get("inspectionLevel", "INFO"), None
    if verdict is None and mock is None:
        verdict, exchange = await _outcome(services, trial, setting)
    elif verdict is None:
        verdict = await asyncio.to_thread(_mocked, trial, input["mock"])
    if exchange is not None and level == "TRACE":
        request = exchange["revealed_request" if input.get("revealSecrets") else "request"]
        verdict.inspection.update(request=request, response=exchange["response"])
    return _answer(verdict, level)


async def _state(services: Services, input: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The state under test and the query language of its machine.

    Raises:
        ApiError: InvalidDefinition, or ValidationException when there is no state of that name.
    """
    text = input["definition"]
    name = input.get("stateName")
    if name is not None:
        await check_definition(services, text, "STANDARD")
        machine = jsontext.decode(text)
        state = find_state(machine, name)
        if state is None:
            raise ApiError("ValidationException", "State not found in definition")
        return state, machine.get("QueryLanguage", "JSONPath")
    found = await diagnostics(services, text, "STANDARD")
    refuse_errors([fault for fault in found if fault.location is None or fault.code == "INVALID_JSON_DESCRIPTION"])
    wrapped = f'{{"StartAt":"{STATE_NAME}","States":{{"{STATE_NAME}":{text}}}}}'
    refuse_errors([fault for fault in await diagnostics(services, wrapped, "STANDARD") if not _leads_out(fault)])
    spec: dict[str, Any] = jsontext.decode(text)
    return spec, "JSONPath"


def _leads_out(fault: Diagnostic) -> bool:
    """Whether the fault is only that the state stands alone: nothing follows it, nothing ends."""
    inside = (fault.location or "").removeprefix(f"/States/{STATE_NAME}/")
    return fault.code in _GRAPH_CODES and "States/" not in inside


def _check_unmocked(spec: dict[str, Any], resource: Resource | None, input: dict[str, Any]) -> None:
    if spec["Type"] in ("Map", "Parallel"):
        raise ApiError(
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states. Supported state types include: "
            "[Task, Wait, Pass, Succeed, Fail, Choice]",
        )
    if "context" in input:
        raise ApiError("ValidationException", "A context object can only be specified when a mock is specified")
    if resource is None:
        return
    if resource.kind == "activity" or resource.pattern:
        raise ApiError(
            "InvalidDefinition",
            "TestState API does not support Activity tasks or the '.sync' and '.waitForTaskToken' service "
            "integration patterns unless a mock is specified",
        )
    if "roleArn" not in input:
        raise ApiError("ValidationException", "RoleArn must be specified when testing a Task state")


def _check_mock(spec: dict[str, Any], resource: Resource | None, mock: dict[str, Any], input: dict[str, Any]) -> None:
    kind = spec["Type"]
    if kind not in _MOCKABLE:
        raise ApiError("ValidationException", f"State type '{kind}' is not supported when a mock is specified")
    if input.get("revealSecrets"):
        raise ApiError("ValidationException", "TestState does not support RevealSecrets when a mock is specified.")
    if ("result" in mock) == ("errorOutput" in mock):
        raise ApiError(
            "ValidationException",
            "A test mock should have only one of the following fields: [result, errorOutput].",
        )
    if "errorOutput" in mock and not mock["errorOutput"].get("error"):
        raise ApiError("ValidationException", "An error was not specified in the mocked error output.")
    cause = input.get("stateConfiguration", {}).get("errorCausedByState")
    if cause is not None and cause not in state_names(spec):
        raise ApiError("ValidationException", f"The state under test has no state '{cause}' that could fail")
    if "result" not in mock:
        return
    result = _json(mock["result"], "Mocked result must be valid JSON")
    if resource is not None:
        check_mock_result(resource, result, mock.get("fieldValidationMode", "STRICT"))
    elif "ResultWriter" in spec:
        if not isinstance(result, dict):
            raise ApiError("ValidationException", "Mocked result must be a JSON object.")
    elif not isinstance(result, list):
        raise ApiError("ValidationException", "Mocked result must be an array.")
    elif kind == "Parallel" and len(result) != len(spec["Branches"]):
        raise ApiError(
            "ValidationException",
            "Mocked result must contain the same number of items as number of Parallel branches.",
        )


def _setting(services: Services, context: RequestContext, resource: Resource | None, input: dict[str, Any]) -> Setting:
    text = input.get("input", "{}")
    fault = describe_json_error(text)
    if fault is not None:
        raise ApiError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{fault.message}'")
    variables = None
    if "variables" in input:
        variables = _json(input["variables"], "Variables must be a JSON object")
        if not isinstance(variables, dict):
            raise ApiError("ValidationException", "Variables must be a JSON object")
    configuration = input.get("stateConfiguration", {})
    now_ms, machine, name = services.clock(), services.new_id(), services.new_id()
    prefix = f"arn:aws:states:{context.region}:{context.account}"
    return Setting(
        info=ExecutionInfo(
            arn=f"{prefix}:express:{machine}:{name}",
            name=name,
            state_machine_arn=f"{prefix}:stateMachine:{machine}",
            state_machine_name=machine,
            role_arn=input.get("roleArn", ""),
            revision_id="",
            start_ms=now_ms,
        ),
        input=Payload.from_text(text.encode()),
        now_ms=now_ms,
        variables=variables,
        context=read_context(input["context"], resource) if "context" in input else None,
        retries=configuration.get("retrierRetryCount", 0),
        failed_iterations=configuration.get("mapIterationFailureCount", 0),
        reader_data=configuration.get("mapItemReaderData"),
        parameter_check=unchecked if "mock" in input else services.parameter_check,
    )


def _mocked(trial: StateTrial, mock: dict[str, Any]) -> Verdict:
    try:
        if "result" in mock:
            return trial.succeed(Payload.from_text(mock["result"].encode()))
        error = mock["errorOutput"]
        return trial.fail(error["error"], error.get("cause"))
    except UnfitMock as unfit:
        raise ApiError("ValidationException", str(unfit)) from None


async def _outcome(services: Services, trial: StateTrial, setting: Setting) -> tuple[Verdict, dict[str, Any] | None]:
    """Wait for the state's time, or have its Task performed; with what an HTTP Task sent and received."""
    command = trial.command
    if command is None:
        assert trial.wake_at_ms is not None
        seconds = (trial.wake_at_ms - setting.now_ms) / 1000
        await asyncio.sleep(min(seconds, DURATION_MAX_SECONDS))
        in_time = seconds <= DURATION_MAX_SECONDS
        return trial.wake() if in_time else trial.fail("States.Timeout", None), None
    performer = services.tasks or Registry({"lambda": LambdaIntegration(services.functions)})
    outcome = await _performed(performer, command)
    if outcome is None:
        return trial.time_out(), None
    if outcome.output is None:
        return await asyncio.to_thread(trial.fail, outcome.error, outcome.cause), outcome.exchange
    return await asyncio.to_thread(trial.succeed, Payload.from_text(outcome.output)), outcome.exchange


async def _performed(performer: TaskPerformer, command: InvokeTask) -> TaskOutcome | None:
    """The Task's outcome; None when it takes too long."""
    future: asyncio.Future[TaskOutcome] = asyncio.get_running_loop().create_future()

    def deliver(outcome: TaskOutcome) -> None:
        if not future.done():
            future.set_result(outcome)

    performer.perform(command, deliver)
    timeout = DURATION_MAX_SECONDS if command.timeout_ms is None else command.timeout_ms / 1000
    try:
        return await asyncio.wait_for(future, min(timeout, DURATION_MAX_SECONDS))
    except TimeoutError:
        performer.cancel(CancelTask(command.execution_arn, command.scheduled_id, command.resource))
        return None


def _answer(verdict: Verdict, level: str) -> dict[str, Any]:
    answer = {
        "status": verdict.status,
        "output": verdict.output,
        "error": verdict.error,
        "cause": verdict.cause,
        "nextState": verdict.next_state,
        "inspectionData": None if level == "INFO" else verdict.inspection,
    }
    return {name: value for name, value in answer.items() if value is not None}


def _json(text: str, refusal: str) -> Any:
    try:
        return jsontext.decode(text)
    except InvalidJson:
        raise ApiError("ValidationException", refusal) from None


OPERATIONS: Final[dict[str, Operation]] = {"TestState": test_state}
