"""Functions by way of Lambda's operations: kept in the catalogue, run by whatever runs them."""

import asyncio
import base64
import hashlib
import io
import itertools
import zipfile
from typing import ClassVar

import msgspec
import pytest

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.operations.functions import OPERATIONS
from podium.api.services import Services
from podium.functions.catalogue import FunctionChanged
from podium.functions.contract import FunctionResult, Invocation
from podium.functions.lambda_runtime.runtime import LambdaRuntime
from podium.functions.service import REMOVED_PREFIX, FunctionService
from podium.store.memory import MemoryStore

CONTEXT = RequestContext("123456789012", "eu-west-1", "r-1")
PREFIX = "arn:aws:lambda:eu-west-1:123456789012:function:"
ROLE = "arn:aws:iam::123456789012:role/lambda"


def zipped(source):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), source)
    return stream.getvalue()


CODE_TEXT = b"def handler(event, context): return event"
CODE = zipped(CODE_TEXT)


class Process:
    """Answers with the source of the code it was started with."""

    def __init__(self, spec, pool):
        self.spec = spec
        self.pool = pool
        asyncio.get_running_loop().call_soon(pool.ready, self)

    def run(self, invocation, deliver):
        text = (self.spec.directory / "handler.py").read_bytes()
        deliver(FunctionResult(invocation.payload + text, "Unhandled" if b"boom" in invocation.payload else None))
        self.pool.ready(self)

    def kill(self, *, drop=False):
        asyncio.get_running_loop().call_soon(self.pool.ended, self)


class Held(Process):
    """Does everything when it is told to."""

    started: ClassVar[list] = []

    def __init__(self, spec, pool):
        self.spec = spec
        self.pool = pool
        self.killed = False
        self.started.append(self)

    def kill(self, *, drop=False):
        self.killed = True
        if drop:
            super().kill()

    def end(self):
        self.pool.ended(self)


class Bound:
    """Handlers bound by a file."""

    functions = ("bound",)

    def __init__(self):
        self.seen = []
        self.called = asyncio.Event()

    def knows(self, function, qualifier=None):
        return function.rpartition(":")[2] == "bound"

    def invoke(self, invocation, deliver):
        self.seen.append(invocation)
        self.called.set()
        deliver(FunctionResult(b'"bound"', log_tail=b"tail" if invocation.log_tail else None))

    async def close(self):
        pass


class Api:
    def __init__(self, store, packages, start_process=Process):
        self.bound = Bound()
        runtime = LambdaRuntime(start_process=start_process)
        self.service = FunctionService(store, packages, runtime, self.bound)
        ids = itertools.count(1)
        self.now_ms = 1_763_812_800_123
        self.services = Services(
            store, None, self.service, lambda text, kind: [], lambda: self.now_ms, lambda: f"id-{next(ids)}"
        )

    async def __call__(self, operation, **input):
        return await OPERATIONS[operation](self.services, CONTEXT, input)

    async def create(self, name="orders", code=CODE, **input):
        input = {"Runtime": "python3.12", "Handler": "handler.handler", "Role": ROLE, **input}
        return await self("CreateFunction", FunctionName=name, Code={"ZipFile": code}, **input)

    async def refused(self, operation, **input):
        with pytest.raises(ApiError) as caught:
            await self(operation, **input)
        return caught.value.code, caught.value.status, caught.value.message


@pytest.fixture
async def held(tmp_path):
    """An API whose functions' processes are in `Held.started`; a test has to end those it gave work."""
    Held.started.clear()
    api = Api(MemoryStore(), tmp_path / "packages", Held)
    yield api
    await api.service.close()


def code_directories(tmp_path):
    return {path.name for path in (tmp_path / "packages").glob("*/*/*/*") if not path.name.startswith(REMOVED_PREFIX)}


def digest(code):
    return hashlib.sha256(code).hexdigest()


def accepted(api, name="orders"):
    """An invocation that is under way."""
    answer = asyncio.get_running_loop().create_future()
    api.service.invoke(Invocation(f"{PREFIX}{name}", b"1", "r-1"), answer.set_result)
    return answer


