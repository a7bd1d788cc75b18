"""Loaded machines by revision: definitions are compiled once and shared by all executions pinned to them."""

from collections import OrderedDict
from collections.abc import Callable

from podium.core import interpreter, jsontext
from podium.core.machine.program import Machine
from podium.store.contract import Catalogue
from podium.store.records import REVISION, RevisionRecord, unpack_revision

CACHED_MACHINES = 1024


class UnknownRevision(LookupError):
    """An execution is pinned to a revision the catalogue doesn't hold."""


class Machines:
    """A bounded cache over the catalogue's revisions. `loaded` is told of each that enters it."""

    def __init__(self, catalogue: Catalogue, loaded: Callable[[RevisionRecord], None] | None = None) -> None:
        self._catalogue = catalogue
        self._told = loaded
        self._loaded: OrderedDict[str, Machine] = OrderedDict()

    def add(self, revision: RevisionRecord) -> Machine:
        """The machine of a revision record at hand."""
        machine = self._loaded.get(revision.revision_id)
        if machine is None:
            machine = interpreter.load(jsontext.decode(revision.definition))
            self._loaded[revision.revision_id] = machine
            if self._told is not None:
                self._told(revision)
            if len(self._loaded) > CACHED_MACHINES:
                self._loaded.popitem(last=False)
        else:
            self._loaded.move_to_end(revision.revision_id)
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
        return self.add(unpack_revision(record.data))
