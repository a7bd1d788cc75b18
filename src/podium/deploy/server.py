"""The server a stack is deployed to: its Step Functions, Lambda, EventBridge and Scheduler APIs, and their answers.

Where it is and as whom it is called is decided where the clients are made.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    ParamValidationError,
    WaiterError,
)
from botocore.model import OperationModel

from podium.deploy.errors import Refused, Unreachable

SERVICES: Final = ("stepfunctions", "lambda", "events", "scheduler")
_UNKNOWN_OPERATION: Final = frozenset({"UnknownOperationException", "UnknownOperation", "NotImplemented", "501"})
_PAGING: Final = {"stepfunctions": ("nextToken", "nextToken"), "lambda": ("Marker", "NextMarker")}
"""Members that carry a listing's token, in and out."""


class Unsupported(Exception):
    """The server has no such operation."""

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation


class Server:
    """Calls by operation name.

    Args:
        clients: botocore's, for each of `SERVICES`.
        account, region: what ARNs made ahead of an answer are made of.
    """

    def __init__(self, clients: Mapping[str, Any], account: str, region: str) -> None:
        self._clients = clients
        self.account = account
        self.region = region

    @property
    def endpoint(self) -> str:
        """Where Step Functions' calls go."""
        return str(self._clients["stepfunctions"].meta.endpoint_url)

    def call(self, service: str, operation: str, missing: str = "", **input: Any) -> Any:
        """The answer to a call; None where it fails with the error code `missing`.

        Raises:
            Refused: the server's own words.
            Unsupported: it has no such operation.
            Unreachable: it doesn't answer.
        """
        try:
            return getattr(self._clients[service], operation)(**input)
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            if missing and code in missing.split():
                return None
            if code in _UNKNOWN_OPERATION:
                raise Unsupported(error.operation_name) from None
            raise Refused(f"{error.operation_name} answered {code}: {message}") from None
        except ParamValidationError as error:
            raise Refused(" ".join(str(error).split())) from None
        except (ConnectionError, HTTPClientError):
            raise Unreachable(self._clients[service].meta.endpoint_url) from None
        except BotoCoreError as error:
            raise Refused(f"{operation}: {error}") from None

    def listed(self, service: str, operation: str, member: str, **input: Any) -> Iterator[dict[str, Any]]:
        """The items of a listing, page after page."""
        token_in, token_out = _PAGING.get(service, ("NextToken", "NextToken"))
        token: dict[str, Any] = {}
        while True:
            page = self.call(service, operation, **input, **token)
            yield from page[member]
            if not page.get(token_out):
                return
            token = {token_in: page[token_out]}

    def wait(self, service: str, waiter: str, **input: Any) -> None:
        """Until a resource is ready; at once where it already is."""
        try:
            self._clients[service].get_waiter(waiter).wait(**input)
        except WaiterError as error:
            raise Refused(f"{error}") from None

    def model(self, service: str, operation: str) -> OperationModel:
        """The service model's description of an operation."""
        return self._clients[service].meta.service_model.operation_model(operation)

    def arn(self, service: str, resource: str) -> str:
        """The ARN that a resource of this account and region has."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"