@pytest.fixture
async def api(tmp_path):
    api = Api(MemoryStore(), tmp_path / "packages")
    yield api
    await api.service.close()


async def test_a_created_function_is_active_and_described_in_full(api):
    created = await api.create(Timeout=30, Environment={"Variables": {"A": "b"}}, Tags={"team": "x"})
    assert created["FunctionArn"] == f"{PREFIX}orders"
    assert created["State"] == "Active"
    assert created["LastUpdateStatus"] == "Successful"
    assert created["CodeSha256"] == base64.b64encode(hashlib.sha256(CODE).digest()).decode()
    assert created["CodeSize"] == len(CODE)
    assert created["LastModified"] == "2025-11-22T12:00:00.123+0000"
    assert (created["Timeout"], created["MemorySize"], created["Version"]) == (30, 128, "$LATEST")
    assert created["Environment"] == {"Variables": {"A": "b"}}
    found = await api("GetFunction", FunctionName="orders")
    assert found["Configuration"] == created
    assert found["Tags"] == {"team": "x"}
    assert await api("GetFunctionConfiguration", FunctionName="orders") == created


async def test_it_can_be_invoked(api):
    await api.create()
    answer = await api("Invoke", FunctionName="orders", Payload=b"1")
    assert answer == {
        "StatusCode": 200,
        "Payload": b"1def handler(event, context): return event",
        "ExecutedVersion": "$LATEST",
    }
    failed = await api("Invoke", FunctionName=f"{PREFIX}orders:$LATEST", Payload=b'"boom"')
    assert failed["FunctionError"] == "Unhandled"


async def test_bound_handlers_come_first(api):
    await api.create("bound")
    answer = await api("Invoke", FunctionName="bound", LogType="Tail")
    assert answer["Payload"] == b'"bound"'
    assert base64.b64decode(answer["LogResult"]) == b"tail"
    assert api.bound.seen[0].request_id == "r-1"


async def test_bound_handlers_are_shown_and_changed_by_their_file_alone(api):
    await api.create()
    await api.create("zebra")
    listed = (await api("ListFunctions"))["Functions"]
    assert [each["FunctionName"] for each in listed] == ["bound", "orders", "zebra"]
    assert (await api("GetFunction", FunctionName="bound"))["Configuration"]["FunctionArn"] == f"{PREFIX}bound"
    url = await api("CreateFunctionUrlConfig", FunctionName="bound", AuthType="NONE")
    assert url["FunctionArn"] == f"{PREFIX}bound"
    changes = {
        "UpdateFunctionCode": {"ZipFile": CODE},
        "UpdateFunctionConfiguration": {"Timeout": 5},
        "PublishVersion": {},
        "CreateAlias": {"Name": "live", "FunctionVersion": "$LATEST"},
        "PutFunctionConcurrency": {"ReservedConcurrentExecutions": 1},
        "DeleteFunction": {},
    }
    for operation, input in changes.items():
        refusal = await api.refused(operation, FunctionName="bound", **input)
        assert refusal[0] == "ResourceConflictException", operation


async def test_events_and_dry_runs_do_not_wait(api):
    assert await api("Invoke", FunctionName="bound", InvocationType="Event") == {"StatusCode": 202, "Payload": b""}
    assert await api("Invoke", FunctionName="bound", InvocationType="DryRun") == {"StatusCode": 204}
    assert api.bound.seen == []
    await asyncio.wait_for(api.bound.called.wait(), 10)
    assert len(api.bound.seen) == 1


@pytest.mark.parametrize(
    ("input", "code"),
    [
        ({"FunctionName": "none"}, "ResourceNotFoundException"),
        ({"FunctionName": "none", "InvocationType": "DryRun"}, "ResourceNotFoundException"),
        ({"FunctionName": "orders:live"}, "ResourceNotFoundException"),
        ({"FunctionName": "orders:live", "Qualifier": "other"}, "InvalidParameterValueException"),
        ({"FunctionName": "orders", "Payload": b"{"}, "InvalidRequestContentException"),
        ({"FunctionName": "orders", "Payload": b"[" * 200_000}, "InvalidRequestContentException"),
        ({"FunctionName": "orders", "ClientContext": "!"}, "InvalidRequestContentException"),
        (
            {"FunctionName": "orders", "InvocationType": "Event", "Payload": b" " * 1_100_000},
            "RequestTooLargeException",
        ),
    ],
)
async def test_invocations_lambda_refuses(api, input, code):
    await api.create()
    assert (await api.refused("Invoke", **input))[0] == code


