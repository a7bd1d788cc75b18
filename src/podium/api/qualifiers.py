"""Versions and aliases in the catalogue: read, written, and kept decoded for StartExecution.

Everything here belongs to one state machine and goes when it goes. Changes are made one at a time (`changing`):
whether a version may be deleted depends on every alias, and an alias on its versions.
"""

import asyncio
from typing import Final, TypeVar

from podium.store.contract import Store
from podium.store.records import (
    ALIAS,
    VERSION,
    AliasRecord,
    VersionRecord,
    pack,
    unpack_alias,
    unpack_version,
    version_key,
)

VERSIONS_MAX: Final = 1_000
ALIASES_MAX: Final = 100
"""Per state machine: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""
_CACHED_MAX: Final = 4_096

R = TypeVar("R", VersionRecord, AliasRecord)


class Qualifiers:
    """What can stand behind the name in a state machine's ARN."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._versions: dict[str, VersionRecord] = {}
        self._aliases: dict[str, AliasRecord] = {}
        self._writes = 0
        """Writes made here so far; what was read before a write and decoded after it is not worth keeping."""
        self.changing = asyncio.Lock()
        """Held while versions or aliases change, from the first look to the last write."""

    async def version(self, state_machine_arn: str, number: int) -> VersionRecord | None:
        """A version by its number."""
        key = version_key(state_machine_arn, number)
        known = self._versions.get(key)
        if known is None:
            writes = self._writes
            stored = await self._store.get(VERSION, key)
            if stored is None:
                return None
            known = unpack_version(stored.data)
            self._keep(self._versions, key, known, writes)
        return known

    async def versions(self, state_machine_arn: str) -> list[VersionRecord]:
        """All versions of a state machine, the newest first."""
        found = await self._store.list(VERSION, prefix=f"{state_machine_arn}:", limit=VERSIONS_MAX)
        return [unpack_version(record.data) for record in reversed(found)]

    async def put_version(self, version: VersionRecord) -> None:
        """Store a new version."""
        key = version_key(version.state_machine_arn, version.number)
        await self._store.put(VERSION, key, pack(version), expected_version=0)
        self._forget(key)

    async def delete_version(self, state_machine_arn: str, number: int) -> None:
        """Delete a version, if it is there."""
        key = version_key(state_machine_arn, number)
        await self._store.delete(VERSION, key)
        self._forget(key)

    async def alias(self, arn: str) -> AliasRecord | None:
        """An alias by its ARN."""
        known = self._aliases.get(arn)
        if known is None:
            writes = self._writes
            stored = await self._store.get(ALIAS, arn)
            if stored is None:
                return None
            known = unpack_alias(stored.data)
            self._keep(self._aliases, arn, known, writes)
        return known

    async def aliases(self, state_machine_arn: str) -> list[AliasRecord]:
        """All aliases of a state machine, by name."""
        found = await self._store.list(ALIAS, prefix=f"{state_machine_arn}:", limit=ALIASES_MAX)
        return [unpack_alias(record.data) for record in found]

    async def put_alias(self, alias: AliasRecord) -> None:
        """Store an alias, new or changed."""
        await self._store.put(ALIAS, alias.arn, pack(alias))
        self._forget(alias.arn)

    async def delete_alias(self, arn: str) -> None:
        """Delete an alias, if it is there."""
        await self._store.delete(ALIAS, arn)
        self._forget(arn)

    async def purge(self, state_machine_arn: str) -> None:
        """Delete every alias and version of a state machine that is being deleted."""
        for alias in await self.aliases(state_machine_arn):
            await self.delete_alias(alias.arn)
        for version in await self.versions(state_machine_arn):
            await self.delete_version(state_machine_arn, version.number)

    def _keep(self, cache: dict[str, R], key: str, record: R, writes: int) -> None:
        if writes == self._writes:
            if len(cache) >= _CACHED_MAX:
                cache.pop(next(iter(cache)))
            cache[key] = record

    def _forget(self, key: str) -> None:
        self._writes += 1
        self._versions.pop(key, None)
        self._aliases.pop(key, None)
