"""The door to a server: a Step Functions client whose failures are sentences.

Everything here is AWS's own API, so these commands work against Podium, AWS and anything else that speaks it.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from cyclopts import Parameter

from podium.cli.errors import FAILED, UNREACHABLE, CommandError
from podium.core import jsontext

DEFAULT_ENDPOINT: Final = "http://127.0.0.1:8083"
AWS: Final = "aws"
"""`--endpoint aws` means AWS itself, with the credentials and the region that are set up for it."""
ENDPOINT_VARIABLES: Final = ("AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL")
_TIMEOUT_SECONDS: Final = 60


Endpoint = Annotated[str | None, Parameter(name="--endpoint")]
"""The option every command that talks to a server has."""


class Refused(CommandError):
    """The server refused, with an error code of the API."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(" ".join(f"{code}: {message}".split()), FAILED)
        self.code = code


class Server:
    """Step Functions, or another service, at an endpoint."""

    def __init__(self, endpoint: str | None = None, *, service: str = "stepfunctions") -> None:
        """`endpoint`: a URL, or "aws"; by default what the environment names, else this machine's Podium."""
        import botocore.session
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        named = endpoint or next((os.environ[name] for name in ENDPOINT_VARIABLES if os.environ.get(name)), None)
        url = None if named == AWS else named or DEFAULT_ENDPOINT
        self._token = "nextToken" if service == "stepfunctions" else "NextToken"
        self.url = url
        """None where it is AWS's own."""
        session = botocore.session.get_session()
        options: dict[str, Any] = {}
        if url is not None and session.get_credentials() is None:
            options = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        if url is not None and session.get_config_variable("region") is None:
            options["region_name"] = "us-east-1"
        # A synchronous start has a host prefix of its own, which an address like 127.0.0.1 can't take.
        config = Config(
            read_timeout=_TIMEOUT_SECONDS, retries={"total_max_attempts": 1}, inject_host_prefix=url is None
        )
        try:
            self._client = session.create_client(service, endpoint_url=url, config=config, **options)
        except (BotoCoreError, ValueError) as error:
            raise CommandError(f"{named or AWS}: {_sentence(error)}") from None

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One operation by its botocore method name, e.g. "describe_execution". None values are left out.

        Raises:
            Refused: the server did, with its own code and message.
            CommandError: the server can't be reached.
        """
        from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

        given = {name: value for name, value in parameters.items() if value is not None}
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**given)
        except ClientError as error:
            told = error.response["Error"]
            raise Refused(str(told.get("Code")), str(told.get("Message", ""))) from None
        except (ConnectionError, HTTPClientError):
            raise self._unreachable() from None
        except BotoCoreError as error:
            raise CommandError(_sentence(error)) from None
        return answer

    def pages(self, operation: str, key: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The items under `key` of every page of a listing, fetched as they are wanted.

        Raises:
            CommandError: as `call`.
        """
        token = None
        while True:
            page = self.call(operation, **{self._token: token}, **parameters)
            yield from page[key]
            token = page.get(self._token)
            if token is None:
                return

    def console(self, method: str, route: str, query: Mapping[str, str], body: Any = None) -> dict[str, Any]:
        """A request of Podium's own API, `/console/api` (docs/console.md).

        Raises:
            Refused: the server did, with its own code and message.
            CommandError: the server can't be reached, or isn't Podium.
        """
        if self.url is None:
            raise CommandError("AWS has no such thing; this is Podium's own. Name a Podium with --endpoint.")
        url = f"{self.url.rstrip('/')}/console/api/{route}?{urlencode(query)}"
        data = None if body is None else jsontext.encode(body)
        request = Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
                told: dict[str, Any] = jsontext.decode(answer.read())
                return told
        except HTTPError as error:
            with error:
                raise _refused(error.read(), self.url) from None
        except OSError:
            raise self._unreachable() from None

    def _unreachable(self) -> CommandError:
        where = self.url or "AWS"
        todo = "start one with `podium serve`, or name another with --endpoint"
        return CommandError(f"no server answers at {where}; {todo}.", UNREACHABLE)


def _refused(body: bytes, url: str) -> CommandError:
    try:
        told = jsontext.decode(body)
        return Refused(told["code"], told["message"])
    except (jsontext.InvalidJson, KeyError, TypeError):
        return CommandError(f"what answers at {url} is not Podium; name a Podium with --endpoint.", FAILED)


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if text.endswith(".") else f"{text}."
