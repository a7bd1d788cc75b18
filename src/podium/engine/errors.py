"""What callers of the engine can be told."""


class EngineError(Exception):
    """The engine could not do what was asked."""


class ExecutionAlreadyExists(EngineError):
    """The name belongs to another execution of the state machine: closed, or started with another input."""


class ExecutionDoesNotExist(EngineError):
    """No execution has this ARN."""


class ExecutionNotRedrivable(EngineError):
    """The execution can't be redriven. `reason` is AWS's redriveStatusReason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EngineDraining(EngineError):
    """The engine is shutting down and starts nothing new."""


class CommitFailed(EngineError):
    """The store could not make the decision durable; nothing of it happened."""


class Refused(CommitFailed):
    """The store holds another state of the execution than the decision was made on, or its name is taken."""


class TooManyExecutions(EngineError):
    """As many executions are open as may be."""


class TaskTimedOut(EngineError):
    """The task of a token is over: it ended, timed out, or its execution did."""


class TooManyWorkers(EngineError):
    """More workers poll an activity than may."""


class TaskDoesNotExist(EngineError):
    """The task of a token is of an execution that isn't kept any more."""
