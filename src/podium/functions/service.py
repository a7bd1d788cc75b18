"""FunctionService: every function there is, however it runs, behind the one contract.

Handlers bound by a file take precedence over uploaded functions of the same name: whoever runs a server with
`--handlers` wants to see those. Uploaded functions live in the catalogue; what runs them is told of every
change here.
"""

import asyncio
import contextlib
import hashlib
import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

from podium.functions.catalogue import FunctionCatalogue, FunctionRecord
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionRuntime, Invocation
from podium.functions.lambda_runtime.package import InvalidPackage, unpack
from podium.functions.lambda_runtime.runtime import LambdaRuntime
from podium.functions.lambda_runtime.spec import FunctionSpec
from podium.functions.names import LATEST, function_arn
from podium.store.contract import Catalogue

_logger: Final = logging.getLogger("podium.functions")
_PAGE: Final = 200
REMOVED_PREFIX: Final = ".removed-"
"""Starts the name of a code directory that is about to go."""


class FunctionService:
    """Creates, keeps and runs functions. Implements `FunctionRuntime`; `load` before use.

    Args:
        catalogue: where functions are kept.
        packages: directory for unpacked code; all of it can be made again from the catalogue.
        uploaded: runs uploaded functions.
        bound: runs handlers bound by a file, if any.
        region: of functions invoked by bare name.
        account: likewise.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        packages: Path,
        uploaded: LambdaRuntime,
        bound: FunctionRuntime | None = None,
        *,
        region: str = "us-east-1",
        account: str = "000000000000",
    ) -> None:
        self.catalogue = FunctionCatalogue(catalogue)
        self._packages = packages
        self._uploaded = uploaded
        self._uploaded.code.unused = self._remove_code
        self._removals: set[asyncio.Task[None]] = set()
        self._changing = asyncio.Lock()
        self._bound = bound
        self._region = region
        self._account = account

    async def load(self) -> None:
        """Make the catalogue's functions known to their runtime; remove unpacked code that is nobody's."""
        after = ""
        current = set()
        while page := await self.catalogue.list(after=after, limit=_PAGE):
            for function in page:
                if not self._directory(function).is_dir():
                    await self._restore(function)
                self._register(function)
                current.add(self._directory(function))
            after = page[-1].arn
        for directory in set(self._packages.glob("*/*/*/*")) - current:
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)

    def knows(self, function: str) -> bool:
        """See `FunctionRuntime.knows`."""
        if self._bound is not None and self._bound.knows(function):
            return True
        return self._uploaded.knows(self._arn(function))

    def invoke(self, invocation: Invocation, deliver: Callable[[FunctionResult], None]) -> None:
        """See `FunctionRuntime.invoke`. Uploaded functions have no versions but `$LATEST`."""
        if self._bound is not None and self._bound.knows(invocation.function):
            self._bound.invoke(invocation, deliver)
            return
        if invocation.qualifier not in (None, LATEST):
            raise FunctionNotFound(invocation.function)
        arn = self._arn(invocation.function)
        if arn != invocation.function:
            invocation = Invocation(
                arn,
                invocation.payload,
                invocation.request_id,
                invocation.qualifier,
                invocation.client_context,
                invocation.log_tail,
            )
        self._uploaded.invoke(invocation, deliver)

    async def create(self, function: FunctionRecord, code: bytes) -> None:
        """Store a function and make it callable. `code_sha256` and `code_size` are set here.

        Raises:
            InvalidPackage: the zip cannot be used.
            FunctionExists: the ARN is taken.
        """
        self._describe_code(function, code)
        async with self._unpacked(function, code), self._changing:
            await self.catalogue.create(function, code)
            self._register(function)

    async def update(self, before: FunctionRecord, after: FunctionRecord, code: bytes | None = None) -> None:
        """Replace a function's configuration, and its code where given, for invocations from now on.

        Raises:
            InvalidPackage: the zip cannot be used.
            FunctionChanged: somebody else was faster.
        """
        if code is not None:
            self._describe_code(after, code)
        async with self._unpacked(after, code), self._changing:
            await self.catalogue.update(before, after, code)
            self._register(after)

    async def delete(self, function: FunctionRecord) -> None:
        """Remove a function; what has been accepted is finished."""
        # Not to take along a function that is created under the same name meanwhile.
        async with self._changing:
            await self.catalogue.delete(function)
            self._uploaded.unregister(function.arn)

    async def close(self) -> None:
        """See `FunctionRuntime.close`."""
        await self._uploaded.close()
        if self._bound is not None:
            await self._bound.close()
        await asyncio.gather(*self._removals)

    def _arn(self, function: str) -> str:
        return function if ":" in function else function_arn(self._region, self._account, function)

    def _directory(self, function: FunctionRecord) -> Path:
        """Named by region, account, function and code, so that new code never meets old files."""
        region, account = function.arn.split(":")[3:5]
        return self._packages / region / account / function.name / function.code_sha256

    def _describe_code(self, function: FunctionRecord, code: bytes) -> None:
        function.code_sha256 = hashlib.sha256(code).hexdigest()
        function.code_size = len(code)

    @contextlib.asynccontextmanager
    async def _unpacked(self, function: FunctionRecord, code: bytes | None) -> AsyncIterator[None]:
        """Unpack a function's code, if it is new, and keep it in place until the function is registered."""
        directory = self._directory(function)
        self._uploaded.code.hold(directory)
        try:
            if code is not None:
                await asyncio.to_thread(unpack, code, directory)
            yield
        finally:
            self._uploaded.code.release(directory)

    def _remove_code(self, directory: Path) -> None:
        """Remove a code directory that nobody uses."""
        doomed = directory.with_name(f"{REMOVED_PREFIX}{os.urandom(8).hex()}")
        # Renamed before anything else can happen: whoever uploads the same code again unpacks it anew.
        try:
            os.rename(directory, doomed)
        except OSError:
            # There is none when it could not be unpacked; whatever else stays is removed by the next `load`.
            return
        removal = asyncio.get_running_loop().create_task(asyncio.to_thread(shutil.rmtree, doomed, ignore_errors=True))
        self._removals.add(removal)
        removal.add_done_callback(self._removals.discard)

    async def _restore(self, function: FunctionRecord) -> None:
        code = await self.catalogue.code(function)
        try:
            if code is None:
                raise InvalidPackage("its code is missing")
            await asyncio.to_thread(unpack, code, self._directory(function))
        except InvalidPackage as error:
            # The others can do without it; its invocations will say what is wrong.
            _logger.error("function %s cannot be unpacked: %s", function.arn, error)

    def _register(self, function: FunctionRecord) -> None:
        storage = function.settings.get("EphemeralStorage", {}).get("Size", 512)
        self._uploaded.register(
            FunctionSpec(
                arn=function.arn,
                name=function.name,
                handler=function.handler,
                directory=self._directory(function),
                runtime=function.runtime,
                timeout_seconds=function.timeout_seconds,
                memory_mb=function.memory_mb,
                storage_mb=storage,
                region=function.arn.split(":")[3],
                environment=function.environment,
                revision=function.revision_id,
            )
        )
