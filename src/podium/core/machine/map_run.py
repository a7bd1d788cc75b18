"""A Map Run as a distributed Map asks for it: everything evaluated, so that whoever performs it decides nothing.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct

from podium.core.machine.chance import derived_random, derived_uuid
from podium.core.machine.execution_info import ExecutionInfo

STATE_DATA: Final = "STATE_DATA"
"""AWS's name for items that come from the state's input."""


class Item(NamedTuple):
    """One item of a Map Run, as the context object shows it ($$.Map.Item)."""

    value: Any
    source: str | None = None
    """`STATE_DATA`, or the URI of the object it was read from."""
    key: str | None = None
    """Its name, where the items are the members of an object."""


def state_items(items: Any) -> Iterator[Item]:
    """The items of the state's own input: an array's elements, or an object's members."""
    if isinstance(items, dict):
        for key, value in items.items():
            yield Item(value, STATE_DATA, key)
    else:
        for value in items:
            yield Item(value, STATE_DATA)


class ItemReader(Struct, frozen=True):
    """Where the items are read from.

    `action` is `getObject` or `listObjectsV2`; `parameters` are those of the S3 call; `config` is ReaderConfig with
    its values evaluated. `items_max` None takes all; one that is negative fails the Map Run.
    """

    action: str
    parameters: Mapping[str, Any]
    config: Mapping[str, Any]
    items_max: int | None


class ItemBatcher(Struct, frozen=True):
    """How items are put together into one child's input; None for no limit."""

    items_max: int | None
    bytes_max: int | None
    input: Any = None
    """BatchInput, or None when there is none."""


class ResultWriter(Struct, frozen=True):
    """What becomes of the results. Without `parameters` (Bucket, Prefix) they are the state's output."""

    parameters: Mapping[str, Any] | None
    transformation: str
    """NONE, COMPACT, FLATTEN."""
    output_type: str
    """JSON, JSONL."""


class MapRunLimits(Struct, frozen=True):
    """What UpdateMapRun may change while the run goes on. `max_concurrency` 0 is as many as there may be.

    Without either tolerance no failure is tolerated; with one, the other doesn't count.
    """

    max_concurrency: int = 0
    tolerated_count: int | None = None
    tolerated_percentage: float | None = None


class MapRunPlan(Struct, frozen=True):
    """One Map Run, evaluated. The same whenever it is asked for."""

    state: str
    """Name of the Map."""
    label: str
    execution_type: str
    """STANDARD, EXPRESS."""
    processor: str
    """Definition text of the children."""
    limits: MapRunLimits
    items: Any
    """The array or object to map over; None with a reader."""
    reader: ItemReader | None
    batcher: ItemBatcher | None
    writer: ResultWriter
    select: Callable[[int, Item], Any]
    """Index and item -> what the child (or its batch) is given for it. Raises EvaluationError."""


class ItemScope:
    """The `Scope` of one item's ItemSelector, which is evaluated outside any decision."""

    __slots__ = ("_context", "_draws", "_index", "_item", "_now_ms", "_seed", "_variables")

    def __init__(
        self, index: int, item: Item, context: Mapping[str, Any], variables: Mapping[str, Any], seed: str, now_ms: int
    ) -> None:
        self._index = index
        self._item = item
        self._context = context
        self._variables = variables
        self._seed = seed
        self._now_ms = now_ms
        self._draws = 0

    @property
    def variables(self) -> Mapping[str, Any]:
        """Variables of the branch the Map is in."""
        return self._variables

    def context(self) -> Mapping[str, Any]:
        """The Map's context object, with this item."""
        item: dict[str, Any] = {"Index": self._index}
        if self._item.key is not None:
            item["Key"] = self._item.key
        item["Value"] = self._item.value
        if self._item.source is not None:
            item["Source"] = self._item.source
        return {**self._context, "Map": {"Item": item}}

    def now_ms(self) -> int:
        """When the Map was entered, so that asking again gives the same."""
        return self._now_ms

    def random(self) -> float:
        """Derived from the run, the item and how many were drawn before."""
        return derived_random(*self._parts())

    def uuid(self) -> str:
        """Derived like `random`."""
        return derived_uuid(*self._parts())

    def _parts(self) -> tuple[object, ...]:
        self._draws += 1
        return self._seed, self._index, self._draws


def machine_of(state_machine_name: str) -> str:
    """The state machine a child's machine (`orders/label`) is a part of."""
    return state_machine_name.partition("/")[0]


def map_run_arn(info: ExecutionInfo, label: str, started_id: int) -> str:
    """arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID, the same each time for one start of a Map."""
    prefix = ":".join(info.arn.split(":", 5)[:5])
    run_id = derived_uuid(info.arn, info.start_ms, started_id, "map-run")
    return f"{prefix}:mapRun:{machine_of(info.state_machine_name)}/{label}:{run_id}"
