"""Routes of the console: the page, its files, and `/console/api`.

/                      the page
/console/assets/...    built files
/console/api/...       what AWS's API has no operation for, one handler a route (docs/console.md)
/console/...           the page: the script shows what the address names
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec

from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.services import Services
from podium.console.assets import Assets
from podium.console.changes import Changes
from podium.console.security import security_headers
from podium.core import jsontext

log = logging.getLogger(__name__)

PREFIX: Final = "/console/"
API: Final = "/console/api/"
_PAGE_METHODS: Final = frozenset({"GET", "HEAD"})
_JSON: Final = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))


def is_consoles(request: Request) -> bool:
    """Whether a request is the console's rather than an AWS API's."""
    path = request.path
    if path in ("", "/"):
        return request.method in _PAGE_METHODS and "x-amz-target" not in request.headers
    return path.startswith(PREFIX) or path == "/console"


T = TypeVar("T")


class ConsoleRequest:
    """A request of `/console/api`: its query as a dictionary, its body as the type a route wants."""

    def __init__(self, services: Services, changes: Changes, request: Request) -> None:
        self.services = services
        self.changes = changes
        self.query = dict(parse_qsl(request.query, keep_blank_values=True))
        self.headers = request.headers
        self._body = request.body

    def required(self, name: str) -> str:
        """A parameter of the query that must be there.

        Raises:
            ApiError: it isn't.
        """
        value = self.query.get(name, "")
        if not value:
            raise ApiError("ValidationException", f"The parameter '{name}' is missing.")
        return value

    def number(self, name: str, default: int) -> int:
        """A parameter of the query that is a number from 0 up."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise ApiError("ValidationException", f"The parameter '{name}' must be a number.")
        return int(text)

    def body(self, wanted: type[T], hint: str) -> T:
        """The body as what it should be.

        Args:
            hint: a sentence that says what belongs into it.

        Raises:
            ApiError: it is not JSON, or something else.
        """
        try:
            return msgspec.convert(jsontext.decode(self._body or b"{}"), wanted)
        except jsontext.InvalidJson:
            raise ApiError("ValidationException", "The body is not JSON.") from None
        except msgspec.ValidationError as error:
            raise ApiError("ValidationException", f"{hint} {error}.") from None


Handler = Callable[[ConsoleRequest], Awaitable[Response | dict[str, Any]]]
"""One route of `/console/api`: a dictionary is answered as JSON. Raises `ApiError`."""
Routes = Mapping[tuple[str, str], Handler]
"""(method, path below `/console/api/`) -> handler."""


class Console:
    """Answers the requests that are the console's. See `podium.api.app.ConsoleApi`."""

    def __init__(self, services: Services, assets: Assets, routes: Routes, changes: Changes) -> None:
        self._services = services
        self._assets = assets
        self._routes = routes
        self._changes = changes

    def serves(self, request: Request) -> bool:
        """Whether the request is the console's rather than an AWS API's."""
        return is_consoles(request)

    def navigable(self, request: Request) -> bool:
        """Whether a link on another site may lead there: to pages, not to the API."""
        return request.method in _PAGE_METHODS and not request.path.startswith(API)

    def performed(self, operation: str) -> None:
        """An operation of an AWS API has succeeded."""
        self._changes.performed(operation)

    async def __call__(self, request: Request) -> Response:
        """Answer a request of the console. Errors are responses."""
        if request.path.startswith(API):
            return await self._api(request)
        if request.method not in _PAGE_METHODS:
            return Response(405, (*security_headers(), ("Allow", "GET, HEAD")))
        name = request.path.removeprefix(PREFIX)
        if name.startswith("assets/"):
            found = self._assets.file(name, request.headers.get("accept-encoding", ""))
            return found or Response(404, (*security_headers(), ("Cache-Control", "no-store")))
        return self._assets.page(self._services.new_id().replace("-", ""))

    async def _api(self, request: Request) -> Response:
        handler = self._routes.get((request.method, request.path.removeprefix(API)))
        try:
            if handler is None:
                raise ApiError("NotFound", "There is no such route in /console/api.", status=404)
            if not self._services.ready():
                raise ApiError("ServiceUnavailable", "The server is starting or stopping.", status=503)
            answer = await handler(ConsoleRequest(self._services, self._changes, request))
        except ApiError as error:
            return _json(error.status, {"code": error.code, "message": error.message})
        except Exception:
            log.exception("console request failed: %s %s", request.method, request.path)
            return _json(500, {"code": "InternalFailure", "message": "The server failed; its log says why."})
        return answer if isinstance(answer, Response) else _json(200, answer)


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(status, (*security_headers(), *_JSON), jsontext.encode(body))
