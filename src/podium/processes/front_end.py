"""The application of a front end: what it does itself of a request, and what it has the engine do.

A request of Step Functions is read and checked here, and its answer written; the operation is performed by the
engine. What isn't such a request, or not a proper one, goes to the engine as it came: who refuses, and in which
words, is in one place. A synchronous Express execution, which stores nothing, runs here once the engine has let it.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from podium.api.context import caller
from podium.api.errors import ApiError
from podium.api.http import Request, Response
from podium.api.operations.express import ended_sync_execution
from podium.api.payloads import sent_input
from podium.api.protocol.json10 import CONTENT_TYPE
from podium.api.protocols import Protocols
from podium.api.services import ExpressApi, Operation
from podium.core import jsontext
from podium.processes.engine_link import EngineLink
from podium.processes.messages import Call, Done, Reply, Run
from podium.store.records import RevisionRecord

REVISIONS_MAX: Final = 1_024
_TEXT: Final = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
_OTHERS: Final = ("origin", "sec-fetch-site")
"""Headers of browsers: whether their requests are answered is the engine's to say (`origins.py`)."""
_URL_DOMAIN: Final = ".lambda-url."
"""In the host name of a function's URL (`function_urls.py`)."""


class FrontEnd:
    """Answers every request with a response. See `podium.api.http.Application`.

    Args:
        express: runs the synchronous executions this front end is given.
        new_id: a fresh random id, in UUID form.
        name: what this process is called: "front-end 1".
    """

    def __init__(
        self,
        engine: EngineLink,
        express: ExpressApi,
        function_operations: Mapping[str, Operation],
        is_consoles: Callable[[Request], bool],
        new_id: Callable[[], str],
        name: str,
    ) -> None:
        self._engine = engine
        self._express = express
        self._protocols = Protocols(function_operations, is_consoles)
        self._new_id = new_id
        self._name = name
        self._revisions: OrderedDict[str, RevisionRecord] = OrderedDict()

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        if request.path == "/livez":
            return Response(200, _TEXT, f"ok\n{self._name}\n".encode())
        call = self._read(request)
        if call is not None:
            try:
                answer = await self._engine.call(call, request.connected)
            except ValueError:  # a number of the input beyond msgpack's
                return await self._engine.forward(request)
            return await self._shown(call, answer, request)
        return await self._engine.forward(request)

    def body_max_bytes(self, head: Request) -> int:
        """How large a body may follow this head."""
        return self._protocols.body_max_bytes(head)

    def body_too_large(self, head: Request) -> Response:
        """The answer to a request whose body exceeds that."""
        return self._protocols.body_too_large(head, self._new_id())

    def _read(self, request: Request) -> Call | None:
        """A proper request of Step Functions; None for any other."""
        headers = request.headers
        if request.path != "/" or "x-amz-target" not in headers or _URL_DOMAIN in headers.get("host", ""):
            return None
        if any(name in headers for name in _OTHERS):
            return None
        try:
            operation, input = self._protocols.states.read(request)
        except ApiError:
            return None
        context = caller(headers, self._new_id())
        return Call(0, operation, context.account, context.region, context.request_id, context.trace_header, input)

    async def _shown(self, call: Call, answer: Done | Reply | Run, request: Request) -> Response:
        if isinstance(answer, Reply):
            return Response(answer.status, answer.headers, answer.body)
        if isinstance(answer, Done):
            return _succeeded(call, answer.body)
        try:
            revision = await self._revision(answer.info.revision_id)
            if revision is not None:
                result = await self._express.run(answer.info, revision, sent_input(call.input).encode())
                return _succeeded(call, jsontext.encode(ended_sync_execution(answer.info, call.input, result)))
        finally:
            self._engine.ran()
        # Deleted a moment ago: the engine finds words for it.
        return await self._engine.forward(request)

    async def _revision(self, revision_id: str) -> RevisionRecord | None:
        known = self._revisions.get(revision_id)
        if known is not None:
            self._revisions.move_to_end(revision_id)
            return known
        found = await self._engine.revision(revision_id)
        if found is not None:
            self._revisions[revision_id] = found
            if len(self._revisions) > REVISIONS_MAX:
                self._revisions.popitem(last=False)
        return found


def _succeeded(call: Call, body: bytes) -> Response:
    return Response(200, (("x-amzn-RequestId", call.request_id), ("Content-Type", CONTENT_TYPE)), body)
