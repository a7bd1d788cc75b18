"""The distributed Map: for its execution it is one piece of work, like a Task's; the items run elsewhere.

What it says is evaluated here, into a `MapRunPlan`; the engine performs the plan as a Map Run, whose end comes back
as the state's outcome. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from collections.abc import Callable
from typing import Any, Final

from podium.core import jsontext
from podium.core.machine import branch as status
from podium.core.machine import events
from podium.core.machine.branch import Branch, Join
from podium.core.machine.branch import Task as Outstanding
from podium.core.machine.chance import derived_uuid
from podium.core.machine.commands import StartMapRun, StopMapRun
from podium.core.machine.decision import Decision
from podium.core.machine.failure import DATA_LIMIT, RUNTIME, Failure
from podium.core.machine.flow import location
from podium.core.machine.map_run import (
    Item,
    ItemBatcher,
    ItemReader,
    ItemScope,
    MapRunLimits,
    MapRunPlan,
    ResultWriter,
    map_run_arn,
)
from podium.core.machine.payload import Payload
from podium.core.machine.program import Exit
from podium.core.states.base import CompiledState
from podium.core.states.jsonata_flow import JsonataFlow
from podium.core.states.jsonpath_flow import JsonPathFlow
from podium.core.states.loader import Loader
from podium.core.states.map_ import Map as InlineMap
from podium.core.states.map_ import is_distributed, map_flow, processor
from podium.core.states.map_distributed_fields import batcher_of, items_of, reader_of, selector_of, writer_of
from podium.core.states.map_numbers import MapNumber
from podium.core.states.map_query import JsonataMapQuery, JsonPathMapQuery

EXPRESS_SECONDS_MAX: Final = 300
REDRIVES_MAX: Final = 1000
"""AWS's bound of redrives of one Map Run."""

_RUN_ANEW: Final = (DATA_LIMIT, RUNTIME)
"""Errors of a Map Run after which a redrive starts a new one."""


def compile_map(name: str, spec: dict[str, Any], loader: Loader) -> "InlineMap | DistributedMap":
    """A Map state of either mode."""
    return DistributedMap(name, spec, loader) if is_distributed(spec) else InlineMap(name, spec, loader)


