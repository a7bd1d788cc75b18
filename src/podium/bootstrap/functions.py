"""The function runtimes, put together."""

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path

from podium.bootstrap.errors import UnusableSetting
from podium.config import Settings
from podium.functions.contract import Invocation
from podium.functions.lambda_runtime.isolation import Bubblewrap, IsolationMissing
from podium.functions.lambda_runtime.process import ProcessSetting
from podium.functions.lambda_runtime.runtime import LambdaRuntime, LambdaRuntimeSetting
from podium.functions.logs import LogFiles
from podium.functions.service import FunctionService
from podium.functions.worker.process import KeepLog, LoadError
from podium.functions.worker.runtime import WorkerRuntime
from podium.integrations.aws.messages import Messages
from podium.integrations.destinations import ResultDestinations
from podium.store.contract import Store


async def bound_handlers(
    handlers: Path | None,
    region: str,
    environment: Mapping[str, str] | None = None,
    logs: LogFiles | None = None,
) -> WorkerRuntime | None:
    """The handlers of a file, running; what their invocations print goes to log files, where there are some.

    Raises:
        UnusableSetting: the file cannot be loaded; the text says where in it.
    """
    if handlers is None:
        return None
    keep_log = None if logs is None else _kept_in(logs)
    bound = WorkerRuntime(handlers, region=region, environment=environment, keep_log=keep_log)
    try:
        await bound.start()
    except BaseException as error:
        await bound.close()
        if isinstance(error, LoadError):
            raise UnusableSetting(_load_fault(handlers, str(error))) from None
        raise
    return bound


def _load_fault(handlers: Path, traceback: str) -> str:
    """The line of the file that a traceback leads through last, and its last line."""
    lines = re.findall(rf'File "[^"\n]*{re.escape(handlers.name)}", line (\d+)', traceback)
    place = f"{handlers}:{lines[-1]}" if lines else str(handlers)
    return f"{place}: the handlers cannot be loaded: {traceback.strip().rpartition(chr(10))[2]}"


async def open_functions(
    store: Store,
    packages: Path,
    bound: WorkerRuntime | None,
    region: str,
    messages: Messages | None = None,
    runtime: LambdaRuntime | None = None,
) -> FunctionService:
    """The function service with what was uploaded before."""
    destinations = None if messages is None else ResultDestinations(messages, messages.put_event)
    uploaded = runtime or LambdaRuntime()
    functions = FunctionService(store, packages, uploaded, bound, region=region, destinations=destinations)
    if destinations is not None:
        destinations.attach(functions)
    try:
        await functions.load()
    except BaseException:
        await functions.close()
        raise
    return functions


def _kept_in(logs: LogFiles) -> KeepLog:
    stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{os.urandom(16).hex()}"

    def keep(invocation: Invocation, log: bytes) -> None:
        logs.write(invocation.function.rpartition(":")[2], stream, log)

    return keep


def function_logs(settings: Settings) -> Path:
    """The directory of functions' log files."""
    return settings.data_directory / "logs" / "functions"


def function_runtime(settings: Settings, logs: LogFiles) -> LambdaRuntime:
    """What runs uploaded functions: isolated as configured, told where services are, logging to files.

    Raises:
        UnusableSetting: they can't be isolated so.
    """
    try:
        wanted = settings.function_isolation == "bubblewrap"
        isolation = Bubblewrap([settings.data_directory.absolute()]) if wanted else None
    except IsolationMissing as missing:
        raise UnusableSetting(str(missing)) from None
    endpoints = {name: url for name, url in os.environ.items() if name.startswith("AWS_ENDPOINT_URL")}
    setting = LambdaRuntimeSetting(
        processes_per_function=settings.function_processes,
        processes=settings.function_processes,
        process=ProcessSetting(environment=endpoints, bubblewrap=isolation),
    )
    return LambdaRuntime(setting, log=logs)