async def test_an_unknown_function_is_not_found(api):
    for operation in ("GetFunction", "GetFunctionConfiguration", "UpdateFunctionCode", "DeleteFunction", "Invoke"):
        assert await api.refused(operation, FunctionName="none") == (
            "ResourceNotFoundException",
            404,
            f"Function not found: {PREFIX}none",
        )


async def test_a_name_is_taken_once_per_account_and_region(api):
    await api.create()
    with pytest.raises(ApiError) as caught:
        await api.create()
    assert (caught.value.code, caught.value.status) == ("ResourceConflictException", 409)
    assert caught.value.message == "Function already exist: orders"
    await api.create("999999999999:function:orders")


@pytest.mark.parametrize(
    "input",
    [
        {"code": b"not a zip"},
        {"Runtime": "java21"},
        {"Handler": None},
        {"PackageType": "Image"},
        {"Environment": {"Variables": {"A": "x" * 5000}}},
    ],
)
async def test_what_cannot_run_is_refused_and_leaves_nothing(api, input):
    with pytest.raises(ApiError) as caught:
        await api.create(**input)
    assert caught.value.code == "InvalidParameterValueException"
    assert [each["FunctionName"] for each in (await api("ListFunctions"))["Functions"]] == ["bound"]
    assert not api.service.knows("orders")


async def test_new_code_runs_from_the_next_invocation_on(api):
    created = await api.create()
    await api("Invoke", FunctionName="orders", Payload=b"1")
    api.now_ms += 1000
    updated = await api("UpdateFunctionCode", FunctionName="orders", ZipFile=zipped("new"))
    assert updated["CodeSha256"] != created["CodeSha256"]
    assert updated["RevisionId"] != created["RevisionId"]
    assert updated["LastModified"] == "2025-11-22T12:00:01.123+0000"
    assert (await api("Invoke", FunctionName="orders", Payload=b"1"))["Payload"] == b"1new"


async def test_a_dry_update_changes_nothing(api):
    created = await api.create()
    assert await api("UpdateFunctionCode", FunctionName="orders", ZipFile=zipped("new"), DryRun=True) == created
    assert await api("GetFunctionConfiguration", FunctionName="orders") == created


async def test_configuration_changes_keep_the_rest(api):
    created = await api.create(Timeout=9)
    updated = await api("UpdateFunctionConfiguration", FunctionName="orders", MemorySize=512)
    changed = {name for name in updated if updated[name] != created.get(name)}
    assert changed == {"MemorySize", "RevisionId"}


async def test_a_stale_revision_is_refused(api):
    await api.create()
    refusal = await api.refused("UpdateFunctionConfiguration", FunctionName="orders", RevisionId="old", Timeout=5)
    assert refusal[:2] == ("PreconditionFailedException", 412)


async def test_a_deleted_function_is_gone_with_its_code(api, tmp_path):
    await api.create()
    assert await api("DeleteFunction", FunctionName="orders") == {"StatusCode": 204}
    assert (await api.refused("Invoke", FunctionName="orders"))[0] == "ResourceNotFoundException"
    await api.create()
    await api("DeleteFunction", FunctionName="orders")
    await api.service.close()
    assert list((tmp_path / "packages/eu-west-1/123456789012/orders").iterdir()) == []


async def test_what_was_accepted_before_a_deletion_is_finished(held, tmp_path):
    await held.create()
    answers = [accepted(held) for _ in range(10)]
    await held("DeleteFunction", FunctionName="orders")
    for process in Held.started:
        process.pool.ready(process)
    assert all([(await answer).payload == b"1" + CODE_TEXT for answer in answers])
    for process in Held.started:
        assert code_directories(tmp_path) == {digest(CODE)}
        process.end()
    assert code_directories(tmp_path) == set()