class DistributedMap(CompiledState):
    """Blocks its branch on a Map Run; the run's output is its result.

    The evaluated fields are the outstanding task's parameters; the items and the effective input, which every
    ItemSelector sees, are kept beside them, by reference.
    """

    entered = events.MAP_ENTERED
    exited = events.MAP_EXITED
    aborted = events.MAP_ABORTED

    def __init__(self, name: str, spec: dict[str, Any], loader: Loader) -> None:
        super().__init__(name, spec, loader)
        jsonata = self.is_jsonata
        definition: dict[str, Any] = processor(spec)[1]
        self._label: str | None = spec.get("Label")
        self._execution_type: str = definition["ProcessorConfig"].get("ExecutionType", "STANDARD")
        self._processor = _child_definition(definition, loader.machine_language, self._execution_type)
        self._items = items_of(spec, jsonata) if "ItemReader" not in spec else None
        self._reader = reader_of(spec["ItemReader"], jsonata) if "ItemReader" in spec else None
        self._batcher = batcher_of(spec["ItemBatcher"], jsonata) if "ItemBatcher" in spec else None
        self._writer = writer_of(spec.get("ResultWriter"), jsonata)
        self._select = selector_of(spec, jsonata)
        self._query = JsonataMapQuery(spec) if jsonata else JsonPathMapQuery(spec)
        self._tolerated_count = MapNumber(spec, "ToleratedFailureCount", jsonata=jsonata)
        self._tolerated_percentage = MapNumber(spec, "ToleratedFailurePercentage", jsonata=jsonata, percentage=True)

    def make_flow(self, spec: dict[str, Any]) -> JsonPathFlow | JsonataFlow:
        """As an inline Map's."""
        return map_flow(spec, self.is_jsonata, self.watch)

    def run(self, decision: Decision, branch: Branch) -> Exit | None:
        """Evaluates everything and asks for the Map Run."""
        effective = self.effective_input(decision, branch)
        concurrency = self._query.max_concurrency(decision, branch, effective)
        items = None if self._items is None else self._items(decision, branch, effective)
        branch.cursor = started_id = decision.emit(
            events.MAP_STARTED, branch.cursor, 0 if items is None else len(items.value)
        )
        settings = {
            "MaxConcurrency": concurrency,
            "ToleratedFailureCount": self._tolerated_count.evaluate(decision, branch, effective),
            "ToleratedFailurePercentage": self._tolerated_percentage.evaluate(decision, branch, effective),
            "ItemReader": self._reader and self._reader(decision, branch, effective),
            "ItemBatcher": self._batcher and self._batcher(decision, branch, effective),
            "ResultWriter": self._writer(decision, branch, effective),
        }
        arn = map_run_arn(decision.execution.info, self._label_in(decision, branch), decision.next_event_id)
        branch.cursor = decision.emit(events.MAP_RUN_STARTED, branch.cursor, arn)
        branch.join = Join(0, 0, started_id, items, effective)
        self._ask(decision, branch, settings)
        return None

    def redrive(self, decision: Decision, branch: Branch) -> Exit | None:
        """The same Map Run goes on with what did not succeed; one that never was, or can't go on, is started.

        https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html#redrive-eligibility-map-run
        """
        if branch.task is None:
            branch.join = None
            return self.run(decision, branch)
        task = branch.task
        settings = task.parameters.value
        count = settings.get("RedriveCount", 0) + 1
        if count > REDRIVES_MAX:
            raise Failure(RUNTIME, f"{location(branch)} A Map Run can be redriven at most {REDRIVES_MAX} times.")
        arn = self._arn(decision, branch, task)
        branch.cursor = decision.emit(events.MAP_RUN_REDRIVEN, branch.cursor, arn, count)
        self._ask(decision, branch, {**settings, "StartedId": _started_id(task), "RedriveCount": count})
        return None

    def _ask(self, decision: Decision, branch: Branch, settings: dict[str, Any]) -> None:
        """Block on the Map Run, whose outcome names the event just emitted."""
        branch.task = Outstanding(branch.cursor, Payload(settings), None, None)
        decision.block(branch, status.TASK)
        decision.execution.tasks.add(branch.id)
        decision.commands.append(self.command(decision, branch))

    def command(self, decision: Decision, branch: Branch) -> StartMapRun:
        """The outstanding Map Run of a branch in this state; the same each time it is asked for."""
        task, join, info = branch.task, branch.join, decision.execution.info
        assert task is not None
        assert join is not None
        assert join.effective is not None
        settings = task.parameters.value
        reader, batcher, writer = settings["ItemReader"], settings["ItemBatcher"], settings["ResultWriter"]
        arn = self._arn(decision, branch, task)
        plan = MapRunPlan(
            self.name,
            self._label_in(decision, branch),
            self._execution_type,
            self._processor,
            MapRunLimits(
                settings["MaxConcurrency"],
                settings["ToleratedFailureCount"],
                settings["ToleratedFailurePercentage"],
            ),
            None if join.items is None else join.items.value,
            ItemReader(*reader) if reader else None,
            ItemBatcher(*batcher) if batcher else None,
            ResultWriter(*writer),
            self._select_for(decision, branch, join.effective, arn),
        )
        return StartMapRun(
            info.arn,
            branch.id,
            task.scheduled_id,
            arn,
            info.revision_id,
            info.role_arn,
            plan,
            info.test_case,
            settings.get("RedriveCount", 0),
        )

    def _select_for(
        self, decision: Decision, branch: Branch, effective: Payload, seed: str
    ) -> Callable[[int, Item], Any]:
        select = self._select
        if select is None:
            return lambda index, item: item.value
        scope = decision.scope(branch)
        context, variables = scope.context(), scope.variables
        entered_ms = branch.entered_ms
        # The raw input is what JSONata calls the state's input; JSONPath's `$` is the effective one.
        document = branch.input.value if self.is_jsonata else effective.value

        def select_item(index: int, item: Item) -> Any:
            return select(document, ItemScope(index, item, context, variables, seed, entered_ms))

        return select_item

    def cancellation(self, decision: Decision, branch: Branch) -> StopMapRun:
        """What stops the Map Run."""
        assert branch.task is not None
        task = branch.task
        arn = self._arn(decision, branch, task)
        return StopMapRun(decision.execution.info.arn, task.scheduled_id, arn)

    def interrupted(self, decision: Decision, branch: Branch) -> int:
        """The Map Run ends with its state."""
        if branch.id not in decision.execution.tasks:
            return branch.cursor
        return decision.emit(events.MAP_RUN_ABORTED, branch.cursor)

    def resume(self, decision: Decision, branch: Branch, result: Payload | None) -> Exit:
        """The Map Run succeeded."""
        assert result is not None
        decision.execution.tasks.discard(branch.id)
        # What fails from here on is the state's own: a redrive starts a new Map Run.
        branch.task = None
        # AWS since November 2024 lets the exit follow MapRunStarted: docs/decisions/0016-what-follows-a-map-run.md
        branch.cursor = decision.emit(events.MAP_RUN_SUCCEEDED, branch.cursor)
        decision.emit(events.MAP_SUCCEEDED, branch.cursor)
        return self.leave(decision, branch, result)

    def fail(self, decision: Decision, branch: Branch, error: str | None, cause: str | None) -> Failure:
        """The Map Run failed."""
        decision.execution.tasks.discard(branch.id)
        if error in _RUN_ANEW:
            branch.task = None
        branch.cursor = decision.emit(events.MAP_RUN_FAILED, branch.cursor, error, cause)
        return Failure(error, cause)

    def gave_up(self, decision: Decision, branch: Branch) -> None:
        """No retry took the failure."""
        branch.cursor = decision.emit(events.MAP_FAILED, branch.cursor)

    def _arn(self, decision: Decision, branch: Branch, task: Outstanding) -> str:
        """Of the Map Run the branch is blocked on."""
        return map_run_arn(decision.execution.info, self._label_in(decision, branch), _started_id(task))

    def _label_in(self, decision: Decision, branch: Branch) -> str:
        """The label; a Map without one gets one that is its own in its machine."""
        return self._label or derived_uuid(decision.execution.info.state_machine_arn, branch.scope, self.name)


def _started_id(task: Outstanding) -> int:
    """Event id of MapRunStarted, however often the run has been redriven since."""
    started_id: int = task.parameters.value.get("StartedId", task.scheduled_id)
    return started_id


def _child_definition(definition: dict[str, Any], language: str, execution_type: str) -> str:
    """The processor as a state machine of its own: it inherits the query language, and Express ends in time."""
    child = {"QueryLanguage": language, **definition}
    if execution_type == "EXPRESS":
        child["TimeoutSeconds"] = min(definition.get("TimeoutSeconds", EXPRESS_SECONDS_MAX), EXPRESS_SECONDS_MAX)
    return jsontext.encode(child).decode()
