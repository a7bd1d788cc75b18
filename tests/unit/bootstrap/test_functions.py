"""Functions as a server has them: uploaded code and layers are found from the directories that processes work in."""

import asyncio
import io
import zipfile
from pathlib import Path

import pytest

from podium.bootstrap.functions import open_functions
from podium.functions.catalogue import FunctionRecord
from podium.functions.contract import Invocation
from podium.functions.layers import LayerVersion
from podium.store.memory import MemoryStore

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"
SOURCE = "import shared\n\ndef handler(event, context):\n    return shared.NUMBER\n"


def zipped(name, text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, text)
    return buffer.getvalue()


@pytest.fixture
async def functions(tmp_path, monkeypatch):
    """With a data directory that is named from where the server was started."""
    monkeypatch.chdir(tmp_path)
    functions = await open_functions(MemoryStore(), Path("data"), None, "eu-west-1")
    yield functions
    await functions.close()


async def answer(functions, code, runtime, **settings):
    await functions.create(FunctionRecord(ARN, "f", "r", runtime, "index.handler", "", 0, "1", 0, 0, **settings), code)
    answered = asyncio.get_running_loop().create_future()
    functions.invoke(Invocation(ARN, b"{}", "r-1"), answered.set_result)
    return (await answered).payload


async def test_a_layer_is_importable(functions):
    published = await functions.layers.publish(
        LayerVersion("arn:layer", 0, "", 0, 0), zipped("python/shared.py", "NUMBER = 7")
    )
    layers = {"Layers": [published.arn]}
    assert await answer(functions, zipped("index.py", SOURCE), "python3.12", settings=layers) == b"7"


async def test_a_bootstrap_is_started(functions):
    script = "#!/bin/sh\nexit 3\n"
    payload = await answer(functions, zipped("bootstrap", script), "provided.al2023")
    assert b"exit status 3" in payload
