"""The Map state: runs one scope for each item, inside the execution or as child executions.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html,
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from collections.abc import Iterator
from typing import Any, Final

from podium.core.asl import fields, kinds, queries
from podium.core.asl.diagnostics import Report
from podium.core.asl.fields import Field, OneOf, Scope, check_object, object_of

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

FIELDS = (
    *fields.COMMON,
    *fields.FLOW,
    Field("ItemProcessor", kinds.anything),
    Field("Iterator", kinds.anything),
    *fields.PATHS,
    fields.PARAMETERS,
    Field("ItemSelector", queries.by_language(queries.template, queries.value)),
    Field("ItemsPath", queries.items_path, language="JSONPath"),
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
GROUPS = (
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
        express = is_distributed(state) and _config(state).get("ExecutionType") == "EXPRESS"
        yield Scope(name, machine, (Field("ProcessorConfig", _processor_config),), express)
