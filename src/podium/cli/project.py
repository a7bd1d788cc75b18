"""A project on disk, as `podium dev` serves it: which file has the handlers, which are definitions, what changed.

State machines are named after their files: `order.asl.json` is `order`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from podium.cli.errors import CommandError

HANDLER_FILES: Final = ("app.py", "handlers.py")
DEFINITION_SUFFIXES: Final = (".asl.json", ".asl.yaml", ".asl.yml")
_NOT_CODE: Final = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


class Project:
    """The files `podium dev` was given: a directory, or a handlers file and definitions.

    Args:
        paths: as on the command line; the current directory where there are none.

    Raises:
        CommandError: a path is nothing that can be served.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._directories = []
        self._definitions = []
        self.handlers: Path | None = None
        """The handlers' file."""
        for path in paths or [Path()]:
            if path.is_dir():
                self._directories.append(path)
                found = next((path / name for name in HANDLER_FILES if (path / name).is_file()), None)
                self._take_handlers(found)
            elif not path.is_file():
                raise CommandError(f"{path}: there is no such file or directory.")
            elif path.name.endswith(DEFINITION_SUFFIXES):
                self._definitions.append(path)
            elif path.suffix == ".py":
                self._take_handlers(path)
            else:
                raise CommandError(
                    f"{path}: podium dev takes a Python file with handlers, definitions (*{DEFINITION_SUFFIXES[0]}, "
                    f"*{DEFINITION_SUFFIXES[1]}) and directories of these."
                )

    def _take_handlers(self, path: Path | None) -> None:
        if path is not None:
            if self.handlers is not None:
                raise CommandError(f"{self.handlers} and {path}: podium dev runs the handlers of one file.")
            self.handlers = path

    def definitions(self) -> dict[str, Path]:
        """The definition files there are now, by the state machine's name."""
        found = [*self._definitions]
        for directory in self._directories:
            found += [each for each in sorted(directory.iterdir()) if each.name.endswith(DEFINITION_SUFFIXES)]
        return {machine_name(path): path for path in found}

    def stamps(self) -> dict[Path, int]:
        """When each file that matters was changed last; comparing two of these says what changed."""
        stamps = {}
        for path in (*self.definitions().values(), *self._code()):
            try:
                stamps[path] = path.stat().st_mtime_ns
            except OSError:
                # An editor replaces it at this moment; the next look will find it.
                continue
        return stamps

    def _code(self) -> Iterator[Path]:
        """The handlers' file and every module it may import from beside it."""
        if self.handlers is None:
            return
        pending = [self.handlers.parent]
        while pending:
            for path in sorted(pending.pop().iterdir()):
                if path.is_dir() and not path.name.startswith(".") and path.name not in _NOT_CODE:
                    pending.append(path)
                elif path.suffix == ".py":
                    yield path


def machine_name(path: Path) -> str:
    """What the state machine of a definition file is called."""
    return next(path.name.removesuffix(end) for end in DEFINITION_SUFFIXES if path.name.endswith(end))
