"""The Map state: runs one scope for each item, inside the execution or as child executions.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html,
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from collections.abc import Iterator
from typing import Any, Final

from podium.core.asl import fields, kinds, queries
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field, OneOf, Scope, check_object, object_of
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch, Join
from podium.core.machine.decision import Decision
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.joining import abort, gather
from podium.core.states.jsonata_flow import JsonataFlow
from podium.core.states.jsonpath_flow import JsonPathFlow
from podium.core.states.loader import Loader
from podium.core.states.map_query import JsonataMapQuery, JsonPathMapQuery
from podium.core.states.watching import Watch

ITEMS_MAX: Final = 100_000_000
BATCH_BYTES_MAX: Final = 262_144
LABEL_LENGTH_MAX: Final = 40

_COUNT = kinds.integer(0)
_ONE_INPUT = OneOf(("Parameters", "Arguments"))

_READER_CONFIG = (
    Field("InputType", kinds.one_of("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")),
    Field("Transformation", kinds.one_of("NONE", "LOAD_AND_FLATTEN")),
    Field("ManifestType", kinds.one_of("ATHENA_DATA", "S3_INVENTORY")),
    Field("CSVDelimiter", kinds.one_of("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
    Field("CSVHeaderLocation", kinds.one_of("FIRST_ROW", "GIVEN")),
    Field("CSVHeaders", kinds.array(kinds.text)),
    Field("ItemsPointer", kinds.text),
    *fields.or_path("MaxItems", kinds.integer(0, ITEMS_MAX)),
)


def _reader_config(value: Any, report: Report) -> None:
    config = check_object(value, _READER_CONFIG, fields.excludes_path("MaxItems"), report)
    if config is None:
        return
    csv = config.get("InputType") == "CSV"
    if csv and "CSVHeaderLocation" not in config:
        report.refuse("These fields are required: [CSVHeaderLocation]")
    if config.get("CSVHeaderLocation") == "GIVEN" and "CSVHeaders" not in config:
        report.refuse("These fields are required: [CSVHeaders]")
    if config.get("InputType") in ("JSON", "JSONL", "PARQUET"):
        for name in ("CSVDelimiter", "CSVHeaderLocation", "CSVHeaders"):
            if name in config:
                report.refuse(f"Field '{name}' is not supported")


def _service(*allowed: str) -> kinds.Kind:
    def check(value: Any, report: Report) -> None:
        parts = value.split(":", 5) if isinstance(value, str) else []
        if len(parts) != 6 or parts[0] != "arn" or parts[2] != "states" or parts[5] not in allowed:
            report.refuse("The field 'Resource' does not match any of the allowed values")

    return check


_READER = (
    Field("Resource", _service("s3:getObject", "s3:listObjectsV2"), required=True),
    fields.PARAMETERS,
    fields.ARGUMENTS,
    Field("ReaderConfig", _reader_config),
)
_BATCHER = (
    *fields.or_path("MaxItemsPerBatch", _COUNT),
    *fields.or_path("MaxInputBytesPerBatch", kinds.integer(0, BATCH_BYTES_MAX)),
    Field("BatchInput", queries.by_language(queries.template, queries.value)),
)
_WRITER_CONFIG = (
    Field("Transformation", kinds.one_of("NONE", "COMPACT", "FLATTEN")),
    Field("OutputType", kinds.one_of("JSON", "JSONL")),
)
_WRITER = (
    Field("Resource", _service("s3:putObject")),
    fields.PARAMETERS,
    fields.ARGUMENTS,
    Field("WriterConfig", object_of(_WRITER_CONFIG)),
)

FIELDS: Final[tuple[Field, ...]] = (
    *fields.COMMON,
    *fields.FLOW,
    Field("ItemProcessor", kinds.anything),
    Field("Iterator", kinds.anything),
    *fields.PATHS,
    fields.PARAMETERS,
    Field("ItemSelector", queries.by_language(queries.template, queries.value)),
    Field("ItemsPath", queries.any_reference_path, language="JSONPath"),
    Field("Items", queries.items, language="JSONata"),
    Field("ItemReader", object_of(_READER)),
    Field("ItemBatcher", object_of(_BATCHER, fields.excludes_path("MaxItemsPerBatch", "MaxInputBytesPerBatch"))),
    Field("ResultWriter", object_of(_WRITER)),
    *fields.or_path("MaxConcurrency", _COUNT),
    *fields.or_path("ToleratedFailureCount", _COUNT),
    *fields.or_path("ToleratedFailurePercentage", kinds.number(0.0, 100.0)),
    Field("Label", kinds.name),
    fields.RESULT_SELECTOR,
    fields.RESULT_PATH,
    fields.OUTPUT,
    fields.ASSIGN,
    *fields.ERROR_HANDLING,
)
GROUPS: Final[tuple[OneOf, ...]] = (
    fields.NEXT_OR_END,
    OneOf(("ItemProcessor", "Iterator"), required=True),
    OneOf(("ItemSelector", "Parameters")),
    *fields.excludes_path("MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage"),
)

_DISTRIBUTED_ONLY = (
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
)
_PROCESSOR_CONFIG = (
    Field("Mode", kinds.one_of("INLINE", "DISTRIBUTED")),
    Field("ExecutionType", kinds.one_of("STANDARD", "EXPRESS")),
)


def _processor_config(value: Any, report: Report) -> None:
    config = check_object(value, _PROCESSOR_CONFIG, (), report)
    if config is None:
        return
    distributed = config.get("Mode") == "DISTRIBUTED"
    if distributed and "ExecutionType" not in config:
        report.refuse("These fields are required: [ExecutionType]")
    elif not distributed and "ExecutionType" in config:
        report.refuse("Field 'ExecutionType' is not supported")
    if distributed and report.rules.machine_type == "EXPRESS":
        message = "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines"
        report.at("Mode").refuse(message)


def check(state: dict[str, Any], report: Report) -> None:
    """What only a distributed Map may have, and how long a label may be."""
    if not is_distributed(state):
        for name in _DISTRIBUTED_ONLY:
            if name in state:
                report.refuse(f"Field '{name}' is not supported")
    label = state.get("Label")
    if isinstance(label, str) and len(label) > LABEL_LENGTH_MAX:
        message = f"Label '{label}' exceeds the {LABEL_LENGTH_MAX}-character limit allowed by the service"
        report.at("Label").refuse(message, "INVALID_LABEL_NAME")


def processor(state: dict[str, Any]) -> tuple[str, Any]:
    """The scope's field name, `Iterator` being the older one, and what it holds."""
    name = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    return name, state.get(name)


