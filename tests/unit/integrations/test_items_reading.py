"""Readers of items: every format, manifest and listing, from directories that stand for buckets."""

import gzip
import json
import sys

import pytest

from podium.core.machine.map_run import ItemReader
from podium.integrations.items.contract import READER_FAILED, ItemsFailed
from podium.integrations.items.reading import read_items
from podium.integrations.items.storage import Storages, mapped


def no_s3():
    raise AssertionError("nothing here is in S3")


@pytest.fixture
def bucket(tmp_path):
    root = tmp_path / "bucket"
    root.mkdir()
    return root


@pytest.fixture
def read(bucket):
    storages = mapped({"b": bucket.as_uri(), "other": bucket.as_uri()}, no_s3)

    def read(content, config, key="k", action="getObject", items_max=None, **parameters):
        if content is not None:
            path = bucket / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        given = {"Bucket": "b", **({"Key": key} if action == "getObject" else {}), **parameters}
        return list(read_items(ItemReader(action, given, config, items_max), storages))

    return read


def values(items):
    return [item.value for item in items]


FIRST = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}


def given(*headers, **config):
    return {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": list(headers), **config}


@pytest.mark.parametrize(
    ("content", "config", "rows"),
    [
        ("a,b\n1,2\n3,4\n", FIRST, [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
        ("1,2\n", given("a", "b"), [{"a": "1", "b": "2"}]),
        ("1\n\n,,,\n", given("a", "b"), [{"a": "1", "b": ""}, {"a": "", "b": ""}]),
        ("1,2,3\n", given("a"), [{"a": "1"}]),
        ('a\n"x, ""y""\nz"\r\n', FIRST, [{"a": 'x, "y"\nz'}]),
        ("\ufeffa\n\u00e4\n", FIRST, [{"a": "\u00e4"}]),
        ("1|2", given("a", "b", CSVDelimiter="PIPE"), [{"a": "1", "b": "2"}]),
        ("1;2", given("a", "b", CSVDelimiter="SEMICOLON"), [{"a": "1", "b": "2"}]),
        ("1 2", given("a", "b", CSVDelimiter="SPACE"), [{"a": "1", "b": "2"}]),
        ("1\t2", given("a", "b", CSVDelimiter="TAB"), [{"a": "1", "b": "2"}]),
        ("", FIRST, []),
        ("a,b\n", FIRST, []),
    ],
)
def test_csv(read, content, config, rows):
    assert values(read(content, config)) == rows


@pytest.mark.parametrize(("content", "config"), [("", given("a", "a")), ("a,a\n1,2", FIRST)])
def test_csv_headers_are_distinct(read, content, config):
    with pytest.raises(ItemsFailed) as raised:
        read(content, config)
    assert (raised.value.error, raised.value.cause) == (READER_FAILED, "CSV headers cannot contain duplicates.")


def test_csv_that_is_no_text(read):
    with pytest.raises(ItemsFailed, match="not CSV"):
        read(b"a\n\xff\xfe", FIRST)


@pytest.mark.parametrize(
    ("document", "pointer", "items"),
    [
        ([1, "x", None], None, [(None, 1), (None, "x"), (None, None)]),
        ({"d": {"in": [1, 2]}}, "/d/in", [(None, 1), (None, 2)]),
        ({"d": [{"in": [3]}]}, "/d/0/in", [(None, 3)]),
        ({"a/b": {"~": [4]}}, "/a~1b/~0", [(None, 4)]),
        ({"d": {"x": 1, "y": 2}}, "/d", [("x", 1), ("y", 2)]),
    ],
)
def test_json(read, document, pointer, items):
    config = {"InputType": "JSON", **({} if pointer is None else {"ItemsPointer": pointer})}
    found = read(json.dumps(document), config)
    assert [(item.key, item.value) for item in found] == items
    assert {item.source for item in found} <= {"S3://b/k"}


@pytest.mark.parametrize(
    ("content", "pointer", "cause"),
    [
        ('{"Hello": "world"}', None, "Attempting to map over non-iterable node."),
        ("3", None, "Attempting to map over non-iterable node."),
        ('{"d": 3}', "/d", "Attempting to map over non-iterable node."),
        ('{"d": []}', "/e", "The ItemsPointer '/e' leads to nothing in the file."),
        ("[1]", "/7", "The ItemsPointer '/7' leads to nothing in the file."),
        ("[1,", None, "The file is not JSON"),
        ("[1 2]", None, "The file is not JSON"),
        ("[1] 2", None, "The file is not JSON"),
        ("[NaN]", None, "The file is not JSON"),
        (b'["\xff"]', None, "The file is not JSON"),
        ("[" * 100_000, None, "The file is not JSON"),
        ("nonsense", None, "Attempting to map over non-iterable node."),
        ("", None, "Attempting to map over non-iterable node."),
        ("3", "/a", "The ItemsPointer '/a' leads to nothing in the file."),
        ("nonsense", "/a", "The file is not JSON"),
    ],
)
def test_json_that_holds_no_items(read, content, pointer, cause):
    with pytest.raises(ItemsFailed) as raised:
        read(content, {"InputType": "JSON", **({} if pointer is None else {"ItemsPointer": pointer})})
    assert raised.value.error == READER_FAILED
    assert raised.value.cause.startswith(cause)


def test_json_lines(read):
    found = read('{"a":1}\n\n  \n[2]\n3', {"InputType": "JSONL"})
    assert values(found) == [{"a": 1}, [2], 3]
    with pytest.raises(ItemsFailed, match="Line 2 is not JSON"):
        read("1\n{", {"InputType": "JSONL"})


def test_max_items_reads_no_further(read):
    assert values(read("1\n2\nnonsense", {"InputType": "JSONL"}, items_max=2)) == [1, 2]


def test_max_items_below_zero(read):
    with pytest.raises(ItemsFailed, match="field MaxItems must be positive") as raised:
        read("1", {"InputType": "JSONL"}, items_max=-1)
    assert raised.value.error == READER_FAILED


def test_compressed_files(read):
    assert values(read(gzip.compress(b"1\n2\n"), {"InputType": "JSONL"}, key="k.gz")) == [1, 2]


def test_a_missing_object(read):
    with pytest.raises(FileNotFoundError):
        read(None, {"InputType": "JSON"}, key="missing")


@pytest.mark.parametrize("key", ["../outside", "/etc/hostname"])
def test_a_key_that_leads_out_of_the_bucket(read, key):
    with pytest.raises(ItemsFailed, match="leads out of the bucket"):
        read(None, {"InputType": "JSON"}, key=key)


@pytest.mark.parametrize("name", ["Bucket", "Key"])
def test_parameters_that_are_missing(read, name):
    with pytest.raises(ItemsFailed, match=f"The field '{name}' is required but was missing"):
        read("[]", {"InputType": "JSON"}, **{name: None})


def test_a_listing(read, bucket):
    (bucket / "in").mkdir()
    (bucket / "in" / "b.txt").write_text("22")
    (bucket / "in" / "a.txt").write_text("1")
    (bucket / "x.txt").write_text("")
    found = read(None, {}, action="listObjectsV2", Prefix="in/")
    assert [(item.value["Key"], item.value["Size"]) for item in found] == [("in/a.txt", 1), ("in/b.txt", 2)]
    assert set(found[0].value) == {"Etag", "Key", "LastModified", "Size", "StorageClass"}
    assert found[0].source == "S3://b"


def test_a_listing_whose_objects_are_loaded(read, bucket):
    (bucket / "a").write_text("1\n2")
    (bucket / "b").write_text("3")
    config = {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}
    found = read(None, config, action="listObjectsV2")
    assert [(item.value, item.source) for item in found] == [(1, "S3://b/a"), (2, "S3://b/a"), (3, "S3://b/b")]


def inventory(**fields):
    return json.dumps(
        {
            "destinationBucket": "arn:aws:s3:::other",
            "fileFormat": "CSV",
            "fileSchema": "Bucket, Key, Size",
            "files": [{"key": "d/1.csv.gz"}, {"key": "d/2.csv"}],
            **fields,
        }
    )


@pytest.mark.parametrize("config", [{"InputType": "MANIFEST"}, {"InputType": "CSV", "ManifestType": "S3_INVENTORY"}])
def test_an_inventory(read, bucket, config):
    (bucket / "d").mkdir()
    (bucket / "d" / "1.csv.gz").write_bytes(gzip.compress(b'"b","x","1"\n'))
    (bucket / "d" / "2.csv").write_bytes(b'"b","y","2"\n')
    found = read(inventory(), config, key="manifest.json")
    assert values(found) == [{"Bucket": "b", "Key": "x", "Size": "1"}, {"Bucket": "b", "Key": "y", "Size": "2"}]
    assert found[0].source == "S3://other/d/1.csv.gz"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("[]", "not one of S3 Inventory"),
        ('{"files": [3]}', "not one of S3 Inventory"),
        ("{", "not JSON"),
        (inventory(fileFormat="ORC", files=[{"key": "manifest.json"}]), "format ORC cannot be read"),
    ],
)
def test_manifests_that_are_none(read, content, cause):
    with pytest.raises(ItemsFailed, match=cause):
        read(content, {"InputType": "MANIFEST"}, key="manifest.json")


def test_athena(read, bucket):
    (bucket / "1").write_text('{"n":1}\n{"n":2}')
    (bucket / "2").write_text('{"n":3}')
    config = {"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}
    assert values(read("s3://b/1\ns3://other/2\n", config)) == [{"n": 1}, {"n": 2}, {"n": 3}]
    with pytest.raises(ItemsFailed, match="no S3 URI"):
        read("file:///etc/passwd", config)


def test_parquet_needs_an_extra(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ItemsFailed, match="extra 'parquet'"):
        read("", {"InputType": "PARQUET"})


def test_parquet(read, tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "p"
    parquet.write_table(arrow.table({"n": [1, 2], "s": ["a", None]}), file)
    assert values(read(file.read_bytes(), {"InputType": "PARQUET"})) == [{"n": 1, "s": "a"}, {"n": 2, "s": None}]
    with pytest.raises(ItemsFailed, match="not Parquet"):
        read("nonsense", {"InputType": "PARQUET"})


@pytest.mark.parametrize("url", ["/srv/data", "s3://b", "file:"])
def test_a_mapping_that_is_no_file_url(url):
    with pytest.raises(ValueError, match="expected a file:// URL"):
        mapped({"b": url}, no_s3)


def test_other_buckets_are_elsewhere(tmp_path):
    storages = mapped({"b": tmp_path.as_uri()}, no_s3)
    assert isinstance(storages, Storages)
    assert storages.of("b") is not storages.of("c")
