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
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec

from podium.functions.aliases import FUNCTION_ALIAS, FunctionAlias
from podium.functions.asynchronous import Destinations, EventInvocations
from podium.functions.catalogue import FunctionCatalogue, FunctionRecord
from podium.functions.contract import FunctionNotFound, FunctionResult, FunctionRunner, Invocation
from podium.functions.lambda_runtime.package import InvalidPackage, is_intact, unpack
from podium.functions.lambda_runtime.runtime import LambdaRuntime
from podium.functions.lambda_runtime.spec import FunctionSpec, Image
from podium.functions.layers import Layers
from podium.functions.log_reading import LogReader
from podium.functions.names import LATEST, function_arn
from podium.functions.permissions import FUNCTION_POLICY, FunctionPolicy
from podium.functions.urls import FunctionUrls
from podium.functions.usage import Usage
from podium.store.contract import Catalogue
from podium.store.shelf import Shelf

_logger: Final = logging.getLogger("podium.functions")
_PAGE: Final = 200
REMOVED_PREFIX: Final = ".removed-"
"""Starts the name of a code directory that is about to go."""
BOUND_TIMEOUT_SECONDS: Final = 900
"""Of handlers bound by a file: Lambda's maximum."""
_CODE_DIRECTORIES: Final = "[a-z0-9-]*/*/*/*"
"""Region, account, function, code."""
LAYERS: Final = ".layers"
"""Directory beside the regions' that holds unpacked layers; no region, which callers name, is called so."""


class BoundRunner(FunctionRunner, Protocol):
    """Runs the handlers of a file."""

    @property
    def functions(self) -> tuple[str, ...]:
        """Their names."""

    @property
    def handlers_file(self) -> Path:
        """The file."""


