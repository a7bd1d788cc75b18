"""What operations work with: the store, the engine and the function runtime, handed in by the bootstrap.

`EngineApi` is the engine as the API sees it; the engine itself is never imported here (ARCHITECTURE.md).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from podium.api.activities import ActivityCatalogue
from podium.api.context import RequestContext
from podium.api.machines import MachineCatalogue
from podium.api.names import EXECUTION, EXPRESS
from podium.api.page_tokens import PageTokens
from podium.api.qualifiers import Qualifiers
from podium.api.quotas import AWS, Quotas
from podium.api.throttling import Profile, Throttle
from podium.core.asl.diagnostics import Diagnostic, MachineType
from podium.core.asl.resources import ParameterCheck, unchecked
from podium.core.machine.execution_info import ExecutionInfo
from podium.core.machine.execution_view import ExecutionView
from podium.core.machine.redrive import Edit
from podium.core.minutes import Minutes
from podium.events.bus import EventBus
from podium.events.scheduler import Scheduler
from podium.functions.contract import FunctionRuntime
from podium.functions.event_sources import EventSources
from podium.integrations.contract import TaskPerformer
from podium.integrations.mock_configuration import MockConfiguration
from podium.store.contract import ExecutionSummary, Store
from podium.store.map_runs import MapRunRecord
from podium.store.records import RevisionRecord, StateMachineRecord


class StartedExecution(Protocol):
    """An execution that is durable and running."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def start_ms(self) -> int:
        """When it started, epoch milliseconds."""


class ExpressResult(Protocol):
    """How a synchronous Express execution ended. Times in epoch milliseconds."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def start_ms(self) -> int:
        """When it started."""

    @property
    def stop_ms(self) -> int:
        """When it ended."""

    @property
    def status(self) -> str:
        """SUCCEEDED, FAILED or TIMED_OUT."""

    @property
    def output(self) -> str | None:
        """JSON text, of one that succeeded."""

    @property
    def error(self) -> str | None:
        """Of one that didn't."""

    @property
    def cause(self) -> str | None:
        """Of one that didn't, where there is one."""


class ExpressApi(Protocol):
    """Runs Express executions. Both raise TooManyExecutions."""

    async def run(self, info: ExecutionInfo, revision: RevisionRecord, input: bytes) -> ExpressResult:
        """Run one to its end."""

    async def start(self, info: ExecutionInfo, revision: RevisionRecord, input: bytes) -> None:
        """Start one; it is durable when this returns."""


class ActivityTask(Protocol):
    """A task as its worker gets it."""

    @property
    def token(self) -> str:
        """Its task token."""

    @property
    def input(self) -> str:
        """JSON text."""


class ActivitiesApi(Protocol):
    """Where activities' tasks wait for workers."""

    async def poll(self, activity_arn: str, worker: str | None, connected: Callable[[], bool]) -> ActivityTask | None:
        """The next task of an activity; None when none came within a minute.

        `connected` says whether the worker still listens.

        Raises:
            TooManyWorkers: no more may poll at once.
        """


class CallbacksApi(Protocol):
    """Takes what the holders of task tokens report. All raise InvalidTaskToken, TaskDoesNotExist, TaskTimedOut."""

    def check(self, account: str, token: str) -> None:
        """Only whether it is a token at all."""

    async def succeed(self, account: str, token: str, output: bytes) -> None:
        """The task ended with an output (JSON text)."""

    async def fail(self, account: str, token: str, error: str | None, cause: str | None) -> None:
        """The task failed."""

    async def heartbeat(self, account: str, token: str) -> None:
        """The task goes on."""


class WaitingTask(Protocol):
    """A task that waits for somebody; a msgspec struct with more than is named here."""

    @property
    def execution_arn(self) -> str:
        """Whose it is."""

    @property
    def state(self) -> str:
        """The state that waits."""

    @property
    def scheduled_id(self) -> int:
        """The id of its scheduled event."""

    @property
    def input(self) -> str:
        """JSON text: what was sent along."""


class InboxApi(Protocol):
    """Lists the tasks that wait for somebody, and gives one to a person."""

    async def page(self, before_key: int | None, limit: int) -> tuple[Sequence[WaitingTask], int | None]:
        """Waiting tasks, those of the latest executions first, and where the next page starts."""

    async def take(self, account: str, token: str, worker: str) -> WaitingTask:
        """Make sure the task is in somebody's hands.

        Raises:
            InvalidTaskToken, TaskDoesNotExist, TaskTimedOut: nobody waits for it.
        """


class MapRunView(Protocol):
    """A Map Run as DescribeMapRun shows it; pairs count children and items."""

    record: MapRunRecord
    running: tuple[int, int]
    pending_redrive: tuple[int, int]
    not_redrivable: tuple[int, int]


class MapRunsApi(Protocol):
    """Map Runs, as the API sees and changes them."""

    async def describe(self, arn: str) -> MapRunView | None:
        """The run with this ARN, as it is now."""

    async def of_execution(self, execution_arn: str, after: str, limit: int) -> list[tuple[str, MapRunRecord]]:
        """An execution's runs in the order they were started, each with the `after` of what follows it."""

    async def update(self, arn: str, limits: dict[str, Any]) -> bool:
        """Change limits of a run under way (`MapRunRecord`'s names), durably; False when it isn't."""


