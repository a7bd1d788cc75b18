"""Items behind threads: pieces, failures in AWS's words, and result files that appear whole."""

import io
import json

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from podium.core.machine.map_run import ItemReader
from podium.integrations.items import gateway as module
from podium.integrations.items.contract import READER_FAILED, WRITER_FAILED, ItemsFailed
from podium.integrations.items.gateway import ItemGateway
from podium.integrations.items.storage import S3Storage, Storages, mapped


def no_s3():
    raise AssertionError("nothing here is in S3")


LINES = ItemReader("getObject", {"Bucket": "b", "Key": "k"}, {"InputType": "JSONL"}, None)


class FakeS3:
    """A client of one object, whose connections break after so many bytes."""

    def __init__(self, content, breaks_after=None, error=None):
        self.content, self.breaks_after, self.error = content, breaks_after, error
        self.ranges = []
        self.stored = {}

    def get_object(self, **request):
        if self.error is not None:
            raise self.error
        self.ranges.append(request.get("Range"))
        start = int(request["Range"][6:-1]) if "Range" in request else 0
        body = BreakingBody(self.content[start:], self.breaks_after)
        return {"ETag": '"e"', "ContentLength": len(self.content) - start, "Body": body}

    def put_object(self, **request):
        self.stored[request["Bucket"], request["Key"]] = request["Body"].read()


class BreakingBody(io.BytesIO):
    def __init__(self, content, breaks_after):
        super().__init__(content)
        self.breaks_after = breaks_after

    def read(self, size=-1):
        if self.breaks_after is None:
            return super().read(size)
        if self.tell() >= self.breaks_after:
            raise ReadTimeoutError(endpoint_url="http://s3")
        return super().read(min(size, self.breaks_after - self.tell()))


def over_s3(client):
    return ItemGateway(Storages({}, S3Storage(lambda: client)))


async def pieces(items, reader=LINES):
    return [piece async for piece in items.read(reader)]


async def test_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PIECE_ITEMS", 2)
    (tmp_path / "k").write_text("1\n2\n3\n")
    items = ItemGateway(mapped({"b": tmp_path.as_uri()}, no_s3))
    assert [[item.value for item in piece] for piece in await pieces(items)] == [[1, 2], [3]]


async def test_a_broken_connection_is_taken_up_where_it_broke():
    content = b"".join(b"%d\n" % number for number in range(100))
    client = FakeS3(content, breaks_after=70)
    found = [item.value for piece in await pieces(over_s3(client)) for item in piece]
    assert found == list(range(100))
    assert client.ranges[:3] == [None, "bytes=70-", "bytes=140-"]


async def test_a_connection_that_breaks_again_and_again():
    with pytest.raises(ItemsFailed, match="the connection broke") as raised:
        await pieces(over_s3(FakeS3(b"1\n2\n", breaks_after=0)))
    assert raised.value.error == READER_FAILED


async def test_an_error_of_s3_keeps_its_words():
    response = {
        "Error": {"Code": "NoSuchKey", "Message": "The specified key does not exist."},
        "ResponseMetadata": {"HTTPStatusCode": 404, "RequestId": "r"},
    }
    with pytest.raises(ItemsFailed) as raised:
        await pieces(over_s3(FakeS3(b"", error=ClientError(response, "GetObject"))))
    assert raised.value.error == READER_FAILED
    assert raised.value.cause.startswith("The specified key does not exist. (Service: S3, Status Code: 404")


async def test_a_missing_file(tmp_path):
    with pytest.raises(ItemsFailed) as raised:
        await pieces(ItemGateway(mapped({"b": tmp_path.as_uri()}, no_s3)))
    assert (raised.value.error, raised.value.cause) == (READER_FAILED, "The specified key does not exist.")


async def test_a_reading_that_is_given_up_lets_go_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PIECE_ITEMS", 1)
    client = FakeS3(b"1\n2\n3\n")
    reading = over_s3(client).read(LINES)
    assert [item.value for item in await anext(reading)] == [1]
    await reading.aclose()
    assert [piece async for piece in reading] == []


@pytest.mark.parametrize("size", [10, 3 << 20])
async def test_a_result_file_appears_whole(tmp_path, size):
    items = ItemGateway(mapped({"b": tmp_path.as_uri()}, no_s3))
    file = items.create("b", "p/q/r.json")
    for _ in range(3):
        await file.write(b"x" * size)
    assert list(tmp_path.rglob("*.json")) == []
    assert await file.close() == 3 * size
    assert (tmp_path / "p/q/r.json").read_bytes() == b"x" * 3 * size
    await items.put("b", "m.json", {"a": 1})
    assert json.loads((tmp_path / "m.json").read_text()) == {"a": 1}
    assert [path.name for path in tmp_path.rglob(".*")] == []


async def test_result_files_in_s3():
    client = FakeS3(b"")
    file = over_s3(client).create("b", "k")
    await file.write(b"[1")
    await file.write(b"]")
    await file.close()
    assert client.stored == {("b", "k"): b"[1]"}


async def test_results_that_cannot_be_stored(tmp_path):
    (tmp_path / "p").write_text("a file where a directory is needed")
    items = ItemGateway(mapped({"b": tmp_path.as_uri()}, no_s3))
    file = items.create("b", "p/q")
    await file.write(b"1")
    with pytest.raises(ItemsFailed) as raised:
        await file.close()
    assert raised.value.error == WRITER_FAILED
    with pytest.raises(ItemsFailed):
        await items.put("b", "p/q", 1)


async def test_a_result_file_that_is_given_up(tmp_path):
    file = ItemGateway(mapped({"b": tmp_path.as_uri()}, no_s3)).create("b", "k")
    await file.write(b"1")
    await file.discard()
    assert list(tmp_path.iterdir()) == []
