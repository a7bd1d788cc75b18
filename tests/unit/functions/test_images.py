"""Functions from container images: by an executable `docker` that notes what it is told and runs AWS's client."""

import asyncio
import itertools
import json
import os
import sys

import pytest

from podium.api.context import RequestContext
from podium.api.errors import ApiError
from podium.api.operations.functions import OPERATIONS
from podium.api.services import Services
from podium.functions.contract import Invocation
from podium.functions.lambda_runtime.runtime import LambdaRuntime
from podium.functions.service import FunctionService
from podium.store.memory import MemoryStore

CONTEXT = RequestContext("123456789012", "eu-west-1", "r-1")
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:live"

DOCKER = """#!{python}
# Images are files: what is in `registry` can be pulled, what is in `images` is there.
import os, shutil, sys
fake = {fake!r}
with open(fake + "/calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
verb, last = sys.argv[1], sys.argv[-1].replace("/", "_")
if verb == "image":
    if not os.path.exists(fake + "/images/" + last):
        sys.exit("no such image")
    print("sha256:" + open(fake + "/images/" + last).read())
elif verb == "pull":
    if not os.path.exists(fake + "/registry/" + last):
        sys.exit("Error response from daemon: manifest unknown")
    shutil.copy(fake + "/registry/" + last, fake + "/images/" + last)
elif verb == "rm" and os.path.exists(fake + "/removed"):
    open(fake + "/removed", "w").write(sys.argv[-1])
elif verb == "run":
    environment = dict(line.split("=", 1) for line in sys.stdin.read().splitlines())
    given = [sys.argv[at + 1] for at, argument in enumerate(sys.argv) if argument == "--env"]
    environment |= dict(argument.split("=", 1) for argument in given)
    os.chdir(fake + "/task")
    os.execve(sys.executable, [sys.executable, "-m", "awslambdaric", sys.argv[-1]], environment)
"""

SOURCE = """
import os, time

def handler(event, context):
    return {"event": event, "environment": dict(os.environ)}

def sleep(event, context):
    time.sleep(60)
"""


class Api:
    """Lambda's operations on a machine with the engine."""

    def __init__(self, fake, store):
        self.fake, self.ids = fake, itertools.count(1)
        self.service = FunctionService(store, fake / "packages", LambdaRuntime())
        self.services = Services(
            store, None, self.service, lambda text, kind: [], lambda: 0, lambda: f"id-{next(self.ids)}"
        )

    async def __call__(self, operation, **input):
        return await OPERATIONS[operation](self.services, CONTEXT, {"FunctionName": "orders", **input})

    async def create(self, **input):
        given = {"PackageType": "Image", "Code": {"ImageUri": URI}, "Role": "arn:aws:iam::123456789012:role/r"}
        return await self("CreateFunction", **(given | input))

    async def invoke(self, event):
        answer = asyncio.get_running_loop().create_future()
        self.service.invoke(Invocation(ARN, json.dumps(event).encode(), "r-1"), answer.set_result)
        return await answer

    def calls(self, verb):
        return [line for line in (self.fake / "calls").read_text().splitlines() if line.split()[0] == verb]


@pytest.fixture
async def api(tmp_path, monkeypatch):
    for directory in ("bin", "images", "registry", "task"):
        (tmp_path / directory).mkdir()
    executable = tmp_path / "bin/docker"
    executable.write_text(DOCKER.format(python=sys.executable, fake=str(tmp_path)))
    executable.chmod(0o755)
    monkeypatch.setenv("PATH", f"{executable.parent}:{os.defpath}")
    (tmp_path / "task/handler.py").write_text(SOURCE)
    (tmp_path / "images" / URI.replace("/", "_")).write_text("ab" * 32)
    api = Api(tmp_path, MemoryStore())
    yield api
    await api.service.close()


