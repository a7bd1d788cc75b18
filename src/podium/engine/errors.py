"""What callers of the engine can be told."""


class EngineError(Exception):
    """The engine could not do what was asked."""


class ExecutionAlreadyExists(EngineError):
    """The name belongs to another execution of the state machine: closed, or started with another input."""


class ExecutionDoesNotExist(EngineError):
    """No execution has this ARN."""


class EngineDraining(EngineError):
    """The engine is shutting down and starts nothing new."""


class CommitFailed(EngineError):
    """The store could not make the decision durable; nothing of it happened."""
