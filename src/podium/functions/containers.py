"""docker or podman, through their command lines, which are the same for what is needed here.

A container's environment is written to the engine's standard input: arguments are for everyone on the machine to read,
and the engine's own environment must not be a definition's to change. Values of several lines, which such a file can't
have, are arguments, and so is whatever else would read there as something else: a line without `=` hands on a variable
of the engine's own environment, which is this server's.
https://docs.docker.com/reference/cli/docker/container/run/
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

EXECUTABLES: Final = ("docker", "podman")
ASKED_SECONDS: Final = 10.0
ENVIRONMENT_FILE: Final = ("--env-file", "/dev/stdin")
"""Arguments by which a container gets the variables that are written to standard input."""

_LINE_NAME: Final = re.compile(r"[^\s=#][^\s=]*")
"""Names that mean what they say at the beginning of a line."""


class EngineMissing(Exception):
    """Neither engine is on the PATH."""


def executable() -> str:
    """The engine's program; of two, the first whose service answers, asked once. May block for a moment.

    Raises:
        EngineMissing: see there.
    """
    return _answering(os.environ.get("PATH", os.defpath))


@cache
def _answering(path: str) -> str:
    there = [found for name in EXECUTABLES if (found := shutil.which(name, path=path))]
    if not there:
        raise EngineMissing
    # docker's client is often installed where nothing serves it.
    return next((program for program in there[:-1] if _is_served(program)), there[-1])


def _is_served(program: str) -> bool:
    try:
        asked = subprocess.run([program, "version"], capture_output=True, timeout=ASKED_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def environment_arguments(environment: Mapping[str, str]) -> tuple[list[str], str]:
    """Variables that must be arguments, and the text of those that go to standard input."""
    arguments, lines = [], []
    for name, value in environment.items():
        if _LINE_NAME.fullmatch(name) is None or "\n" in value or "\r" in value:
            arguments += ["--env", f"{name}={value}"]
        else:
            lines.append(f"{name}={value}\n")
    return arguments, "".join(lines)


async def run(arguments: Sequence[str], input: str = "") -> tuple[int, str, str]:
    """Exit code, output and error output of a command of the engine. Ends with its caller.

    Raises:
        EngineMissing: see there.
    """
    program = await asyncio.to_thread(executable)
    with tempfile.TemporaryFile() as stdin:
        # A file: uvloop's pipe is a socket, which can't be opened as /dev/stdin.
        stdin.write(input.encode())
        stdin.seek(0)
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    try:
        output, said = await process.communicate()
    except asyncio.CancelledError:
        # With what it may have started, which holds its pipes open.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()
        raise
    return process.returncode or 0, output.decode(errors="replace"), said.decode(errors="replace")
