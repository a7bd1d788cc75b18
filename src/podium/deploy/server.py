"""The server a stack is deployed to: its Step Functions and Lambda APIs, and how their answers are worded.

Where it is: `--endpoint`, else what AWS's SDKs obey (AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SFN/_LAMBDA), else
Podium's own default. Without one of these nothing is ever sent to AWS.
"""

import os
import re
from collections.abc import Iterator
from typing import Any, Final

import botocore.session
from botocore.client import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    ParamValidationError,
    WaiterError,
)
from botocore.model import OperationModel

from podium.deploy.errors import DeployError, Refused, Unreachable

DEFAULT_ENDPOINT: Final = "http://127.0.0.1:8083"
DEFAULT_REGION: Final = "us-east-1"
DEFAULT_ACCOUNT: Final = "000000000000"
_AWS: Final = "aws"
_UNKNOWN_OPERATION: Final = frozenset({"UnknownOperationException", "UnknownOperation", "NotImplemented", "501"})
_ACCOUNT: Final = re.compile(r"[0-9]{12}", re.ASCII)


class Unsupported(Exception):
    """The server has no such operation."""

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation


class Server:
    """Calls by operation name. `account` and `region` are what ARNs made ahead of an answer are made of."""

    def __init__(self, endpoint: str | None, region: str | None) -> None:
        if endpoint == _AWS:
            raise DeployError("for AWS itself use `sam deploy` or `cdk deploy`: this leaves roles and the rest unmade.")
        self._session = botocore.session.Session()
        chosen = region or os.environ.get("AWS_REGION") or self._session.get_config_variable("region")
        self.region: str = chosen or DEFAULT_REGION
        self._endpoint = endpoint
        self._clients = {service: self._client(service) for service in ("stepfunctions", "lambda")}
        self.account = self._account()

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
            raise Unreachable(
                f"nobody answers at {self._clients[service].meta.endpoint_url}; start `podium serve`, or name another "
                "server with --endpoint or AWS_ENDPOINT_URL."
            ) from None
        except BotoCoreError as error:
            raise Refused(f"{operation}: {error}") from None

    def listed(self, service: str, operation: str, member: str) -> Iterator[dict[str, Any]]:
        """The items of a listing, page after page."""
        token_in, token_out = ("Marker", "NextMarker") if service == "lambda" else ("nextToken", "nextToken")
        token: dict[str, Any] = {}
        while True:
            page = self.call(service, operation, **token)
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

    def _client(self, service: str) -> Any:
        own = "AWS_ENDPOINT_URL_SFN" if service == "stepfunctions" else f"AWS_ENDPOINT_URL_{service.upper()}"
        url = self._endpoint or os.environ.get(own) or os.environ.get("AWS_ENDPOINT_URL") or DEFAULT_ENDPOINT
        keys = {}
        if not os.environ.get("AWS_ACCESS_KEY_ID") and not os.environ.get("AWS_PROFILE"):
            # A local server takes any; looking for real ones would ask the network.
            keys = {"aws_access_key_id": "podium", "aws_secret_access_key": "podium"}
        config = Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=5, read_timeout=60)
        try:
            return self._session.create_client(
                service, region_name=self.region, endpoint_url=url, config=config, **keys
            )
        except (BotoCoreError, ValueError) as error:
            raise Unreachable(f"{error}") from None

    def _account(self) -> str:
        """An access key of twelve digits names the account, as local servers have it."""
        key = os.environ.get("AWS_ACCESS_KEY_ID", "")
        return key if _ACCOUNT.fullmatch(key) else DEFAULT_ACCOUNT