async def test_an_image_runs_by_its_id_with_lambdas_environment(api):
    config = {"EntryPoint": ["/entry", "first"], "Command": ["handler.handler"], "WorkingDirectory": "/work"}
    made = await api.create(ImageConfig=config, MemorySize=256, Environment={"Variables": {"A": "1 2", "B": "x\ny"}})
    assert made["CodeSha256"] == "ab" * 32
    assert (made["PackageType"], made["CodeSize"], "Runtime" in made) == ("Image", 0, False)
    assert made["ImageConfigResponse"] == {"ImageConfig": config}
    result = json.loads((await api.invoke({"a": 1})).payload)
    environment = result["environment"]
    assert (result["event"], environment["A"], environment["B"]) == ({"a": 1}, "1 2", "x\ny")
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "orders"
    assert "LAMBDA_TASK_ROOT" not in environment
    run = " ".join(api.calls("run")).split(" --name ")[1]
    assert run.startswith("podium-orders-")
    assert " --network host --pull never --memory 256m --env-file /dev/stdin --env B=x" in run
    told = (api.fake / "calls").read_text()
    assert f"--entrypoint /entry --workdir /work -- {'ab' * 32} first handler.handler" in told


async def test_a_container_that_takes_too_long_is_removed(api):
    os.mkfifo(api.fake / "removed")
    await api.create(ImageConfig={"Command": ["handler.sleep"]}, Timeout=1)
    result = await api.invoke({})
    assert json.loads(result.payload)["errorType"] == "Sandbox.Timedout"
    name = api.calls("run")[0].split()[3]
    assert await asyncio.to_thread((api.fake / "removed").read_text) == name
    # Nobody reads it any more: closing the service removes the container once more.
    (api.fake / "removed").unlink()
    assert api.calls("rm") == [f"rm --force {name}"]


async def test_what_is_not_there_is_pulled_and_an_update_follows_the_tag(api):
    newer = URI.replace("live", "new")
    (api.fake / "registry" / newer.replace("/", "_")).write_text("cd" * 32)
    await api.create()
    await api("UpdateFunctionCode", ImageUri=newer)
    assert api.calls("pull") == [f"pull --quiet {newer}"]
    code = (await api("GetFunction"))["Code"]
    resolved = f"{newer}@sha256:{'cd' * 32}"
    assert code == {"RepositoryType": "ECR", "ImageUri": newer, "ResolvedImageUri": resolved}
    version = await api("PublishVersion")
    assert (version["Version"], version["CodeSha256"]) == ("1", "cd" * 32)


async def test_functions_from_images_are_there_after_a_restart(api):
    await api.create(ImageConfig={"Command": ["handler.handler"]})
    later = Api(api.fake, api.services.store)
    await later.service.load()
    assert json.loads((await later.invoke(2)).payload)["event"] == 2
    await later.service.close()


@pytest.mark.parametrize(
    ("input", "said"),
    [
        ({"Code": {"ImageUri": "nobody/nothing:1"}}, "Source image nobody/nothing:1 does not exist."),
        ({"Code": {"ImageUri": "--privileged"}}, "Source image --privileged is not valid."),
        ({"Code": {}}, "Please provide ImageUri"),
        ({"Runtime": "python3.12"}, "Please don't provide Runtime or Handler or Layer"),
    ],
)
async def test_what_cannot_be_an_image_is_refused(api, input, said):
    with pytest.raises(ApiError) as refused:
        await api.create(**input)
    assert refused.value.code == "InvalidParameterValueException"
    assert refused.value.message.startswith(said)


async def test_without_an_engine_a_sentence_says_what_to_install(api, monkeypatch):
    monkeypatch.setenv("PATH", str(api.fake))
    with pytest.raises(ApiError) as refused:
        await api.create()
    assert "need docker or podman on the PATH" in refused.value.message


async def test_an_image_stays_an_image(api):
    await api.create()
    with pytest.raises(ApiError) as refused:
        await api("UpdateFunctionCode", ZipFile=b"zip")
    assert refused.value.message == "Please provide ImageUri when updating a function with packageType Image."
