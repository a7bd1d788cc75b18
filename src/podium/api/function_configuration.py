"""FunctionConfiguration: a function as Lambda shows it, and the members a request may set.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

import base64
from datetime import UTC, datetime
from typing import Any, Final

from podium.api.functions import invalid
from podium.functions.catalogue import FunctionRecord
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
    "ImageConfig",
    "LoggingConfig",
)
_ENVIRONMENT_MAX_BYTES: Final = 4096


async def configuration(
    service: FunctionService, record: FunctionRecord, qualified_arn: str | None = None
) -> dict[str, Any]:
    """A function's configuration. A function is active at once: there is nothing to provision.

    Args:
        qualified_arn: the ARN it was asked for by; the version's own where None.
    """
    settings = {**_DEFAULTS, **record.settings}
    if "Layers" in settings:
        sizes = await service.layers.sizes(settings["Layers"])
        settings["Layers"] = [{"Arn": arn, "CodeSize": sizes.get(arn, 0)} for arn in settings["Layers"]]
    overridden = settings.pop("ImageConfig", None)
    made_of: dict[str, Any] = {"Runtime": record.runtime, "Handler": record.handler}
    if record.image_uri:
        settings["PackageType"] = "Image"
        made_of = {} if overridden is None else {"ImageConfigResponse": {"ImageConfig": overridden}}
    settings.setdefault("LoggingConfig", {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{record.name}"})
    output: dict[str, Any] = {
        "FunctionName": record.name,
        "FunctionArn": qualified_arn or record.qualified_arn,
        **made_of,
        "Role": record.role,
        "CodeSize": record.code_size,
        "Description": record.description,
        "Timeout": record.timeout_seconds,
        "MemorySize": record.memory_mb,
        "LastModified": timestamp(record.updated_ms),
        "CodeSha256": shown_sha256(record),
        "Version": record.version,
        "RevisionId": record.revision_id,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        **settings,
    }
    if record.environment:
        output["Environment"] = {"Variables": record.environment}
    return output


def shown_sha256(record: FunctionRecord) -> str:
    """CodeSha256: a zip's in Base64, an image's as it is."""
    return record.code_sha256 if record.image_uri else base64.b64encode(bytes.fromhex(record.code_sha256)).decode()


def environment(input: dict[str, Any]) -> dict[str, str]:
    """The environment a request sets.

    Raises:
        ApiError: InvalidParameterValueException, over Lambda's 4 KB.
    """
    variables: dict[str, str] = input.get("Environment", {}).get("Variables", {})
    if sum(len(name.encode()) + len(value.encode()) for name, value in variables.items()) > _ENVIRONMENT_MAX_BYTES:
        raise invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided exceeded the 4KB limit."
        )
    return variables


def settings(input: dict[str, Any]) -> dict[str, Any]:
    """The members of a request that are kept as they come."""
    return {name: input[name] for name in _KEPT if name in input}


def timestamp(epoch_ms: int) -> str:
    """A time as Lambda writes it."""
    at = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
