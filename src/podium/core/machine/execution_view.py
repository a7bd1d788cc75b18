"""An execution as DescribeExecution shows it: what the engine reads from the journal and the API words as AWS does."""

from msgspec import Struct

from podium.core.machine.execution_info import NO_REDRIVES, Redrives


class ExecutionView(Struct):
    """Times in epoch milliseconds; input and output are JSON text."""

    arn: str
    state_machine_arn: str
    revision_id: str
    name: str
    status: str
    start_ms: int
    stop_ms: int | None
    input: str
    output: str | None
    error: str | None
    cause: str | None
    trace_header: str | None
    version_arn: str | None = None
    alias_arn: str | None = None
    map_run_arn: str | None = None
    position: int | None = None
    """Among its Map Run's children."""
    redrives: Redrives = NO_REDRIVES
    not_redrivable: str | None = None
    """Why it can't be redriven, in AWS's words; None when it can."""
