"""EncryptionConfiguration as state machines and activities take it: stored and shown, not acted on.

Podium calls no KMS: what a data directory holds is encrypted, if at all, by the disk under it.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html
"""

from collections.abc import Mapping
from typing import Any, Final

from podium.api.errors import ApiError

ENCRYPTION_DEFAULT: Final = {"type": "AWS_OWNED_KEY"}
_CUSTOMER_MANAGED: Final = "CUSTOMER_MANAGED_KMS_KEY"


def encryption_configuration(input: Mapping[str, Any]) -> dict[str, Any] | None:
    """The encryption configuration of a request, checked; None when it is left out.

    Raises:
        ApiError: InvalidEncryptionConfiguration.
    """
    given: dict[str, Any] | None = input.get("encryptionConfiguration")
    if given is None:
        return None
    managed = given["type"] == _CUSTOMER_MANAGED
    if managed and "kmsKeyId" not in given:
        raise _invalid("kmsKeyId must be specified when type is CUSTOMER_MANAGED_KMS_KEY")
    if not managed and given.keys() > {"type"}:
        raise _invalid("kmsKeyId and kmsDataKeyReusePeriodSeconds can only be set with CUSTOMER_MANAGED_KMS_KEY")
    return given


def _invalid(reason: str) -> ApiError:
    return ApiError("InvalidEncryptionConfiguration", f"Invalid Encryption Configuration: {reason}")
