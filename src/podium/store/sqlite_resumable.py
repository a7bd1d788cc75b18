"""Executions a restart takes up, read in bulk: what each costs here decides how soon all are under way again."""

from collections.abc import Callable
from typing import Any, Final

from podium.store.contract import ExecutionSummary, LoadedExecution
from podium.store.sql import statements as sql
from podium.store.sqlite_packing import Packing

RUNNING: Final = "RUNNING"


def resumable(read: Callable[..., list[Any]], packing: Packing, after_key: int, limit: int) -> list[LoadedExecution]:
    """See `Journal.resumable`. `read` runs a statement, in one read transaction with the others."""
    found = read(sql.RESUMABLE, (after_key, limit))
    if not found:
        return []
    chosen = (after_key, found[-1][0])
    families = {family: read(sql.FAMILY, (family,))[0] for family in {row[1] for row in found}}
    snapshots = {key: snapshot for key, *snapshot in read(sql.RESUMABLE_SNAPSHOTS, chosen)}
    rows: dict[int, list[bytes]] = {}
    unpack = packing.unpack
    for key, _, _, _, _, _, _, packed, first in found:
        # A row kept with its execution is its first, which a snapshot contains.
        rows[key] = [] if first is None or key in snapshots else [unpack(packed, first)]
    for key, packed, row in read(sql.RESUMABLE_ROWS, chosen):
        rows[key].append(unpack(packed, row))
    loaded: list[LoadedExecution] = []
    for key, family, arn, name, start_ms, wake_at_ms, meta, _, _ in found:
        arn_prefix, machine_arn, common = families[family]
        snapshot_sequence, snapshot = 0, None
        if key in snapshots:
            snapshot_sequence, packed, data = snapshots[key]
            snapshot = unpack(packed, data)
        after = rows[key]
        sequence = snapshot_sequence + len(after)
        arn = arn or arn_prefix + name
        summary = ExecutionSummary(
            key, arn, machine_arn, name, RUNNING, start_ms, None, sequence, wake_at_ms, True, meta, common
        )
        loaded.append(LoadedExecution(summary, snapshot, snapshot_sequence, after))
    return loaded