class FunctionService:
    """Creates, keeps and runs functions. Implements `FunctionRuntime`; `load` before use.

    Args:
        catalogue: where functions are kept.
        packages: directory for unpacked code; all of it can be made again from the catalogue.
        uploaded: runs uploaded functions.
        bound: runs handlers bound by a file, if any; shown beside uploaded functions, and changed by the file alone.
        region: of functions invoked by bare name.
        account: likewise.
        destinations: takes the results of asynchronous invocations; without one they are only logged.
        clock: epoch milliseconds.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        packages: Path,
        uploaded: LambdaRuntime,
        bound: BoundRunner | None = None,
        *,
        region: str = "us-east-1",
        account: str = "000000000000",
        destinations: Destinations | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.catalogue = FunctionCatalogue(catalogue)
        self.aliases: Shelf[FunctionAlias] = Shelf(catalogue, FUNCTION_ALIAS, FunctionAlias)
        self.policies: Shelf[FunctionPolicy] = Shelf(catalogue, FUNCTION_POLICY, FunctionPolicy)
        # Absolute: processes of functions work in directories of their own.
        self._packages = packages.absolute()
        self.layers = Layers(catalogue, self._packages / LAYERS)
        self.urls = FunctionUrls(catalogue)
        self.events = EventInvocations(catalogue, self.invoke, destinations, clock)
        self.usage = Usage()
        self.logs: LogReader | None = None
        """Reads what functions print, where it is kept."""
        self._routes: dict[str, FunctionAlias] = {}
        self._uploaded = uploaded
        self._uploaded.code.unused = self._remove_code
        self._removals: set[asyncio.Task[None]] = set()
        self._changing = asyncio.Lock()
        self._bound = bound
        self._region = region
        self._account = account

    async def load(self) -> None:
        """Make the catalogue's functions known to their runtime; remove unpacked code that is nobody's.

        Events that were accepted and not finished are taken up again.
        """
        after = ""
        current = set()
        layers: set[str] = set()
        while page := await self.catalogue.list(after=after, limit=_PAGE):
            for function in page:
                for version in (function, *await self.catalogue.versions(function.arn)):
                    directory = self._directory(version)
                    if directory not in current and not version.image_uri:
                        await self._restore(version)
                    await self._register(version)
                    current.add(directory)
                    layers.update(version.settings.get("Layers", ()))
                self.usage.reserve(function.arn, function.reserved_concurrency)
            after = page[-1].arn
        async for _, alias in self.aliases.all():
            self._routes[alias.arn] = alias
        for directory in set(self._packages.glob(_CODE_DIRECTORIES)) - current:
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)
        await self.layers.load(layers)
        await self.events.load()

    def knows(self, function: str, qualifier: str | None = None) -> bool:
        """See `FunctionRuntime.knows`."""
        if self.is_bound(function):
            return True
        return self._uploaded.knows(self._key(self._arn(function), qualifier, ""))

    def invoke(self, invocation: Invocation, deliver: Callable[[FunctionResult], None]) -> None:
        """See `FunctionRuntime.invoke`."""
        if self._bound is not None and self._bound.knows(invocation.function):
            # By name: callers spell the rest of a handler's ARN as they like.
            name = invocation.function.rpartition(":")[2]
            self.usage.run(name, self._bound.invoke, invocation, deliver)
            return
        arn = self._arn(invocation.function)
        key = self._key(arn, invocation.qualifier, invocation.request_id)
        if not self._uploaded.knows(key):
            raise FunctionNotFound(invocation.function)
        if key != invocation.function:
            invocation = Invocation(
                key,
                invocation.payload,
                invocation.request_id,
                invocation.qualifier,
                invocation.client_context,
                invocation.log_tail,
            )
        self.usage.run(arn, self._uploaded.invoke, invocation, deliver)

    async def accept(self, invocation: Invocation) -> None:
        """See `FunctionRuntime.accept`."""
        if not self.knows(invocation.function, invocation.qualifier):
            raise FunctionNotFound(invocation.function)
        await self.events.accept(invocation)

    async def create(self, function: FunctionRecord, code: bytes | None) -> None:
        """Store a function and make it callable. `code_sha256` and `code_size` are set here, but for an image's.

        Args:
            code: the zip; None for a function from an image.

        Raises:
            InvalidPackage: the zip cannot be used.
            FunctionExists: the ARN is taken.
        """
        if code is not None:
            self._describe_code(function, code)
        async with self._unpacked(function, code), self._changing:
            await self.catalogue.create(function, code)
            await self._register(function)

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
            if (before.code_sha256, before.revision_id) != (after.code_sha256, after.revision_id):
                await self._register(after)
            self.usage.reserve(after.arn, after.reserved_concurrency)

    async def publish(self, function: FunctionRecord, version: FunctionRecord) -> None:
        """Store a version made of a function as it is now, and make it callable.

        Raises:
            FunctionChanged: `function` isn't what is stored any more.
        """
        # Its code must not go, should the function be given other code while this is written.
        async with self._unpacked(version, None), self._changing:
            counted = msgspec.structs.replace(function, versions_published=int(version.version))
            await self.catalogue.update(function, counted)
            await self.catalogue.add_version(version)
            await self._register(version)

    async def find(self, arn: str, qualifier: str | None) -> FunctionRecord | None:
        """The function as a qualifier (version, alias, `$LATEST` or nothing) means it."""
        if self.is_bound(arn):
            return self._record_of_bound(arn) if qualifier in (None, LATEST) else None
        function = await self.catalogue.find(arn)
        if function is None or qualifier in (None, LATEST):
            return function
        if qualifier.isdecimal():
            return await self.catalogue.version(arn, qualifier)
        alias = await self.aliases.find(f"{arn}:{qualifier}")
        return None if alias is None else await self.find(arn, alias.version)

    def is_bound(self, function: str) -> bool:
        """Whether a function is a handler bound by a file."""
        return self._bound is not None and self._bound.knows(function)

    @property
    def handlers_file(self) -> Path | None:
        """The file whose handlers are bound, if there is one."""
        return None if self._bound is None else self._bound.handlers_file

    def bound_functions(self, prefix: str) -> list[FunctionRecord]:
        """The handlers bound by a file, as functions whose ARNs begin like this; by name."""
        names = () if self._bound is None else self._bound.functions
        return [self._record_of_bound(f"{prefix}{name}") for name in sorted(names)]

    def _record_of_bound(self, arn: str) -> FunctionRecord:
        """A handler bound by a file, as a function is described: its code is the file's, whatever that is now."""
        _, _, _, _, account, _, name = arn.split(":", 6)
        return FunctionRecord(
            arn=arn,
            name=name,
            role=f"arn:aws:iam::{account}:role/podium",
            runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
            handler=name,
            code_sha256=hashlib.sha256(b"").hexdigest(),
            code_size=0,
            revision_id=str(uuid.uuid5(uuid.NAMESPACE_URL, arn)),
            created_ms=0,
            updated_ms=0,
            timeout_seconds=BOUND_TIMEOUT_SECONDS,
            description="A handler of the file this server was started with",
        )

    def route(self, alias: FunctionAlias) -> None:
        """Have invocations of an alias, new or changed, go where it says from now on."""
        self._routes[alias.arn] = alias

    async def delete_alias(self, arn: str) -> None:
        """Remove an alias; no error if there is none."""
        await self.aliases.delete(arn)
        self._routes.pop(arn, None)

    async def delete_version(self, version: FunctionRecord) -> None:
        """Remove a published version; what has been accepted is finished."""
        async with self._changing:
            await self.catalogue.delete_version(version)
            self._uploaded.unregister(version.qualified_arn)

    async def delete(self, function: FunctionRecord) -> None:
        """Remove a function and all that is kept with it; what has been accepted is finished."""
        # Not to take along a function that is created under the same name meanwhile.
        async with self._changing:
            versions = await self.catalogue.versions(function.arn)
            aliases = [alias async for _, alias in self.aliases.all(f"{function.arn}:")]
            await self.catalogue.delete(function)
            for record in (function, *versions):
                self._uploaded.unregister(record.qualified_arn)
            for alias in aliases:
                await self.delete_alias(alias.arn)
            for key in (function.arn, *(alias.arn for alias in aliases), *(each.qualified_arn for each in versions)):
                await self.policies.delete(key)
                await self.urls.delete(key)
            await self.events.forget(function.arn)
            self.usage.forget(function.arn)

    async def close(self) -> None:
        """See `FunctionRuntime.close`."""
        await self.events.close()
        await self._uploaded.close()
        if self._bound is not None:
            await self._bound.close()
        await asyncio.gather(*self._removals)

    def _arn(self, function: str) -> str:
        return function if ":" in function else function_arn(self._region, self._account, function)

    def _key(self, arn: str, qualifier: str | None, request_id: str) -> str:
        """What the runtime knows the function by that an invocation means."""
        if qualifier is None or qualifier == LATEST:
            return arn
        alias = self._routes.get(f"{arn}:{qualifier}")
        version = qualifier if alias is None else alias.route(request_id)
        return arn if version == LATEST else f"{arn}:{version}"

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
        """Have a function's code where it belongs, as it was uploaded: what lies there may have been changed."""
        code = await self.catalogue.code(function)
        directory = self._directory(function)
        try:
            if code is None:
                raise InvalidPackage("its code is missing")
            if hashlib.sha256(code).hexdigest() != function.code_sha256:
                raise InvalidPackage("its code is not what was uploaded (CodeSha256 differs)")
            if await asyncio.to_thread(is_intact, code, directory):
                return
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)
            await asyncio.to_thread(unpack, code, directory)
        except InvalidPackage as error:
            # The others can do without it; its invocations will say what is wrong.
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)
            _logger.error("function %s cannot be unpacked: %s", function.arn, error)

    async def _register(self, function: FunctionRecord) -> None:
        layers = await self.layers.directories(function.settings.get("Layers", ()))
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
                version=function.version,
                layers=tuple(layers),
                image=_image(function),
            )
        )


def _image(function: FunctionRecord) -> Image | None:
    if not function.image_uri:
        return None
    given = function.settings.get("ImageConfig", {})
    return Image(
        function.code_sha256,
        tuple(given.get("EntryPoint", ())),
        tuple(given.get("Command", ())),
        given.get("WorkingDirectory", ""),
    )
