"""Commands: what the world must do once a decision is durable."""

from msgspec import Struct

from podium.core.asl.resources import Resource
from podium.core.machine.map_run import MapRunPlan


class InvokeTask(Struct, gc=False):
    """Perform a Task's resource. Repeated after a crash with the same `idempotency_key`."""

    execution_arn: str
    branch_id: int
    scheduled_id: int
    """The event id of LambdaFunctionScheduled, TaskScheduled or ActivityScheduled; outcomes name it."""
    attempt: int
    """0 for the first try of the state, then the number of retries."""
    resource: Resource
    parameters: bytes
    """JSON text: the Task's effective input (Parameters, Arguments)."""
    idempotency_key: str
    """A UUID derived from execution and scheduled event; every attempt schedules one of its own."""
    timeout_ms: int | None = None
    heartbeat_ms: int | None = None
    submitted: bytes | None = None
    """JSON text: what the call was answered before a restart, when only the end of the task is missing (`.sync`)."""
    role_arn: str | None = None
    """The role the call is made as, when it is not the state machine's own."""
    state_name: str = ""
    test_case: str | None = None
    """Of the mock configuration, which may answer in place of the resource."""
    machine_role_arn: str = ""
    """The state machine's own role."""


class CancelTask(Struct, gc=False):
    """Nobody waits for this task any more: stop it if that is possible. Best effort."""

    execution_arn: str
    scheduled_id: int
    resource: Resource


class GiveTask(Struct, gc=False):
    """Tell the worker that asked for the activity's task: it is his."""

    execution_arn: str
    scheduled_id: int
    token: str
    input: bytes
    """JSON text."""


class StartMapRun(Struct):
    """Run the items of a distributed Map as child executions. Repeated after a crash with the same ARN and plan."""

    execution_arn: str
    branch_id: int
    scheduled_id: int
    """The event id of MapRunStarted; the outcome names it."""
    map_run_arn: str
    revision_id: str
    """Of the execution; the children's is derived from it."""
    role_arn: str
    plan: MapRunPlan
    test_case: str | None = None
    """Of the execution; its children's too."""
    redrive_count: int = 0
    """How often the Map Run has been redriven: more often than it knows of makes it run its failures again."""


class StopMapRun(Struct, gc=False):
    """Nobody waits for this Map Run any more: stop it and its children."""

    execution_arn: str
    scheduled_id: int
    map_run_arn: str


Command = InvokeTask | CancelTask | GiveTask | StartMapRun | StopMapRun
