"""What the catalogue holds about state machines: typed, versioned, encoded as msgpack.

A `StateMachineRecord` says what a name means now; a `RevisionRecord` is immutable and is what executions are
pinned to; a `VersionRecord` numbers a revision; an `AliasRecord` points to one or two versions. Fields are only
ever added, with defaults, so that a reader of the next version takes records of this one.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

STATE_MACHINE: Final = "state-machine"
"""Catalogue kind; key = state machine ARN."""
REVISION: Final = "revision"
"""Catalogue kind; key = revision id."""
VERSION: Final = "version"
"""Catalogue kind; key = `version_key`."""
DECISION: Final = "decision"
"""What a human decided; key = execution ARN, `#` and the id of the task's scheduled event."""
EDITED_INPUT: Final = "edited-input"
"""An input that was edited for a redrive; key = execution ARN, `#` and the number of the redrive."""
ALIAS: Final = "alias"
"""Catalogue kind; key = alias ARN."""


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
    latest_version: int = 0
    """The highest version number ever given; numbers are not given twice."""
    published_at_creation: bool = False
    creation_version_description: str | None = None
    """What CreateStateMachine was told, for telling a repetition from another request."""


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


class VersionRecord(Struct, frozen=True):
    """A published revision of a state machine."""

    state_machine_arn: str
    number: int
    revision_id: str
    created_ms: int
    description: str | None = None

    @property
    def arn(self) -> str:
        """The version's ARN."""
        return f"{self.state_machine_arn}:{self.number}"


class AliasRecord(Struct, frozen=True):
    """A name for one or two versions. Times in epoch milliseconds."""

    arn: str
    name: str
    state_machine_arn: str
    routing: list[tuple[int, int]]
    """(version number, weight); weights sum to 100."""
    created_ms: int
    updated_ms: int
    description: str | None = None


def version_key(state_machine_arn: str, number: int) -> str:
    """A version's key: keys of one state machine sort by number."""
    return f"{state_machine_arn}:{number:012}"


def pack(record: Struct) -> bytes:
    """A record's stored form."""
    return msgspec.msgpack.encode(record)


def unpack_state_machine(data: bytes) -> StateMachineRecord:
    """A stored state machine."""
    return msgspec.msgpack.decode(data, type=StateMachineRecord)


def unpack_revision(data: bytes) -> RevisionRecord:
    """A stored revision."""
    return msgspec.msgpack.decode(data, type=RevisionRecord)


def unpack_version(data: bytes) -> VersionRecord:
    """A stored version."""
    return msgspec.msgpack.decode(data, type=VersionRecord)


def unpack_alias(data: bytes) -> AliasRecord:
    """A stored alias."""
    return msgspec.msgpack.decode(data, type=AliasRecord)