class EngineApi(Protocol):
    """What the API asks of the engine."""

    @property
    def activities(self) -> ActivitiesApi:
        """Where activities' tasks wait for workers."""

    @property
    def callbacks(self) -> CallbacksApi:
        """Takes what the holders of task tokens report."""

    @property
    def inbox(self) -> InboxApi:
        """The tasks that wait for somebody."""

    @property
    def transitions(self) -> Minutes:
        """States entered since the server started."""

    @property
    def timer_lag_ms(self) -> Minutes:
        """How late waiting executions were woken."""

    @property
    def map_runs(self) -> MapRunsApi:
        """Distributed Maps under way and ended."""

    async def start_execution(
        self,
        *,
        state_machine: StateMachineRecord,
        revision: RevisionRecord,
        execution_arn: str,
        name: str,
        input: bytes,
        trace_header: str | None,
        version_arn: str | None = None,
        alias_arn: str | None = None,
        test_case: str | None = None,
    ) -> StartedExecution:
        """Start it, or find the running one of the same name and input.

        Args:
            version_arn, alias_arn: what it is started through.
            test_case: of the mock configuration.

        Raises:
            ExecutionAlreadyExists: the name is taken by a closed execution or one with another input.
            TooManyExecutions: as many are open as may be.
        """

    async def stop_execution(self, arn: str, error: str | None, cause: str | None) -> int:
        """Stop it and return its stop time in epoch milliseconds.

        Raises:
            ExecutionDoesNotExist: no execution has this ARN.
        """

    async def redrive_execution(self, arn: str, token: str | None, edit: Edit | None = None) -> int:
        """Let a closed execution go on and return when that was, epoch milliseconds.

        Args:
            token: repeating a request with the same one does nothing more.
            edit: another input for the state that is done again (beyond AWS).

        Raises:
            ExecutionDoesNotExist: no execution has this ARN.
            ExecutionNotRedrivable: it can't be redriven.
        """

    async def describe_execution(self, arn: str) -> ExecutionView | None:
        """The execution with this ARN."""

    @property
    def express(self) -> ExpressApi:
        """Runs Express executions."""

    def info_of(self, summary: ExecutionSummary) -> ExecutionInfo:
        """What was said of a listed execution when it was started or redriven."""

    async def history(
        self, arn: str, *, after_event_id: int, limit: int, reverse: bool, include_data: bool
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Events in AWS's shape (`timestamp` in epoch milliseconds) and the `after_event_id` of the next page.

        `after_event_id` 0 begins at the first event, or at the last when `reverse`.
        """


DefinitionValidator = Callable[[str, MachineType], Sequence[Diagnostic]]
"""(definition text, machine type) -> findings, errors and warnings."""


class ObjectMissing(Exception):
    """An object of S3 can't be had; the arguments are S3's error code and message."""


FetchObject = Callable[[str, str, str | None, str], Awaitable[bytes]]
"""(bucket, key, version, region) -> an object of S3. Raises ObjectMissing."""


async def _any_log_group(_arn: str) -> bool:
    return True


@dataclass(slots=True)
class Services:
    """Everything an operation may use."""

    store: Store
    engine: EngineApi
    functions: FunctionRuntime
    validate_definition: DefinitionValidator
    clock: Callable[[], int]
    """Now, in epoch milliseconds."""
    new_id: Callable[[], str]
    """A fresh random id, in UUID form."""
    ready: Callable[[], bool] = lambda: True
    """False while recovering or draining."""
    processes: Callable[[], Sequence[str]] = tuple
    """A line on each process of this server, where it has more than one."""
    log_group_exists: Callable[[str], Awaitable[bool]] = _any_log_group
    """Whether execution logs for the log group of this ARN have somewhere to go."""
    mocks: MockConfiguration | None = None
    """What test cases name, where there is a mock configuration."""
    events: EventBus | None = None
    """The event bus, where one is served."""
    scheduler: Scheduler | None = None
    """EventBridge Scheduler's schedules."""
    quotas: Quotas = AWS
    throttling: Profile = "generous"
    express_history: bool = False
    """Whether ended Express executions are described and listed, which AWS doesn't do."""
    endpoint: Callable[[], str] = lambda: "http://127.0.0.1:8083"
    """The URL this server answers at."""
    fetch_object: FetchObject | None = None
    """Reads objects of S3."""
    event_sources: EventSources | None = None
    """Reads queues for functions."""
    tasks: TaskPerformer | None = None
    """What TestState has a Task performed by; functions alone when there is none."""
    parameter_check: ParameterCheck = unchecked
    """What TestState checks a Task's parameters by before it is performed."""
    qualifiers: Qualifiers = field(init=False)
    machines: MachineCatalogue = field(init=False)
    activities: ActivityCatalogue = field(init=False)
    page_tokens: PageTokens = field(init=False)
    throttle: Throttle = field(init=False)

    @property
    def described_kinds(self) -> tuple[str, ...]:
        """The resource types of executions that can be described."""
        return (EXECUTION, EXPRESS) if self.express_history else (EXECUTION,)

    def __post_init__(self) -> None:
        self.qualifiers = Qualifiers(self.store)
        self.machines = MachineCatalogue(self.store, self.qualifiers, self.quotas.state_machines)
        self.activities = ActivityCatalogue(self.store, self.quotas.activities)
        self.throttle = Throttle(self.clock, self.throttling)
        self.page_tokens = PageTokens(self.store, self.clock)


Operation = Callable[[Services, RequestContext, dict[str, Any]], Awaitable[dict[str, Any]]]
"""One API operation: validated input to output, members named as in AWS's model. Raises `ApiError`."""
