"""Runs a measurement in a process of its own, so that no run inherits another's heap, and ends it in time."""

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection

from benchmarks.measurement import Figures

STOPPING_SECONDS = 30


class RunFailed(Exception):
    """A run gave no figures; the message says why."""


def run_isolated(run: Callable[[], Figures], seconds_at_most: float) -> Figures:
    """The figures of one run.

    Raises:
        RunFailed: it raised, died, or took too long and was stopped.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(run, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds_at_most):
            raise RunFailed(f"took more than {seconds_at_most:.0f} s")
        answer = ours.recv()
    except EOFError:
        raise RunFailed("the process died") from None
    finally:
        if process.is_alive():
            process.join(1)
            process.terminate()
        process.join(STOPPING_SECONDS)
        if process.is_alive() and process.pid is not None:
            # It leads a process group: a server it started must not outlive it.
            os.killpg(process.pid, signal.SIGKILL)
        ours.close()
    if isinstance(answer, str):
        raise RunFailed(answer)
    figures: Figures = answer
    return figures


def _child(run: Callable[[], Figures], answers: Connection) -> None:
    os.setsid()
    # As an exception, so that whatever the run has started is stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        answers.send(run())
    except Exception:
        answers.send(traceback.format_exc(limit=-3))
    finally:
        answers.close()
