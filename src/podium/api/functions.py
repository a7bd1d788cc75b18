"""What all operations on functions share: which function a request means, AWS's errors, pages.

https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""

import base64
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.services import ObjectMissing, Services
from podium.functions.catalogue import FunctionChanged, FunctionRecord
from podium.functions.lambda_runtime import images
from podium.functions.lambda_runtime.images import ImageUnusable
from podium.functions.lambda_runtime.package import InvalidPackage
from podium.functions.names import LATEST, FunctionName, parse_function_name
from podium.functions.service import FunctionService

_PAGE_MAX: Final = 50

T = TypeVar("T")


def service_of(services: Services) -> FunctionService:
    """The functions of this server.

    Raises:
        ApiError: ServiceException, where it keeps none.
    """
    service = services.functions
    if not isinstance(service, FunctionService):
        raise ApiError("ServiceException", "This server keeps no functions", status=500)
    return service


def parse_name(text: str, context: RequestContext) -> FunctionName:
    """The function a name, partial ARN or ARN means to this caller.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    named = parse_function_name(text, region=context.region, account=context.account)
    if named is None:
        raise invalid(f"Invalid function name: {text}")
    return named


def named(input: dict[str, Any], context: RequestContext) -> FunctionName:
    """What `FunctionName` and `Qualifier` mean together.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    name = parse_name(input["FunctionName"], context)
    qualifier = input.get("Qualifier")
    if qualifier and name.qualifier and qualifier != name.qualifier:
        raise invalid("The derived qualifier from the function name does not match the specified qualifier.")
    return FunctionName(name.arn, name.name, name.qualifier or qualifier or None)


async def find(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> tuple[FunctionService, FunctionRecord, FunctionName]:
    """The function, version or alias's version a request means.

    Raises:
        ApiError: ResourceNotFoundException, InvalidParameterValueException.
    """
    name = named(input, context)
    service = service_of(services)
    record = await service.find(name.arn, name.qualifier)
    if record is None:
        raise not_found(name)
    return service, record, name


async def find_latest(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> tuple[FunctionService, FunctionRecord]:
    """The function a request means that is about no version.

    Raises:
        ApiError: as `find`.
    """
    service, record, name = await find(services, context, input)
    if (name.qualifier or LATEST) != LATEST:
        raise invalid("This operation is permitted only on the function itself, not on a version or alias")
    return service, record


async def code_of(services: Services, context: RequestContext, given: dict[str, Any]) -> bytes:
    """The zip a request names: in itself (`ZipFile`), or in S3.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    code: bytes | None = given.get("ZipFile")
    bucket, key = given.get("S3Bucket"), given.get("S3Key")
    if code is not None:
        return code
    if bucket is None or key is None or services.fetch_object is None:
        raise invalid("Podium takes code as a zip: in the request (ZipFile) or in S3 (S3Bucket, S3Key)")
    try:
        return await services.fetch_object(bucket, key, given.get("S3ObjectVersion"), context.region)
    except ObjectMissing as missing:
        error, message = missing.args
        # Lambda's own sentence.
        text = f"Error occurred while GetObject. S3 Error Code: {error}. S3 Error Message: {message}"
        raise invalid(text) from None


async def image_of(given: dict[str, Any]) -> str:
    """The id of the image a request names.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    if not given.get("ImageUri"):
        raise invalid("Please provide ImageUri when the PackageType is Image.")
    try:
        return await images.resolve(given["ImageUri"])
    except ImageUnusable as unusable:
        raise invalid(str(unusable)) from None


def refuse_bound(service: FunctionService, record: FunctionRecord) -> None:
    """Refuse to change a handler that a file binds.

    Raises:
        ApiError: ResourceConflictException.
    """
    if service.is_bound(record.arn):
        message = f"The function {record.name} is a handler of the file this server was started with: change that file"
        raise ApiError("ResourceConflictException", message, status=409)


async def update(
    service: FunctionService, before: FunctionRecord, after: FunctionRecord, code: bytes | None = None
) -> None:
    """Replace a function.

    Raises:
        ApiError: InvalidParameterValueException for a bad zip, ResourceConflictException.
    """
    refuse_bound(service, before)
    try:
        await service.update(before, after, code)
    except InvalidPackage as error:
        raise invalid(str(error)) from error
    except FunctionChanged:
        raise in_progress(before.arn) from None


async def change(
    service: FunctionService, record: FunctionRecord, edit: Callable[[FunctionRecord], FunctionRecord]
) -> FunctionRecord:
    """Change what isn't part of a function's revision (tags, concurrency), whoever else changes it meanwhile."""
    refuse_bound(service, record)
    current: FunctionRecord | None = record
    while current is not None:
        changed = edit(current)
        try:
            await service.update(current, changed)
        except FunctionChanged:
            current = await service.catalogue.find(record.arn)
        else:
            return changed
    raise not_found(FunctionName(record.arn, record.name, None))


def next_revision(services: Services, record: FunctionRecord, **changes: Any) -> FunctionRecord:
    """The record's next revision."""
    return msgspec.structs.replace(record, revision_id=services.new_id(), updated_ms=services.clock(), **changes)


def check_revision(current: str, input: dict[str, Any]) -> None:
    """Refuse a request that was made about another revision.

    Raises:
        ApiError: PreconditionFailedException.
    """
    if input.get("RevisionId", current) != current:
        message = (
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
            "to retrieve the latest Revision Id"
        )
        raise ApiError("PreconditionFailedException", message, status=412)


def page(
    input: dict[str, Any], items: Sequence[tuple[str, T]], show: Callable[[T], dict[str, Any]], member: str
) -> dict[str, Any]:
    """One page of a listing whose items come with their keys, in the keys' order."""
    limit = min(input.get("MaxItems", _PAGE_MAX), _PAGE_MAX)
    after = read_marker(input)
    following = [item for item in items if item[0] > after] if after else list(items)
    output: dict[str, Any] = {member: [show(item) for _, item in following[:limit]]}
    if len(following) > limit:
        output["NextMarker"] = marker(following[limit - 1][0])
    return output


def marker(key: str) -> str:
    """The marker of what follows a key."""
    return base64.b64encode(key.encode()).decode()


def read_marker(input: dict[str, Any]) -> str:
    """The key a request's marker stands for; empty without one.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    given = input.get("Marker")
    if not given:
        return ""
    try:
        return base64.b64decode(given, validate=True).decode()
    except ValueError:
        raise invalid("Invalid Marker") from None


def invalid(message: str) -> ApiError:
    """A parameter AWS refuses."""
    return ApiError("InvalidParameterValueException", message)


def not_found(name: FunctionName) -> ApiError:
    """A function, version or alias that isn't there."""
    return ApiError("ResourceNotFoundException", f"Function not found: {name.qualified_arn}", status=404)


def in_progress(arn: str) -> ApiError:
    """Somebody else changes the function at the same time."""
    message = f"The operation cannot be performed at this time. An update is in progress for resource: {arn}"
    return ApiError("ResourceConflictException", message, status=409)
