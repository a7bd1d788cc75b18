"""What is fixed of an execution, as the store keeps it beside the columns of its summary.

Most of it is the same for all executions of a revision: `common`, which the store keeps once. The rest is `meta`,
which most executions don't have. The store looks into neither.
"""

from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from podium.core.machine.execution_info import NO_REDRIVES, ExecutionInfo, Redrives
from podium.store.contract import ExecutionSummary, NewExecution
from podium.store.map_runs import machine_of_map_run


class _Common(Struct, array_like=True, frozen=True):
    """What the store keeps once for all that say the same. Fields are only added, at the end, with defaults."""

    revision_id: str
    role_arn: str
    version_arn: str | None = None
    alias_arn: str | None = None
    map_run_arn: str | None = None


class _Own(Struct, array_like=True):
    """What the store keeps of one execution beside its columns. Fields are only added, at the end, with defaults."""

    form: int = 2
    trace_header: str | None = None
    item_count: int | None = None
    test_case: str | None = None
    position: int | None = None
    redrives: Redrives = NO_REDRIVES


class _Whole(Struct, array_like=True):
    """Both in one: of executions that were redriven, and the only form there was at first."""

    revision_id: str
    role_arn: str
    trace_header: str | None = None
    version_arn: str | None = None
    alias_arn: str | None = None
    map_run_arn: str | None = None
    item_count: int | None = None
    test_case: str | None = None
    position: int | None = None
    redrives: Redrives = NO_REDRIVES


_decode_common = lru_cache(maxsize=1024)(msgspec.msgpack.Decoder(_Common).decode)
_decode_own = msgspec.msgpack.Decoder(_Own).decode
_decode_whole = msgspec.msgpack.Decoder(_Whole).decode
_PLAIN: Final = _Own()
"""Of executions that have nothing of their own."""


def new_execution(info: ExecutionInfo) -> NewExecution:
    """What is fixed of an execution, as the store wants it."""
    own = _Own(_PLAIN.form, info.trace_header, info.item_count, info.test_case, info.position, info.redrives)
    return NewExecution(
        info.arn,
        listed_under(info),
        info.name,
        info.start_ms,
        b"" if own == _PLAIN else msgspec.msgpack.encode(own),
        _common(info.revision_id, info.role_arn, info.version_arn, info.alias_arn, info.map_run_arn),
    )


@lru_cache(maxsize=1024)
def _common(*values: str) -> bytes:
    return msgspec.msgpack.encode(_Common(*values))


def whole_meta_of(info: ExecutionInfo) -> bytes:
    """What the store is to keep of an execution that is redriven, whatever it kept before."""
    return msgspec.msgpack.encode(
        _Whole(
            info.revision_id,
            info.role_arn,
            info.trace_header,
            info.version_arn,
            info.alias_arn,
            info.map_run_arn,
            info.item_count,
            info.test_case,
            info.position,
            info.redrives,
        )
    )


def _parts(summary: ExecutionSummary) -> tuple[_Common | _Whole, _Own | _Whole]:
    meta = summary.meta
    if not meta:
        return _decode_common(summary.common), _PLAIN
    # The first member of an array: a small number is itself in msgpack, and no text begins like it.
    if meta[1] == _PLAIN.form:
        return _decode_common(summary.common), _decode_own(meta)
    whole = _decode_whole(meta)
    return whole, whole


def info_of(summary: ExecutionSummary) -> ExecutionInfo:
    """What was fixed when the execution started, or was redriven."""
    common, own = _parts(summary)
    machine_arn = summary.state_machine_arn
    if common.map_run_arn is not None:
        machine_arn = machine_of_map_run(common.map_run_arn)
    return ExecutionInfo(
        arn=summary.arn,
        name=summary.name,
        state_machine_arn=machine_arn,
        state_machine_name=machine_arn.rpartition(":")[2],
        role_arn=common.role_arn,
        revision_id=common.revision_id,
        start_ms=summary.start_ms,
        trace_header=own.trace_header,
        version_arn=common.version_arn,
        alias_arn=common.alias_arn,
        map_run_arn=common.map_run_arn,
        item_count=own.item_count,
        test_case=own.test_case,
        position=own.position,
        redrives=own.redrives,
    )


def listed_under(info: ExecutionInfo) -> str:
    """What the store lists an execution under: its state machine, or, for a child, its Map Run."""
    return info.map_run_arn or info.state_machine_arn
