"""Synchronous Express executions in a front end: decided here, their Tasks performed by the engine."""

from podium.core.asl.resources import ParameterCheck
from podium.core.machine.limits import Limits
from podium.engine.clock import Clock
from podium.engine.execution_log import ExecutionLog
from podium.engine.express import Express
from podium.engine.machines import Machines
from podium.integrations.contract import TaskPerformer
from podium.store.memory import MemoryStore


def express_of(performer: TaskPerformer, clock: Clock, limits: Limits, parameter_check: ParameterCheck) -> Express:
    """Runs synchronous executions that neither log nor keep their history; nothing of them is stored."""
    nothing = MemoryStore()

    def store(_: object) -> None:
        raise AssertionError("a synchronous execution stores nothing")

    return Express(
        Machines(nothing, parameter_check=parameter_check),
        performer,
        clock,
        limits,
        store,
        nothing.next_key,
        ExecutionLog(nothing, None),
        keeps_history=False,
        ended=lambda key, at_ms: None,
    )