async def test_a_function_created_again_keeps_its_code_when_the_old_one_ends(held, tmp_path):
    await held.create()
    before = accepted(held)
    await held("DeleteFunction", FunctionName="orders")
    await held.create()
    (old,) = Held.started
    old.pool.ready(old)
    await before
    old.end()
    after = accepted(held)
    new = Held.started[1]
    new.pool.ready(new)
    assert (await after).payload == b"1" + CODE_TEXT
    new.end()


async def test_old_code_goes_with_the_last_process_that_runs_it(held, tmp_path):
    await held.create()
    accepted(held)
    await held("UpdateFunctionCode", FunctionName="orders", ZipFile=zipped("new"))
    old = Held.started[0]
    assert old.killed
    assert code_directories(tmp_path) == {digest(CODE), digest(zipped("new"))}
    old.end()
    assert code_directories(tmp_path) == {digest(zipped("new"))}
    new = Held.started[1]
    new.pool.ready(new)
    new.end()


async def test_code_that_nothing_came_of_is_removed(api, tmp_path):
    await api.create()
    function = await api.service.catalogue.find(f"{PREFIX}orders")
    stale = msgspec.structs.replace(function, revision_id="stale")
    with pytest.raises(FunctionChanged):
        await api.service.update(stale, msgspec.structs.replace(stale), zipped("other"))
    assert code_directories(tmp_path) == {digest(CODE)}


async def test_a_deletion_does_not_take_the_next_function_of_that_name_along(tmp_path, monkeypatch):
    async def at_once(function, *arguments, **options):
        return function(*arguments, **options)

    class SlowStore(MemoryStore):
        async def delete(self, kind, key):
            await super().delete(kind, key)
            for _ in range(20):
                await asyncio.sleep(0)

    monkeypatch.setattr(asyncio, "to_thread", at_once)
    api = Api(SlowStore(), tmp_path)
    await api.create()
    deletion = asyncio.create_task(api("DeleteFunction", FunctionName="orders"))
    await asyncio.sleep(0)
    await api.create()
    await deletion
    assert (await api("Invoke", FunctionName="orders", Payload=b"1"))["Payload"] == b"1" + CODE_TEXT
    await api.service.close()


async def test_listing_goes_page_by_page(api):
    for name in ("c", "a", "b"):
        await api.create(name)
    await api.create("999999999999:function:d")
    first = await api("ListFunctions", MaxItems=2)
    assert [item["FunctionName"] for item in first["Functions"]] == ["a", "b"]
    second = await api("ListFunctions", MaxItems=2, Marker=first["NextMarker"])
    assert [item["FunctionName"] for item in second["Functions"]] == ["bound", "c"]
    assert "NextMarker" not in second
    assert (await api.refused("ListFunctions", Marker="é"))[0] == "InvalidParameterValueException"


async def test_a_version_keeps_a_deleted_layer_over_a_restart(tmp_path):
    store = MemoryStore()
    before = Api(store, tmp_path)
    layer = await before("PublishLayerVersion", LayerName="shared", Content={"ZipFile": zipped(b"shared")})
    await before.create(Layers=[layer["LayerVersionArn"]])
    await before("PublishVersion", FunctionName="orders")
    await before("UpdateFunctionConfiguration", FunctionName="orders", Layers=[])
    await before("DeleteLayerVersion", LayerName="shared", VersionNumber=1)
    await before.service.close()
    after = Api(store, tmp_path)
    await after.service.load()
    (path,) = await after.service.layers.directories([layer["LayerVersionArn"]])
    assert (path / "handler.py").read_bytes() == b"shared"
    await after.service.close()


async def test_regions_of_any_name_keep_what_they_need_and_nothing_else(tmp_path, monkeypatch):
    """Callers name their regions: one like a directory of ours, or without a dash, is one as well."""
    store = MemoryStore()
    before = Api(store, tmp_path)
    for region in ("layers", "local", "-"):
        monkeypatch.setattr(f"{__name__}.CONTEXT", RequestContext("123456789012", region, "r-1"))
        await before.create()
        (tmp_path / region / "123456789012/orders/left-over").mkdir()
    await before.service.close()
    after = Api(store, tmp_path)
    await after.service.load()
    await after.service.close()
    left = {path.relative_to(tmp_path).parts[0]: path.name for path in tmp_path.glob("*/*/*/*")}
    assert left == dict.fromkeys(("layers", "local", "-"), hashlib.sha256(CODE).hexdigest())


