"""Which operation of which of botocore's service models a Task calls."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

import botocore.session
from botocore.model import OperationModel, ServiceModel

from podium.integrations.aws.naming import BOTOCORE_SERVICES

MODELS_KEPT: Final = 32
"""Models in memory at once; the large ones take tens of megabytes."""


class UnknownOperation(LookupError):
    """No service or operation of this name; the text says which."""


class Models:
    """botocore's service models, by Step Functions' names for services and actions. Safe to use from threads."""

    def __init__(self, session: botocore.session.Session) -> None:
        self._session = session
        self._lock = Lock()
        self._loaded: dict[str, tuple[ServiceModel, dict[str, str]]] = {}
        self._folders: dict[str, str] = {}

    def operation(self, service: str, action: str, *, streaming: bool = False) -> OperationModel:
        """The operation; `service` is botocore's name or the one in `aws-sdk:SERVICE:ACTION`.

        Args:
            streaming: whether it may answer with a stream of events.

        Raises:
            UnknownOperation: the installed botocore has no such service or operation.
        """
        with self._lock:
            model, operations = self._load(self._folder(service))
        name = operations.get(action.lower())
        if name is None:
            raise UnknownOperation(f"the service '{service}' has no action '{action}'")
        operation = model.operation_model(name)
        if operation.has_event_stream_input or (operation.has_event_stream_output and not streaming):
            raise UnknownOperation(f"the action '{action}' of '{service}' streams events, which no Task can take")
        return operation

    def _folder(self, service: str) -> str:
        if not self._folders:
            self._folders = {name.replace("-", ""): name for name in self._session.get_available_services()}
            self._folders |= {name: name for name in self._folders.values()} | BOTOCORE_SERVICES
        folder = self._folders.get(service.lower())
        if folder is None:
            raise UnknownOperation(f"there is no service '{service}'")
        return folder

    def _load(self, folder: str) -> tuple[ServiceModel, dict[str, str]]:
        known = self._loaded.get(folder)
        if known is None:
            model = self._session.get_service_model(folder)
            known = model, {name.lower(): name for name in model.operation_names}
            if len(self._loaded) >= MODELS_KEPT:
                del self._loaded[next(iter(self._loaded))]
            self._loaded[folder] = known
        return known


Rename = Callable[[str], str]
"""A member's name in a service's model to its name in Step Functions."""


def capitalised(name: str) -> str:
    """How optimized integrations name members: as their service does, capitalised."""
    return name[:1].upper() + name[1:]


def members_by_name(shape: Any, rename: Rename) -> dict[str, tuple[str, Any]]:
    """Name in Step Functions -> (name in the model, shape) of a structure's members.

    What the service's own documentation calls a member is understood too.
    """
    known = _MEMBERS.setdefault(shape, {})
    if rename not in known:
        members = {capitalised(name): (name, member) for name, member in shape.members.items()}
        known[rename] = members | {rename(name): (name, member) for name, member in shape.members.items()}
    return known[rename]


_MEMBERS: Final[WeakKeyDictionary[Any, dict[Rename, dict[str, tuple[str, Any]]]]] = WeakKeyDictionary()
"""What `members_by_name` has found, for as long as a model is kept."""
