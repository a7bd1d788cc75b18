"""Why a call failed, as Step Functions says it.

Optimized integrations speak as the AWS SDK for Java 1.x (`DynamoDB.ResourceNotFoundException`), `aws-sdk` ones as
its 2.x (`DynamoDb.ResourceNotFoundException`); recorded on AWS in 2023 and 2025.
"""

import re
from typing import Any, Final, Protocol

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
)
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserError

from podium.integrations.aws.naming import exception_name, service_name
from podium.integrations.contract import TaskOutcome

_VERSION: Final = re.compile(r"v[0-9]+$")
_PAGE: Final = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title>([^<]*)</title>", re.IGNORECASE)


class Refusal:
    """What a service answered when it refused."""

    __slots__ = ("attempts", "code", "extended_request_id", "message", "request_id", "shape", "status")

    def __init__(self, model: ServiceModel, error: ClientError) -> None:
        said, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
        self.code: str = said.get("Code", "Unknown")
        self.status: int = metadata.get("HTTPStatusCode", 400)
        self.message: str = _plain(said.get("Message") or "null", self.status)
        self.request_id: str = metadata.get("RequestId") or "null"
        self.extended_request_id: str | None = metadata.get("HostId") or None
        self.attempts: int = metadata.get("RetryAttempts", 0) + 1
        # Services that once spoke the query protocol give the shape's name beside the code of old.
        shape = model.shape_for_error_code(said.get("QueryErrorCode") or self.code)
        self.shape: str | None = None if shape is None else shape.name
        if self.code == str(self.status) and self.shape is None:
            self._of_no_body(model, error.operation_name)

    def _of_no_body(self, model: ServiceModel, operation_name: str) -> None:
        """Answers to HEAD say nothing but the status: it means the one error the operation has, where it has one."""
        if operation_name not in model.operation_names:
            return
        operation = model.operation_model(operation_name)
        if operation.http.get("method") == "HEAD":
            self.message = "null"
            if len(operation.error_shapes) == 1:
                self.shape = operation.error_shapes[0].name


def _plain(message: str, status: int) -> str:
    """A message, or what to make of a web page where the service's own answer should be."""
    if not _PAGE.match(message):
        return message
    title = _TITLE.search(message)
    named = "" if title is None else f" '{title[1].strip()}'"
    return f"The endpoint answered {status} with a web page{named} instead of the service's answer"


class Dialect(Protocol):
    """How one kind of integration words failures."""

    @property
    def prefix(self) -> str:
        """What errors begin with: `DynamoDb`."""

    def refused(self, refusal: Refusal) -> TaskOutcome:
        """The service refused."""


class SdkDialect:
    """The words of `aws-sdk` integrations of one service."""

    def __init__(self, service_id: str) -> None:
        self.prefix = service_name(service_id)

    def refused(self, refusal: Refusal) -> TaskOutcome:
        """See `Dialect.refused`."""
        named = f"{self.prefix}Exception" if refusal.shape is None else exception_name(refusal.shape)
        extended = refusal.extended_request_id
        details = [
            f"Service: {self.prefix}",
            f"Status Code: {refusal.status}",
            f"Request ID: {refusal.request_id}",
            *([] if extended is None else [f"Extended Request ID: {extended}"]),
        ]
        attempts = f"(SDK Attempt Count: {refusal.attempts})"
        return TaskOutcome(error=f"{self.prefix}.{named}", cause=f"{refusal.message} ({', '.join(details)}) {attempts}")


class OptimizedDialect:
    """The words of optimized integrations of one service.

    Args:
        prefix: what errors begin with: `DynamoDB`.
        sdk_name: what the SDK for Java 1.x calls the service: `AmazonDynamoDBv2`.
    """

    def __init__(self, prefix: str, sdk_name: str) -> None:
        self.prefix = prefix
        self._sdk_name = sdk_name

    def refused(self, refusal: Refusal) -> TaskOutcome:
        """See `Dialect.refused`."""
        shape = refusal.shape
        own = _VERSION.sub("", self._sdk_name)
        named = own if shape is None else shape.removesuffix("Exception")
        details = [
            f"Service: {self._sdk_name}",
            f"Status Code: {refusal.status}",
            f"Error Code: {refusal.code}",
            f"Request ID: {refusal.request_id}",
            "Proxy: null",
        ]
        return TaskOutcome(error=f"{self.prefix}.{named}Exception", cause=f"{refusal.message} ({'; '.join(details)})")


def failed(dialect: Dialect, model: ServiceModel, error: Exception) -> TaskOutcome:
    """The outcome of a call that raised."""
    if isinstance(error, ClientError):
        return dialect.refused(Refusal(model, error))
    return TaskOutcome(error=f"{dialect.prefix}.SdkClientException", cause=_reason(error))


def _reason(error: Any) -> str:
    if isinstance(error, NoCredentialsError):
        return (
            "Unable to load AWS credentials from any provider in the chain. Configure credentials as for the AWS CLI, "
            "or point AWS_ENDPOINT_URL at a stand-in for AWS, which needs none."
        )
    if isinstance(error, ConnectionError | HTTPClientError):
        return f"Unable to execute HTTP request: {error}"
    if isinstance(error, ResponseParserError):
        title = _TITLE.search(str(error))
        answered = "something" if title is None else f"a web page '{title[1].strip()}'"
        return f"The endpoint answered with {answered} that is not the service's answer"
    if isinstance(error, BotoCoreError):
        return str(error)
    return f"The call could not be made: {error}"
