"""Loaded machines by revision: definitions are compiled once and shared by all executions pinned to them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from podium.core import interpreter, jsontext
from podium.core.asl.resources import ParameterCheck, unchecked
from podium.core.machine.program import Machine
from podium.store.contract import Catalogue
from podium.store.records import REVISION, RevisionRecord, unpack_revision

CACHED_MACHINES = 1024
LOADED_AT_ONCE_MAX: Final = 32_768
"""Characters of a definition that is compiled on the spot: some twenty milliseconds. A megabyte takes a second."""


class UnknownRevision(LookupError):
    """An execution is pinned to a revision the catalogue doesn't hold."""


class Machines:
    """A bounded cache over the catalogue's revisions. `loaded` is told of each that enters it."""

    def __init__(
        self,
        catalogue: Catalogue,
        loaded: Callable[[RevisionRecord], None] | None = None,
        parameter_check: ParameterCheck = unchecked,
    ) -> None:
        self._catalogue = catalogue
        self._told = loaded
        self._parameter_check = parameter_check
        self._loaded: OrderedDict[str, Machine] = OrderedDict()
        self._loading: dict[str, asyncio.Future[Machine]] = {}

    def add(self, revision: RevisionRecord) -> Machine:
        """The machine of a revision record at hand."""
        machine = self._loaded.get(revision.revision_id)
        if machine is None:
            return self._keep(revision, self._compiled(revision.definition))
        self._loaded.move_to_end(revision.revision_id)
        return machine

    def at_once(self, revision: RevisionRecord) -> Machine | None:
        """Like `add`, but None for a large definition that is not loaded: `ready` compiles it."""
        if revision.revision_id in self._loaded or len(revision.definition) <= LOADED_AT_ONCE_MAX:
            return self.add(revision)
        return None

    async def ready(self, revision: RevisionRecord) -> Machine:
        """Like `add`, but a large definition is compiled in a thread, so that others go on."""
        machine = self.at_once(revision)
        if machine is not None:
            return machine
        loading = self._loading.get(revision.revision_id)
        if loading is None:
            loading = asyncio.ensure_future(asyncio.to_thread(self._compiled, revision.definition))
            self._loading[revision.revision_id] = loading
            loading.add_done_callback(lambda _: self._loading.pop(revision.revision_id))
        machine = await asyncio.shield(loading)
        return self._loaded.get(revision.revision_id) or self._keep(revision, machine)

    def _keep(self, revision: RevisionRecord, machine: Machine) -> Machine:
        self._loaded[revision.revision_id] = machine
        if self._told is not None:
            self._told(revision)
        if len(self._loaded) > CACHED_MACHINES:
            self._loaded.popitem(last=False)
        return machine

    async def get(self, revision_id: str) -> Machine:
        """The machine of a revision by its id.

        Raises:
            UnknownRevision: the catalogue doesn't hold it.
        """
        machine = self._loaded.get(revision_id)
        if machine is not None:
            return machine
        record = await self._catalogue.get(REVISION, revision_id)
        if record is None:
            raise UnknownRevision(revision_id)
        return await self.ready(unpack_revision(record.data))

    def _compiled(self, definition: str) -> Machine:
        return interpreter.load(jsontext.decode(definition), self._parameter_check)