def is_distributed(state: dict[str, Any]) -> bool:
    """Whether the items run as child executions of their own."""
    return _config(state).get("Mode") == "DISTRIBUTED"


def _config(state: dict[str, Any]) -> dict[str, Any]:
    _, machine = processor(state)
    config = machine.get("ProcessorConfig") if isinstance(machine, dict) else None
    return config if isinstance(config, dict) else {}


def scopes(state: dict[str, Any]) -> Iterator[Scope]:
    """The one scope that every item runs through."""
    name, machine = processor(state)
    if name in state:
        distributed = is_distributed(state)
        express = distributed and _config(state).get("ExecutionType") == "EXPRESS"
        config = Field("ProcessorConfig", _processor_config)
        yield Scope(name, machine, (config,), express=express, isolated=distributed)


def map_flow(spec: dict[str, Any], jsonata: bool, watch: Watch) -> JsonPathFlow | JsonataFlow:
    """The older `Parameters` is what `ItemSelector` is now: per item, not per state."""
    if jsonata:
        return JsonataFlow(spec, arguments=None, watch=watch)
    return JsonPathFlow(spec, parameters=None, watch=watch)


class Map(CompiledState):
    """An inline Map: one child branch per item, so many at a time."""

    entered = events.MAP_ENTERED
    exited = events.MAP_EXITED
    aborted = events.MAP_ABORTED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        self._scope = loader.scope(processor(spec)[1])
        self._query = JsonataMapQuery(spec) if self.is_jsonata else JsonPathMapQuery(spec)

    def make_flow(self, spec: dict[str, Any]) -> JsonPathFlow | JsonataFlow:
        """See `map_flow`."""
        return map_flow(spec, self.is_jsonata, self.watch)

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Finds the items and starts the first of them."""
        effective = self.effective_input(decision, branch)
        concurrency = self._query.max_concurrency(decision, branch, effective)
        items = self._query.items(decision, branch, effective)
        total = len(items.value)
        branch.cursor = decision.emit(events.MAP_STARTED, branch.cursor, total)
        if not total:
            return self._succeed(decision, branch)
        limit = decision.execution.limits.inline_map_concurrency
        branch.join = Join(total, min(concurrency or limit, limit), branch.cursor, items, effective)
        decision.block(branch, status.JOINING)
        self.start_children(decision, branch)
        return None

    def start_children(self, decision: Decision, branch: Branch) -> None:
        """As many iterations as may run; the rest when the slice or an iteration is over."""
        join = branch.join
        assert join is not None
        while join.can_start:
            if decision.full:
                decision.queue.append(branch)
                break
            self._start_next(decision, branch, join, join.started_id)
        decision.touch(branch)

    def _start_next(self, decision: Decision, branch: Branch, join: Join, previous_id: int) -> None:
        index = join.started
        assert join.items is not None
        assert join.effective is not None
        item = join.items.value[index]
        iteration_input = Payload(self._query.select(decision, branch, join.effective, index, item))
        cursor = decision.emit(events.ITERATION_STARTED, previous_id, self.name, index)
        join.started += 1
        decision.spawn(branch, index, self._scope, iteration_input, cursor)

    def child_done(self, decision: Decision, branch: Branch, child: Branch) -> Exit | None:
        """The next item takes the finished one's place; the state succeeds with the last."""
        join = branch.join
        assert join is not None
        join.done += 1
        branch.cursor = decision.emit(events.ITERATION_SUCCEEDED, child.cursor, self.name, child.index)
        if join.can_start:
            self._start_next(decision, branch, join, child.cursor)
        if join.done < join.total:
            return None
        return self._succeed(decision, branch)

    def _succeed(self, decision: Decision, branch: Branch) -> Exit:
        decision.emit(events.MAP_SUCCEEDED, branch.cursor)
        return self.leave(decision, branch, gather(decision, branch))

    def child_failed(self, decision: Decision, branch: Branch, child: Branch) -> None:
        """One failed iteration ends them all."""
        decision.emit(events.ITERATION_FAILED, child.cursor, self.name, child.index)
        self._abort_iterations(decision, branch, child)
        branch.cursor = child.cursor

    def cut_short(self, decision: Decision, branch: Branch) -> None:
        """An item could not be prepared while earlier ones run."""
        self._abort_iterations(decision, branch, None)

    def _abort_iterations(self, decision: Decision, branch: Branch, failed: Branch | None) -> None:
        for each in branch.children:
            if each is not failed and each.status != status.DONE:
                abort(decision, each)
                decision.emit(events.ITERATION_ABORTED, each.cursor, self.name, each.index)

    def gave_up(self, decision: Decision, branch: Branch) -> None:
        """No retry took the failure."""
        branch.cursor = decision.emit(events.MAP_FAILED, branch.cursor)
