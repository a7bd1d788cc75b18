"""What the catalogue holds about state machines: typed, versioned, encoded as msgpack.

A `StateMachineRecord` says what a name means now; a `RevisionRecord` is immutable and is what executions are
pinned to. Fields are only ever added, with defaults, so that a reader of the next version takes records of
this one.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

STATE_MACHINE: Final = "state-machine"
"""Catalogue kind; key = state machine ARN."""
REVISION: Final = "revision"
"""Catalogue kind; key = revision id."""


class StateMachineRecord(Struct):
    """A state machine by name. Times in epoch milliseconds."""

    arn: str
    name: str
    type: str
    revision_id: str
    created_ms: int
    updated_ms: int
    status: str = "ACTIVE"
    tags: dict[str, str] = {}


class RevisionRecord(Struct):
    """One immutable definition of a state machine and what is configured with it.

    The configuration members are AWS's own shapes, stored as they came.
    """

    revision_id: str
    state_machine_arn: str
    definition: str
    role_arn: str
    type: str
    created_ms: int
    logging_configuration: dict[str, Any] | None = None
    tracing_configuration: dict[str, Any] | None = None
    encryption_configuration: dict[str, Any] | None = None
    initial: bool = False
    """Whether the machine was created with it: AWS calls that revision INITIAL and doesn't show its id."""


def pack(record: Struct) -> bytes:
    """A record's stored form."""
    return msgspec.msgpack.encode(record)


def unpack_state_machine(data: bytes) -> StateMachineRecord:
    """A stored state machine."""
    return msgspec.msgpack.decode(data, type=StateMachineRecord)


def unpack_revision(data: bytes) -> RevisionRecord:
    """A stored revision."""
    return msgspec.msgpack.decode(data, type=RevisionRecord)
