"""Layers over restarts: what functions may still use is there, what nobody can use is gone."""

import io
import zipfile

import pytest

from podium.functions.lambda_runtime import package
from podium.functions.layers import LAYER_CODE, Layers, LayerVersion
from podium.store.memory import MemoryStore

ARN = "arn:aws:lambda:eu-west-1:123456789012:layer:shared"


def zipped(text):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("python/shared.py", text)
    return stream.getvalue()


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def layers(store, tmp_path):
    return Layers(store, tmp_path / "layers")


async def publish(layers, text):
    return await layers.publish(LayerVersion(ARN, 0, "", 0, 0), zipped(text))


async def texts(layers, *versions):
    return [
        (path / "python/shared.py").read_text()
        for path in await layers.directories(version.arn for version in versions)
    ]


async def test_content_is_there_again_after_a_restart_as_it_was_published(layers, store, tmp_path):
    one, two = await publish(layers, "one"), await publish(layers, "two")
    (path,) = await layers.directories([one.arn])
    (path / "python/shared.py").write_text("changed")
    await Layers(store, tmp_path / "layers").load(set())
    assert await texts(layers, one, two) == ["one", "two"]


async def test_deleted_versions_stay_for_the_functions_that_name_them_and_go_without_any(layers, store, tmp_path):
    used, unused, same = await publish(layers, "used"), await publish(layers, "unused"), await publish(layers, "used")
    for version in (used, unused, same):
        await layers.delete(ARN, version.number)
    (tmp_path / "layers/.unpack-cut-off").mkdir()
    await layers.load({used.arn})
    assert await layers.directories([unused.arn, same.arn]) == []
    assert await texts(layers, used) == ["used"]
    assert [path.name for path in (tmp_path / "layers").iterdir()] == [used.code_sha256]
    assert [record.key for record in await store.list(LAYER_CODE)] == [used.code_sha256]
    assert (await publish(layers, "next")).number == 4
    await layers.load(set())
    assert await layers.directories([used.arn]) == []
    assert await store.count(LAYER_CODE) == 1


async def test_one_that_cannot_be_unpacked_any_more_keeps_nobody_from_starting(layers, monkeypatch, caplog):
    version = await publish(layers, "one")
    (path,) = await layers.directories([version.arn])
    (path / "python/shared.py").unlink()
    monkeypatch.setattr(package, "MAX_FILES", 0)
    await layers.load(set())
    assert f"layer {version.arn} cannot be unpacked" in caplog.text
