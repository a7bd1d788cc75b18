"""What a front end and the engine say to each other: msgpack, each message in a frame of its own.

    front end                                    engine
    Hello                                    ->          it listens
    Call     a request of Step Functions, read and checked
             -> Done | Reply | Run
    Forward  any other request, as it came
             -> Reply, and with `streams` Pieces, each of which is Taken
    Gone     nobody waits for an answer any more
    Run      <-  the synchronous execution of a Call is the front end's to run
             Revision? -> RevisionFound    what it runs, where the front end has not seen it
             Perform -> Outcome            its Tasks, which the engine performs
             Cancel                        nobody waits for a Task any more
             Ran                           it is over
    Drain    <-  finish what is under way, and end
    Ping     <-  is anybody there? -> Pong

Numbers are the front end's: of a request, or of a Task.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

from podium.core.machine.commands import CancelTask, InvokeTask
from podium.core.machine.execution_info import ExecutionInfo
from podium.integrations.contract import TaskOutcome
from podium.store.records import RevisionRecord

FRAME_MAX_BYTES: Final = 256 * 1024 * 1024
"""Over twice what the largest request can be; a longer frame is a fault of ours."""


class Hello(Struct, array_like=True, tag=0, frozen=True):
    """A front end's first word: it takes requests."""


class Call(Struct, array_like=True, tag=1, gc=False):
    """A request of Step Functions whose input has been checked."""

    number: int
    operation: str
    account: str
    region: str
    request_id: str
    trace_header: str | None
    input: dict[str, Any]


class Forward(Struct, array_like=True, tag=2, gc=False):
    """A request as it came. See `podium.api.http.Request`."""

    number: int
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Gone(Struct, array_like=True, tag=3, gc=False):
    """The client of a request has left."""

    number: int


class Taken(Struct, array_like=True, tag=4, gc=False):
    """The client has taken one piece of a stream."""

    number: int


class Wanted(Struct, array_like=True, tag=5, gc=False):
    """The front end wants to see what an execution runs."""

    number: int
    revision_id: str


class Ran(Struct, array_like=True, tag=6, gc=False):
    """An execution the front end was given is over."""


class Perform(Struct, array_like=True, tag=7, gc=False):
    """Perform a Task of such an execution."""

    number: int
    command: InvokeTask


class Cancel(Struct, array_like=True, tag=8, gc=False):
    """Stop a Task if that is possible."""

    command: CancelTask


class Done(Struct, array_like=True, tag=0, gc=False):
    """A Call has succeeded with this output, JSON text."""

    number: int
    body: bytes


class Reply(Struct, array_like=True, tag=1, gc=False):
    """A whole response, or with `streams` its head."""

    number: int
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    streams: bool = False


class Piece(Struct, array_like=True, tag=2, gc=False):
    """The next piece of a stream; None is its end."""

    number: int
    data: bytes | None


class Run(Struct, array_like=True, tag=3, gc=False):
    """Run the synchronous execution that a Call asks for."""

    number: int
    info: ExecutionInfo


class Found(Struct, array_like=True, tag=4, gc=False):
    """What was Wanted; None when it is gone."""

    number: int
    revision: RevisionRecord | None


class Outcome(Struct, array_like=True, tag=5, gc=False):
    """How a Task that was to be Performed ended."""

    number: int
    outcome: TaskOutcome


class Drain(Struct, array_like=True, tag=6, gc=False):
    """Take no more requests, finish those under way within `seconds`, and end."""

    seconds: float


class Ping(Struct, array_like=True, tag=7, gc=False):
    """Say that you are alive."""


class Pong(Struct, array_like=True, tag=9, gc=False):
    """The front end's event loop runs."""


ToEngine = Hello | Call | Forward | Gone | Taken | Wanted | Ran | Perform | Cancel | Pong
ToFrontEnd = Done | Reply | Piece | Run | Found | Outcome | Drain | Ping

encode: Final = msgspec.msgpack.Encoder().encode
decode_to_engine: Final = msgspec.msgpack.Decoder(ToEngine).decode
decode_to_front_end: Final = msgspec.msgpack.Decoder(ToFrontEnd).decode
