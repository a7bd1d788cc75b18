"""Functions: Lambda's create, read, update, delete and invoke, for Python packages.

Members this runtime has no use for (VpcConfig, Layers, TracingConfig, ...) are kept and shown again. There are
no versions and aliases: everything is `$LATEST`, and any other qualifier names nothing.
https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""

import asyncio
import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.services import Operation, Services
from podium.functions.catalogue import FunctionChanged, FunctionExists, FunctionRecord
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionThrottled, Invocation
from podium.functions.lambda_runtime.package import InvalidPackage
from podium.functions.names import LATEST, FunctionName, function_arn, parse_function_name
from podium.functions.service import FunctionService

_DEFAULTS: Final[dict[str, Any]] = {
    "TracingConfig": {"Mode": "PassThrough"},
    "PackageType": "Zip",
    "Architectures": ["x86_64"],
    "EphemeralStorage": {"Size": 512},
    "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
}
_KEPT: Final = (
    "VpcConfig",
    "DeadLetterConfig",
    "KMSKeyArn",
    "TracingConfig",
    "Layers",
    "FileSystemConfigs",
    "Architectures",
    "EphemeralStorage",
    "LoggingConfig",
)
_PAGE_MAX: Final = 50
_ASYNC_MAX_BYTES: Final = 1024 * 1024
_ENVIRONMENT_MAX_BYTES: Final = 4096


async def create_function(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """CreateFunction from a zip in the request."""
    service = _service(services)
    named = _parse(input["FunctionName"], context)
    code = input.get("Code", {}).get("ZipFile")
    if input.get("PackageType", "Zip") != "Zip" or code is None:
        raise _invalid("Podium runs functions from a zip in the request (Code.ZipFile)")
    if not input.get("Handler") or not input.get("Runtime"):
        raise _invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    _check_runtime(input["Runtime"])
    now_ms = services.clock()
    record = FunctionRecord(
        arn=named.arn,
        name=named.name,
        role=input["Role"],
        runtime=input["Runtime"],
        handler=input["Handler"],
        code_sha256="",
        code_size=0,
        revision_id=services.new_id(),
        created_ms=now_ms,
        updated_ms=now_ms,
        timeout_seconds=input.get("Timeout", 3),
        memory_mb=input.get("MemorySize", 128),
        description=input.get("Description", ""),
        environment=_environment(input),
        tags=input.get("Tags", {}),
        settings=_settings(input),
    )
    if await service.catalogue.find(named.arn) is not None:
        raise _exists(named.name)
    try:
        await service.create(record, code)
    except InvalidPackage as error:
        raise _invalid(str(error)) from error
    except FunctionExists:
        raise _exists(named.name) from None
    return _configuration(record)


async def get_function(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetFunction. The code's location is not a URL anybody could fetch: code stays in this server."""
    _, record = await _find(services, context, input)
    output: dict[str, Any] = {
        "Configuration": _configuration(record),
        "Code": {"RepositoryType": "S3", "Location": f"podium://{record.arn}/{record.code_sha256}"},
    }
    if record.tags:
        output["Tags"] = record.tags
    return output


