"""The door to a server: a Step Functions client whose failures are sentences.

Everything here is AWS's own API, so these commands work against Podium, AWS and anything else that speaks it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from cyclopts import Parameter

from podium.cli.errors import FAILED, UNREACHABLE, CommandError, Refused
from podium.cli.throttled import Patience
from podium.core import jsontext

Endpoint = Annotated[str | None, Parameter(name="--endpoint")]
"""The option every command that talks to a server has."""


class Server:
    """Step Functions, or another service, at an endpoint."""

    def __init__(self, endpoint: str | None = None, *, service: str = "stepfunctions") -> None:
        """`endpoint`: as `cli.clients.endpoint_of` takes it.

        Raises:
            CommandError: the endpoint or AWS's configuration is of no use.
        """
        # Imported when a server is asked: what reads a file should not wait for botocore.
        from podium.cli.clients import Clients, endpoint_of

        self.url = endpoint_of(service, endpoint)
        """None where it is AWS's own."""
        self._token = "nextToken" if service == "stepfunctions" else "NextToken"
        self._client = Clients(local=self.url is not None).client(service, self.url)
        self._patience = Patience()

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One operation by its botocore method name, e.g. "describe_execution". None values are left out.

        What is throttled is asked for again.

        Raises:
            Refused: the server did, with its own code and message.
            CommandError: the server can't be reached.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._patience.call(lambda: self._call(operation, given))

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

        from podium.cli.clients import sentence

        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**parameters)
        except ClientError as error:
            told = error.response["Error"]
            raise Refused(str(told.get("Code")), str(told.get("Message", ""))) from None
        except (ConnectionError, HTTPClientError):
            raise self._unreachable() from None
        except BotoCoreError as error:
            raise CommandError(sentence(error)) from None
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
        from podium.cli.clients import TIMEOUT_SECONDS

        url = f"{self.url.rstrip('/')}/console/api/{route}?{urlencode(query)}"
        data = None if body is None else jsontext.encode(body)
        request = Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                told: dict[str, Any] = jsontext.decode(answer.read())
                return told
        except HTTPError as error:
            with error:
                raise _refused(error.read(), self.url) from None
        except OSError:
            raise self._unreachable() from None

    def _unreachable(self) -> CommandError:
        from podium.cli.clients import unreachable

        return CommandError(unreachable(self.url), UNREACHABLE)


def _refused(body: bytes, url: str) -> CommandError:
    try:
        told = jsontext.decode(body)
        return Refused(told["code"], told["message"])
    except (jsontext.InvalidJson, KeyError, TypeError):
        return CommandError(f"what answers at {url} is not Podium; name a Podium with --endpoint.", FAILED)
