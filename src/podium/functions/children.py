"""Child processes: hear of their end, and end them with everything they started."""

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable


def watch(process: subprocess.Popen[bytes], ended: Callable[[int], None]) -> None:
    """Have `ended` called on the running event loop with the return code, once the process is gone.

    A thread waits for each: that works on every platform and event loop, needs no signal handler, and is not
    fooled by descendants that keep the process's pipes and sockets open.
    """
    loop = asyncio.get_running_loop()

    def wait() -> None:
        return_code = process.wait()
        # The loop may be closed by now; then nobody wants to know.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended, return_code)

    threading.Thread(target=wait, name=f"wait-{process.pid}", daemon=True).start()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads its own session, and its group. Harmless when they are gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
