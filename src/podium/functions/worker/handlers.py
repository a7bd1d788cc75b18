"""Which functions a handlers file offers, and how it is loaded."""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

Handler = Callable[[Any, Any], Any]

DEFAULT_NAME: Final = "handler"
"""The customary name of a file's only handler: it is reachable under the file's name as well."""


def load_module(path: Path) -> ModuleType:
    """Run the file as a module named after it, importable siblings included.

    Raises:
        Exception: whatever the file's code raises; SyntaxError, OSError.
    """
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Registered before it runs: dataclasses and pickle look their module up by name.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def find_handlers(module: ModuleType, stem: str) -> dict[str, Handler]:
    """Public callables of a module that take two positional arguments, by name.

    What the module only imported is left out unless its `__all__` lists it. Classes are no handlers.
    """
    listed = getattr(module, "__all__", None)
    names = list(listed) if listed is not None else [name for name in vars(module) if not name.startswith("_")]
    found: dict[str, Handler] = {}
    for name in names:
        candidate = getattr(module, name, None)
        is_own = listed is not None or getattr(candidate, "__module__", None) == module.__name__
        if is_own and callable(candidate) and not isinstance(candidate, type) and _takes_two(candidate):
            found[name] = candidate
    if DEFAULT_NAME in found:
        found.setdefault(stem, found[DEFAULT_NAME])
    return found


def _takes_two(candidate: Callable[..., Any]) -> bool:
    try:
        inspect.signature(candidate).bind(None, None)
    except (TypeError, ValueError):
        return False
    return True


def is_async(handler: Handler) -> bool:
    """Whether calling it gives a coroutine."""
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(getattr(handler, "__call__", None))  # noqa: B004