async def get_function_configuration(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """GetFunctionConfiguration."""
    _, record = await _find(services, context, input)
    return _configuration(record)


async def list_functions(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListFunctions, in order of name."""
    service = _service(services)
    prefix = function_arn(context.region, context.account, "")
    limit = min(input.get("MaxItems", _PAGE_MAX), _PAGE_MAX)
    after = ""
    if marker := input.get("Marker"):
        try:
            after = prefix + base64.b64decode(marker, validate=True).decode()
        except ValueError:
            raise _invalid("Invalid Marker") from None
    found = await service.catalogue.list(prefix=prefix, after=after, limit=limit + 1)
    output: dict[str, Any] = {"Functions": [_configuration(record) for record in found[:limit]]}
    if len(found) > limit:
        output["NextMarker"] = base64.b64encode(found[limit - 1].name.encode()).decode()
    return output


async def update_function_code(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """UpdateFunctionCode from a zip in the request."""
    service, record = await _find(services, context, input)
    code = input.get("ZipFile")
    if code is None:
        raise _invalid("Podium runs functions from a zip in the request (ZipFile)")
    _check_revision(record, input)
    settings = {**record.settings, **({"Architectures": a} if (a := input.get("Architectures")) else {})}
    changed = _next(services, record, settings=settings)
    if input.get("DryRun"):
        return _configuration(record)
    await _update(service, record, changed, code)
    return _configuration(changed)


async def update_function_configuration(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """UpdateFunctionConfiguration: what isn't given stays."""
    service, record = await _find(services, context, input)
    _check_revision(record, input)
    if "Runtime" in input:
        _check_runtime(input["Runtime"])
    changed = _next(
        services,
        record,
        role=input.get("Role", record.role),
        runtime=input.get("Runtime", record.runtime),
        handler=input.get("Handler", record.handler),
        description=input.get("Description", record.description),
        timeout_seconds=input.get("Timeout", record.timeout_seconds),
        memory_mb=input.get("MemorySize", record.memory_mb),
        environment=_environment(input) if "Environment" in input else record.environment,
        settings={**record.settings, **_settings(input)},
    )
    await _update(service, record, changed, None)
    return _configuration(changed)


async def delete_function(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteFunction. Invocations that have been accepted are finished."""
    if input.get("Qualifier") == LATEST:
        raise _invalid("$LATEST version cannot be deleted without deleting the function.")
    service, record = await _find(services, context, input)
    await service.delete(record)
    return {"StatusCode": 204}


async def invoke(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """Invoke: wait for the answer, only start (Event), or only look (DryRun)."""
    named = _named(input, context)
    kind = input.get("InvocationType", "RequestResponse")
    payload = input.get("Payload") or b""
    _check_event(payload, kind)
    functions = services.functions
    if kind == "DryRun":
        if not functions.knows(named.arn) or (named.qualifier or LATEST) != LATEST:
            raise _not_found(named)
        return {"StatusCode": 204}
    invocation = Invocation(
        named.arn,
        payload,
        context.request_id or services.new_id(),
        named.qualifier,
        _client_context(input),
        kind == "RequestResponse" and input.get("LogType") == "Tail",
    )
    answer: asyncio.Future[FunctionResult] = asyncio.get_running_loop().create_future()

    def deliver(result: FunctionResult) -> None:
        # The caller may have gone away meanwhile.
        if not answer.done():
            answer.set_result(result)

    try:
        functions.invoke(invocation, deliver)
    except FunctionNotFound:
        raise _not_found(named) from None
    except FunctionThrottled:
        raise ApiError("TooManyRequestsException", "Rate Exceeded.", status=429) from None
    if kind == "Event":
        return {"StatusCode": 202, "Payload": b""}
    return _answer(await answer)


def _answer(result: FunctionResult) -> dict[str, Any]:
    output: dict[str, Any] = {
        "StatusCode": 200,
        "Payload": result.payload,
        "ExecutedVersion": result.executed_version,
    }
    if result.function_error is not None:
        output["FunctionError"] = result.function_error
    if result.log_tail is not None:
        output["LogResult"] = base64.b64encode(result.log_tail).decode()
    return output


def _check_event(payload: bytes, kind: str) -> None:
    if kind == "Event" and len(payload) > _ASYNC_MAX_BYTES:
        message = (
            f"{len(payload)} byte payload is too large for the Event invocation type (limit {_ASYNC_MAX_BYTES} bytes)"
        )
        raise ApiError("RequestTooLargeException", message, status=413)
    if payload:
        try:
            msgspec.json.decode(payload, type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ApiError(
                "InvalidRequestContentException", f"Could not parse request body into json: {error}"
            ) from None


def _client_context(input: dict[str, Any]) -> str | None:
    encoded: str | None = input.get("ClientContext")
    if encoded:
        try:
            json.loads(base64.b64decode(encoded, validate=True))
        except (ValueError, RecursionError, binascii.Error):
            message = "Client context must be a valid Base64-encoded JSON object."
            raise ApiError("InvalidRequestContentException", message) from None
    return encoded or None


def _service(services: Services) -> FunctionService:
    service = services.functions
    if not isinstance(service, FunctionService):
        raise ApiError("ServiceException", "This server keeps no functions", status=500)
    return service


def _parse(text: str, context: RequestContext) -> FunctionName:
    named = parse_function_name(text, region=context.region, account=context.account)
    if named is None:
        raise _invalid(f"Invalid function name: {text}")
    return named


def _named(input: dict[str, Any], context: RequestContext) -> FunctionName:
    named = _parse(input["FunctionName"], context)
    qualifier = input.get("Qualifier")
    if qualifier and named.qualifier and qualifier != named.qualifier:
        raise _invalid("The derived qualifier from the function name does not match the specified qualifier.")
    return FunctionName(named.arn, named.name, named.qualifier or qualifier or None)


async def _find(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> tuple[FunctionService, FunctionRecord]:
    named = _named(input, context)
    service = _service(services)
    record = await service.catalogue.find(named.arn)
    if record is None or (named.qualifier or LATEST) != LATEST:
        raise _not_found(named)
    return service, record


async def _update(service: FunctionService, before: FunctionRecord, after: FunctionRecord, code: bytes | None) -> None:
    try:
        await service.update(before, after, code)
    except InvalidPackage as error:
        raise _invalid(str(error)) from error
    except FunctionChanged:
        message = f"The operation cannot be performed at this time. An update is in progress for resource: {before.arn}"
        raise ApiError("ResourceConflictException", message, status=409) from None


def _next(services: Services, record: FunctionRecord, **changes: Any) -> FunctionRecord:
    """The record's next revision."""
    return msgspec.structs.replace(record, revision_id=services.new_id(), updated_ms=services.clock(), **changes)


def _check_revision(record: FunctionRecord, input: dict[str, Any]) -> None:
    if input.get("RevisionId", record.revision_id) != record.revision_id:
        message = (
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
            "to retrieve the latest Revision Id"
        )
        raise ApiError("PreconditionFailedException", message, status=412)


def _check_runtime(runtime: str) -> None:
    if not runtime.startswith("python3"):
        raise _invalid(f"Podium runs Python packages; the runtime {runtime} is not supported")


def _environment(input: dict[str, Any]) -> dict[str, str]:
    variables: dict[str, str] = input.get("Environment", {}).get("Variables", {})
    if sum(len(name.encode()) + len(value.encode()) for name, value in variables.items()) > _ENVIRONMENT_MAX_BYTES:
        raise _invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided exceeded the 4KB limit."
        )
    return variables


def _settings(input: dict[str, Any]) -> dict[str, Any]:
    return {name: input[name] for name in _KEPT if name in input}


def _configuration(record: FunctionRecord) -> dict[str, Any]:
    """Lambda's FunctionConfiguration. A function is active at once: there is nothing to provision."""
    modified = datetime.fromtimestamp(record.updated_ms / 1000, UTC)
    settings = {**_DEFAULTS, **record.settings}
    if "Layers" in settings:
        settings["Layers"] = [{"Arn": arn} for arn in settings["Layers"]]
    settings.setdefault("LoggingConfig", {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{record.name}"})
    output: dict[str, Any] = {
        "FunctionName": record.name,
        "FunctionArn": record.arn,
        "Runtime": record.runtime,
        "Role": record.role,
        "Handler": record.handler,
        "CodeSize": record.code_size,
        "Description": record.description,
        "Timeout": record.timeout_seconds,
        "MemorySize": record.memory_mb,
        "LastModified": f"{modified:%Y-%m-%dT%H:%M:%S}.{modified.microsecond // 1000:03d}+0000",
        "CodeSha256": base64.b64encode(bytes.fromhex(record.code_sha256)).decode(),
        "Version": LATEST,
        "RevisionId": record.revision_id,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        **settings,
    }
    if record.environment:
        output["Environment"] = {"Variables": record.environment}
    return output


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterValueException", message)


def _exists(name: str) -> ApiError:
    return ApiError("ResourceConflictException", f"Function already exist: {name}", status=409)


def _not_found(named: FunctionName) -> ApiError:
    return ApiError("ResourceNotFoundException", f"Function not found: {named.qualified_arn}", status=404)


OPERATIONS: Final[dict[str, Operation]] = {
    "CreateFunction": create_function,
    "GetFunction": get_function,
    "GetFunctionConfiguration": get_function_configuration,
    "ListFunctions": list_functions,
    "UpdateFunctionCode": update_function_code,
    "UpdateFunctionConfiguration": update_function_configuration,
    "DeleteFunction": delete_function,
    "Invoke": invoke,
}
