"""The fields of a distributed Map that say where items come from, what children get, and what becomes of results.

Each is compiled into a function that gives plain data, which `map_run` knows by name: an execution keeps it as the
parameters of its Map Run. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from podium.core.asl.queries import is_expression
from podium.core.expressions.errors import EvaluationError
from podium.core.expressions.template import compile_template
from podium.core.machine.branch import Branch
from podium.core.machine.decision import Decision
from podium.core.machine.failure import RUNTIME
from podium.core.machine.map_run import ItemScope
from podium.core.machine.payload import Payload
from podium.core.states.jsonata_values import JsonataValue
from podium.core.states.jsonpath_flow import path_step
from podium.core.states.map_ import ITEMS_MAX
from podium.core.states.map_numbers import MapNumber

Evaluate = Callable[[Decision, Branch, Payload], Any]
"""(decision, branch, effective input) -> what the field says."""


def _value(value: Any, field: str, jsonata: bool) -> Evaluate:
    """A field that holds a template (JSONPath) or expressions (JSONata)."""
    if jsonata:
        compiled = JsonataValue(value, field)
        return lambda decision, branch, effective: compiled.evaluate(decision, branch)
    template = compile_template(value)
    return lambda decision, branch, effective: template.evaluate(effective.value, decision.scope(branch))


def items_of(spec: dict[str, Any], jsonata: bool) -> Callable[[Decision, Branch, Payload], Payload]:
    """What is mapped over: an array, or an object whose members are the items."""
    value = JsonataValue(spec["Items"], "Items") if jsonata and "Items" in spec else None
    step = None if jsonata else path_step({"ItemsPath": spec.get("ItemsPath", "$")}, "ItemsPath")

    def items(decision: Decision, branch: Branch, effective: Payload) -> Payload:
        found = effective if step is None else step.on_payload(effective, decision, branch)
        if value is not None:
            found = Payload(value.evaluate(decision, branch))
            if not isinstance(found.value, list | dict) and is_expression(value.value):
                raise value.wrong_type("array", found.value)
        if not isinstance(found.value, list | dict):
            raise EvaluationError(RUNTIME, f"Map state input must be an array but was: {found.text.decode()}")
        return found

    return items


def reader_of(spec: dict[str, Any], jsonata: bool) -> Evaluate:
    """ItemReader -> the fields of `map_run.ItemReader`."""
    action = spec["Resource"].rpartition(":")[2]
    config = dict(spec.get("ReaderConfig", {}))
    # AWS starts the Map Run before it looks whether MaxItems is negative: it is the run that fails.
    items_max = MapNumber(config, "MaxItems", jsonata=jsonata, place="ItemReader/ReaderConfig/", negative=True)
    for counted in ("MaxItems", "MaxItemsPath"):
        config.pop(counted, None)
    parameters = _value(spec.get("Arguments" if jsonata else "Parameters", {}), "ItemReader/Arguments", jsonata)
    configured = JsonataValue(config, "ItemReader/ReaderConfig") if jsonata else None

    def reader(decision: Decision, branch: Branch, effective: Payload) -> tuple[Any, ...]:
        most = items_max.whole(decision, branch, effective)
        held: Mapping[str, Any] = config if configured is None else configured.evaluate(decision, branch)
        return action, parameters(decision, branch, effective), held, most if most and most <= ITEMS_MAX else None

    return reader


def batcher_of(spec: dict[str, Any], jsonata: bool) -> Evaluate:
    """ItemBatcher -> the fields of `map_run.ItemBatcher`."""
    place = "ItemBatcher/"
    items_max = MapNumber(spec, "MaxItemsPerBatch", jsonata=jsonata, place=place)
    bytes_max = MapNumber(spec, "MaxInputBytesPerBatch", jsonata=jsonata, place=place)
    common = _value(spec["BatchInput"], f"{place}BatchInput", jsonata) if "BatchInput" in spec else None

    def batcher(decision: Decision, branch: Branch, effective: Payload) -> tuple[Any, ...]:
        return (
            items_max.whole(decision, branch, effective),
            bytes_max.whole(decision, branch, effective),
            common and common(decision, branch, effective),
        )

    return batcher


def writer_of(spec: dict[str, Any] | None, jsonata: bool) -> Evaluate:
    """ResultWriter -> the fields of `map_run.ResultWriter`; exported results carry their metadata by default."""
    if spec is None:
        return lambda decision, branch, effective: (None, "COMPACT", "JSON")
    field = "Arguments" if jsonata else "Parameters"
    parameters = _value(spec[field], f"ResultWriter/{field}", jsonata) if field in spec else None
    config = spec.get("WriterConfig", {})
    transformation = config.get("Transformation", "NONE" if parameters else "COMPACT")
    output_type = config.get("OutputType", "JSON")
    return lambda decision, branch, effective: (
        parameters and parameters(decision, branch, effective),
        transformation,
        output_type,
    )


def selector_of(spec: dict[str, Any], jsonata: bool) -> Callable[[Any, ItemScope], Any] | None:
    """ItemSelector, or the older Parameters; None when the item is the child's input."""
    if jsonata:
        if "ItemSelector" not in spec:
            return None
        value = JsonataValue(spec["ItemSelector"], "ItemSelector")
        return lambda document, scope: value.evaluate_in(scope, {"input": document})
    selector = spec.get("ItemSelector", spec.get("Parameters"))
    return None if selector is None else compile_template(selector).evaluate
