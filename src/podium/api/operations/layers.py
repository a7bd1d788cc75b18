"""Layers: publish, show, list, delete. https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html"""

import base64
import re
from collections.abc import Sequence
from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.function_configuration import timestamp
from podium.api.functions import code_of, invalid, page, service_of
from podium.api.services import Operation, Services
from podium.functions.lambda_runtime.package import InvalidPackage
from podium.functions.layers import LayerVersion
from podium.functions.service import FunctionService

_LAYERS_MAX: Final = 5
_ARN: Final = re.compile(r"(arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[a-zA-Z0-9-_]+)(?::([0-9]+))?")
_NAME: Final = re.compile(r"[a-zA-Z0-9-_]+")


async def publish_layer_version(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """PublishLayerVersion from a zip."""
    content = await code_of(services, context, input["Content"])
    template = LayerVersion(
        layer_arn=_layer_arn(context, input["LayerName"]),
        number=0,
        code_sha256="",
        code_size=0,
        created_ms=services.clock(),
        description=input.get("Description", ""),
        runtimes=input.get("CompatibleRuntimes", []),
        architectures=input.get("CompatibleArchitectures", []),
        license=input.get("LicenseInfo"),
    )
    try:
        version = await service_of(services).layers.publish(template, content)
    except InvalidPackage as error:
        raise invalid(str(error)) from error
    return _show_whole(version)


async def get_layer_version(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetLayerVersion."""
    return await _get(services, _layer_arn(context, input["LayerName"]), input["VersionNumber"])


async def get_layer_version_by_arn(
    services: Services, context: RequestContext, input: dict[str, Any]
) -> dict[str, Any]:
    """GetLayerVersionByArn."""
    found = _ARN.fullmatch(input["Arn"])
    if found is None or found[2] is None:
        raise invalid(f"Invalid layer version ARN: {input['Arn']}")
    return await _get(services, found[1], int(found[2]))


async def list_layers(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListLayers: each with its latest version that fits the filters."""
    layers = service_of(services).layers
    found = []
    for layer in await layers.layers(f"arn:aws:lambda:{context.region}:{context.account}:layer:"):
        fitting = [version for version in await layers.versions(layer.arn) if _fits(version, input)]
        if fitting:
            found.append((layer.arn, fitting[-1]))
    return page(input, found, _show_layer, "Layers")


async def list_layer_versions(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """ListLayerVersions, newest first."""
    versions = await service_of(services).layers.versions(_layer_arn(context, input["LayerName"]))
    newest_first = [(f"{2**40 - each.number:015}", each) for each in reversed(versions) if _fits(each, input)]
    return page(input, newest_first, _show, "LayerVersions")


async def delete_layer_version(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """DeleteLayerVersion; no error if there is none. Functions that name it keep it."""
    await service_of(services).layers.delete(_layer_arn(context, input["LayerName"]), input["VersionNumber"])
    return {}


async def check(service: FunctionService, arns: Sequence[str]) -> None:
    """Refuse layers a function cannot have.

    Raises:
        ApiError: InvalidParameterValueException.
    """
    if len(arns) > _LAYERS_MAX:
        raise invalid(f"Cannot reference more than {_LAYERS_MAX} layers.")
    for arn in arns:
        found = _ARN.fullmatch(arn)
        if found is None or found[2] is None or await service.layers.find(found[1], int(found[2])) is None:
            raise invalid(f"Layer version {arn} does not exist.")


async def _get(services: Services, layer_arn: str, number: int) -> dict[str, Any]:
    version = await service_of(services).layers.find(layer_arn, number)
    if version is None:
        raise ApiError("ResourceNotFoundException", "The resource you requested does not exist.", status=404)
    return _show_whole(version)


def _layer_arn(context: RequestContext, name: str) -> str:
    found = _ARN.fullmatch(name)
    if found is not None:
        return found[1]
    if not _NAME.fullmatch(name):
        raise invalid(f"Invalid layer name: {name}")
    return f"arn:aws:lambda:{context.region}:{context.account}:layer:{name}"


def _fits(version: LayerVersion, input: dict[str, Any]) -> bool:
    runtime, architecture = input.get("CompatibleRuntime"), input.get("CompatibleArchitecture")
    return (runtime is None or runtime in version.runtimes) and (
        architecture is None or architecture in version.architectures
    )


def _show(version: LayerVersion) -> dict[str, Any]:
    output = {
        "LayerVersionArn": version.arn,
        "Version": version.number,
        "Description": version.description,
        "CreatedDate": timestamp(version.created_ms),
        "CompatibleRuntimes": version.runtimes,
        "CompatibleArchitectures": version.architectures,
    }
    return output | ({"LicenseInfo": version.license} if version.license is not None else {})


def _show_layer(version: LayerVersion) -> dict[str, Any]:
    name = version.layer_arn.rpartition(":")[2]
    return {"LayerName": name, "LayerArn": version.layer_arn, "LatestMatchingVersion": _show(version)}


def _show_whole(version: LayerVersion) -> dict[str, Any]:
    content = {
        "Location": f"podium://{version.arn}/{version.code_sha256}",
        "CodeSha256": base64.b64encode(bytes.fromhex(version.code_sha256)).decode(),
        "CodeSize": version.code_size,
    }
    return {"Content": content, "LayerArn": version.layer_arn, **_show(version)}


OPERATIONS: Final[dict[str, Operation]] = {
    "PublishLayerVersion": publish_layer_version,
    "GetLayerVersion": get_layer_version,
    "GetLayerVersionByArn": get_layer_version_by_arn,
    "ListLayers": list_layers,
    "ListLayerVersions": list_layer_versions,
    "DeleteLayerVersion": delete_layer_version,
}
