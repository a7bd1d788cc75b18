"""The worker process: `python -m podium.functions.worker.main SOCKET_FD HANDLERS.py`.

Greets with the functions it found (or the error that kept the file from loading), then serves calls until the
parent closes the socket. The main thread reads; handlers run in `threads` or, if async, in `coroutines`;
whoever finishes a call writes its result. A handler that exits (`sys.exit`) ends the process, as on Lambda.
"""

import gc
import json
import os
import select
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from podium.functions.worker import calls
from podium.functions.worker.frames import (
    CAPTURE_LOG,
    CAPTURE_PRINTS,
    CallFrame,
    FrameReader,
    decode_call,
    encode_frame,
    encode_result,
)
from podium.functions.worker.handlers import Handler, find_handlers, is_async, load_module
from podium.functions.worker.output import Captured, Results, captured, error_lines, log_of, redirect_prints
from podium.functions.worker.threads import TICK_SECONDS, Threads

if TYPE_CHECKING:
    from podium.functions.worker.coroutines import Coroutines, Finish

RECEIVE_BYTES: Final = 256 * 1024


class Worker:
    """Serves the handlers of one file over one socket."""

    def __init__(
        self, connection: socket.socket, handlers: dict[str, Handler], setting: calls.Setting, thread_limit: int
    ) -> None:
        self._connection = connection
        self._functions = [(name, handler, is_async(handler)) for name, handler in handlers.items()]
        self._setting = setting
        self._results = Results(connection)
        self._threads: Threads[CallFrame] = Threads(self._run, self._results.flush, limit=thread_limit)
        self._coroutines: Coroutines | None = None

    def serve(self) -> None:
        """Read and serve calls until the parent closes the socket."""
        reader = FrameReader()
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        last_tick = 0.0
        while True:
            waiting = self._threads.busy or self._results
            readable = poll.poll(TICK_SECONDS * 1000 if waiting else None)
            if waiting and time.monotonic() - last_tick >= TICK_SECONDS:
                last_tick = time.monotonic()
                self._threads.tick()
                self._results.flush()
            if not readable:
                continue
            try:
                data = self._connection.recv(RECEIVE_BYTES)
            except ConnectionError:
                return
            if not data:
                return
            self._dispatch([decode_call(frame) for frame in reader.feed(data)])

    def _dispatch(self, arrived: list[CallFrame]) -> None:
        functions = self._functions
        sync = []
        coroutines = []
        for call in arrived:
            if functions[call.function][2]:
                coroutines.append((self._async_call(call), self._finish(call)))
            else:
                sync.append(call)
        if sync:
            self._threads.submit(sync)
        if coroutines:
            self._event_loop().start(coroutines)

    def _run(self, call: CallFrame) -> None:
        """Perform one synchronous call, on a handler thread."""
        log = self._begin_log(call)
        try:
            name, handler, _ = self._functions[call.function]
            value = handler(calls.decode_event(call), calls.Context(call, name, self._setting))
            if hasattr(value, "__await__") and not isinstance(value, bytes):
                finish = self._finish(call)
                self._event_loop().start([(lambda: value, finish)])
                captured.set(None)
                return
            failed, payload = calls.encode_answer(value, call.request_id)
        except Exception as error:
            failed, payload = True, calls.encode_exception(error, call.request_id)
            if log is not None:
                log.write(error_lines(error, calls.message_of(error)))
        except BaseException as error:
            exit_process(error)
        self._results.add(encode_result(call.number, failed, payload, self._end_log(log, call)))

    def _async_call(self, call: CallFrame) -> "Callable[[], Awaitable[Any]]":
        def begin() -> Awaitable[Any]:
            name, handler, _ = self._functions[call.function]
            self._begin_log(call)
            result: Awaitable[Any] = handler(calls.decode_event(call), calls.Context(call, name, self._setting))
            return result

        return begin

    def _finish(self, call: CallFrame) -> "Finish":
        def finish(value: Any, error: BaseException | None) -> None:
            if isinstance(error, SystemExit | KeyboardInterrupt):
                exit_process(error)
            log = captured.get()
            if error is None:
                failed, payload = calls.encode_answer(value, call.request_id)
            else:
                failed, payload = True, calls.encode_exception(error, call.request_id)
                if log is not None:
                    log.write(error_lines(error, calls.message_of(error)))
            self._results.add(encode_result(call.number, failed, payload, self._end_log(log, call)))

        return finish

    def _begin_log(self, call: CallFrame) -> Captured | None:
        if not call.flags & (CAPTURE_LOG | CAPTURE_PRINTS):
            return None
        log = Captured()
        captured.set(log)
        return log

    def _end_log(self, log: Captured | None, call: CallFrame) -> bytes:
        if log is None:
            return b""
        captured.set(None)
        return log_of(log, call.request_id) if log or call.flags & CAPTURE_LOG else b""

    def _event_loop(self) -> "Coroutines":
        if self._coroutines is None:
            from podium.functions.worker.coroutines import Coroutines

            self._coroutines = Coroutines(self._results.flush)
        return self._coroutines


def exit_process(error: BaseException) -> NoReturn:
    """End the worker as an uncaught `SystemExit` or `KeyboardInterrupt` would end a process."""
    code = error.code if isinstance(error, SystemExit) else 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)  # noqa: T201
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def main(arguments: list[str]) -> None:
    """Serve `HANDLERS.py` on the inherited socket. Arguments: fd, file, ARN prefix, timeout, memory, threads."""
    fd, file, arn_prefix, timeout_seconds, memory_mb, thread_limit = arguments
    os.set_inheritable(int(fd), False)
    connection = socket.socket(fileno=int(fd))
    redirect_prints()
    path = Path(file)
    try:
        handlers = find_handlers(load_module(path), path.stem)
    except BaseException as error:
        text = calls.encode_load_error(error, str(path)).decode()
        connection.sendall(encode_frame(json.dumps({"error": text}).encode()))
        return
    connection.sendall(encode_frame(json.dumps({"functions": list(handlers)}).encode()))
    # What is loaded by now stays: the collector needn't look at it again.
    gc.freeze()
    setting = calls.Setting(arn_prefix, float(timeout_seconds), int(memory_mb))
    Worker(connection, handlers, setting, int(thread_limit)).serve()
    # Handlers may still be running on threads; nobody waits for them any more.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
