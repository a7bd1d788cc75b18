"""How a function's process is kept from what isn't its business.

Level 0 is what every process has: a clean environment, no open descriptors, limits on itself. That is no boundary
against malicious code. Level 1, bubblewrap, adds one: read-only files, a /tmp and a process table of its own, and
nothing of the data directory or of anybody's home. The network is shared, since the Runtime API is on it. `bwrap`
itself runs outside of what it makes, so it gets nothing of the function's environment: a search path for libraries, or
LD_PRELOAD, would have it load the function's code. https://github.com/containers/bubblewrap
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_HIDDEN: Final = ("/home", "/root", "/tmp", "/var/tmp", "/run", "/mnt", "/media", "/srv")
_ABSENT: Final = (
    "Functions are to be isolated by bubblewrap, which isn't installed: install the package `bubblewrap`, "
    'or set function_isolation = "limits".'
)


class IsolationMissing(Exception):
    """The isolation that was asked for isn't to be had here; the text says what to do."""


class Bubblewrap:
    """Puts `bwrap` before a command.

    Args:
        hidden: directories that functions must not see, beside everybody's homes.

    Raises:
        IsolationMissing: there is no `bwrap` on the PATH.
    """

    def __init__(self, hidden: Iterable[Path] = ()) -> None:
        program = shutil.which("bwrap")
        if program is None:
            raise IsolationMissing(_ABSENT)
        self._program = program
        self._hidden = [str(path.resolve()) for path in hidden]

    @contextmanager
    def environment(self, variables: Mapping[str, str]) -> Iterator[int]:
        """A descriptor that tells `bwrap` the environment of what it runs, for as long as it is started."""
        # Arguments would be for everyone on the machine to read.
        settings = "".join(f"--setenv\0{name}\0{value}\0" for name, value in variables.items())
        with open(os.memfd_create("podium-environment"), "wb", buffering=0) as file:
            file.write(settings.encode())
            file.seek(0)
            yield file.fileno()

    def wrap(self, command: list[str], visible: Iterable[Path], environment: int) -> list[str]:
        """The command that runs another one isolated, seeing the interpreter and these directories.

        Args:
            environment: the descriptor that `environment` gave, which the process must inherit.
        """
        arguments = [self._program, "--args", str(environment)]
        arguments += ["--die-with-parent", "--unshare-user-try", "--unshare-ipc", "--unshare-pid"]
        arguments += [
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--ro-bind",
            "/",
            "/",
            "--proc",
            "/proc",
            "--dev",
            "/dev",
        ]
        for directory in (*_HIDDEN, *self._hidden):
            if Path(directory).is_dir():
                arguments += ["--tmpfs", directory]
        ours = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[3])}
        for directory in (*sorted(ours), *map(str, visible)):
            arguments += ["--ro-bind", directory, directory]
        return [*arguments, "--", *command]