async def test_functions_survive_a_restart_and_the_loss_of_unpacked_code(tmp_path):
    store = MemoryStore()
    before = Api(store, tmp_path / "one")
    await before.create()
    await before.service.close()
    after = Api(store, tmp_path / "two")
    assert not after.service.knows(f"{PREFIX}orders")
    await after.service.load()
    assert (await after("Invoke", FunctionName="orders", Payload=b"1"))["Payload"].startswith(b"1def handler")
    await after.service.close()


async def test_loading_removes_code_that_is_nobodys(tmp_path):
    store = MemoryStore()
    before = Api(store, tmp_path)
    await before.create(code=zipped("new"))
    await before.service.close()
    for name in (".unpack-x", ".removed-x", digest(CODE)):
        (tmp_path / "eu-west-1/123456789012/orders" / name).mkdir()
    after = Api(store, tmp_path)
    await after.service.load()
    (kept,) = tmp_path.glob("*/*/*/*")
    assert (kept / "handler.py").read_text() == "new"
    await after.service.close()


async def test_restored_code_is_what_was_uploaded(tmp_path):
    store = MemoryStore()
    before = Api(store, tmp_path)
    await before.create()
    await before.service.close()
    (file,) = (tmp_path / "eu-west-1/123456789012/orders").glob("*/handler.py")
    file.write_bytes(b"tampered with")
    after = Api(store, tmp_path)
    await after.service.load()
    assert (await after("Invoke", FunctionName="orders", Payload=b"1"))["Payload"] == b"1" + CODE_TEXT
    await after.service.close()


async def test_code_that_is_not_what_was_uploaded_is_not_run(tmp_path):
    store = MemoryStore()
    before = Api(store, tmp_path)
    await before.create()
    await before.service.close()
    await store.put("function-code", f"{PREFIX}orders {digest(CODE)}", zipped("forged"))
    after = Api(store, tmp_path)
    await after.service.load()
    assert code_directories(tmp_path) == set()
    await after.service.close()


async def test_versions_share_code_and_the_last_takes_it_along(api):
    await api.create()
    await api("PublishVersion", FunctionName="orders")
    await api("UpdateFunctionCode", FunctionName="orders", ZipFile=zipped("new"))
    store = api.services.store
    code = [record.key for record in await store.list("function-code")]
    assert len(code) == 2
    await api("DeleteFunction", FunctionName="orders", Qualifier="1")
    assert [record.key for record in await store.list("function-code")] == [f"{PREFIX}orders {digest(zipped('new'))}"]
    await api("DeleteFunction", FunctionName="orders")
    assert await store.list("function-code") == []


async def test_a_deleted_function_leaves_nothing_in_the_catalogue(api):
    await api.create()
    await api("PublishVersion", FunctionName="orders")
    await api("CreateAlias", FunctionName="orders", Name="live", FunctionVersion="1")
    for qualifier in ({}, {"Qualifier": "live"}):
        named = {"FunctionName": "orders", **qualifier}
        await api("CreateFunctionUrlConfig", **named, AuthType="NONE")
        await api("AddPermission", **named, StatementId="a", Action="lambda:InvokeFunction", Principal="*")
        await api("PutFunctionEventInvokeConfig", **named, MaximumRetryAttempts=0)
    assert await api.services.store.list("function-url-id")
    await api("DeleteFunction", FunctionName="orders")
    kinds = ("", "-code", "-version", "-alias", "-policy", "-url", "-url-id", "-event-config")
    assert [kind for kind in kinds if await api.services.store.list(f"function{kind}")] == []


async def test_bare_names_mean_the_services_own_account(tmp_path):
    api = Api(MemoryStore(), tmp_path)
    await api.create("arn:aws:lambda:us-east-1:000000000000:function:orders")
    answer = asyncio.get_running_loop().create_future()
    api.service.invoke(Invocation("orders", b"2", "r-1"), answer.set_result)
    assert (await answer).payload.startswith(b"2")
    assert api.service.knows("orders")
    await api.service.close()
