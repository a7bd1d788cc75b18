"""Deployment packages that were not made by a friend."""

import io
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.functions.lambda_runtime import package
from podium.functions.lambda_runtime.package import InvalidPackage, unpack


def zipped(*entries, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_files_land_where_the_package_says(tmp_path):
    unpack(zipped(("handler.py", "x = 1"), ("lib/deep/data.txt", "y"), ("empty/", "")), tmp_path / "code")
    assert (tmp_path / "code/handler.py").read_text() == "x = 1"
    assert (tmp_path / "code/lib/deep/data.txt").read_text() == "y"
    assert (tmp_path / "code/empty").is_dir()
    assert [item.name for item in tmp_path.iterdir()] == ["code"]


def test_an_executable_stays_one_and_nothing_else_of_the_mode_counts(tmp_path):
    code = zipped((entry("run", stat.S_IFREG | 0o4777), "x"), (entry("plain", stat.S_IFREG), "x"))
    unpack(code, tmp_path / "code")
    assert stat.S_IMODE((tmp_path / "code/run").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "code/plain").stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["../up.py", "a/../../up.py", "/etc/passwd", "a\\b.py", "c:evil.py", ".."])
def test_paths_that_leave_the_package_are_refused(tmp_path, name):
    with pytest.raises(InvalidPackage):
        unpack(zipped(("handler.py", ""), (name, "x")), tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


def test_links_and_devices_are_refused(tmp_path):
    for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO):
        with pytest.raises(InvalidPackage):
            unpack(zipped((entry("item", kind | 0o777), "/etc/passwd")), tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


def test_directories_count_as_files_do(tmp_path, monkeypatch):
    """A path makes all its directories: of a few megabytes of names, millions of them."""
    monkeypatch.setattr(package, "MAX_FILES", 50)
    fits = [(f"{number}/a/b/c", "") for number in range(12)]
    unpack(zipped(*fits), tmp_path / "fits")
    with pytest.raises(InvalidPackage, match="more than 50 files and directories"):
        unpack(zipped(*fits, ("more/a/b/c", "")), tmp_path / "code")
    assert [item.name for item in tmp_path.iterdir()] == ["fits"]


def test_directories_within_each_other_have_an_end(tmp_path):
    unpack(zipped(("a/" * (package.MAX_DEPTH - 1) + "f", "")), tmp_path / "fits")
    with pytest.raises(InvalidPackage, match="more than 100 directories"):
        unpack(zipped(("a/" * 1_500 + "f", "")), tmp_path / "code")
    assert [item.name for item in tmp_path.iterdir()] == ["fits"]


def test_what_the_entries_claim_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "RATIO_FREE_BYTES", 1000)
    code = zipped(("bomb", b"\0" * 5_000_000))
    with pytest.raises(InvalidPackage, match="Unzipped size"):
        unpack(code, tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


def test_the_total_size_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_UNZIPPED_BYTES", 1000)
    with pytest.raises(InvalidPackage, match="must be smaller than 1000 bytes"):
        unpack(zipped(("a", b"x" * 600), ("b", b"x" * 600), compression=zipfile.ZIP_STORED), tmp_path / "code")


def test_a_file_cannot_also_be_a_directory(tmp_path):
    with pytest.raises(InvalidPackage):
        unpack(zipped(("a", "x"), ("a/b", "y")), tmp_path / "code")
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=200))
def test_no_zip_at_all_is_refused(tmp_path_factory, data):
    with pytest.raises(InvalidPackage):
        unpack(data, tmp_path_factory.getbasetemp() / "never")


@given(st.data())
def test_a_damaged_zip_never_fails_otherwise(tmp_path_factory, data):
    code = bytearray(zipped(("handler.py", "x = 1\n" * 20), ("b.py", "y")))
    for _ in range(data.draw(st.integers(1, 4))):
        code[data.draw(st.integers(0, len(code) - 1))] = data.draw(st.integers(0, 255))
    target = tmp_path_factory.mktemp("damaged") / "code"
    try:
        unpack(bytes(code), target)
    except InvalidPackage:
        assert not target.exists()


def test_what_is_there_is_left_alone(tmp_path):
    (tmp_path / "code").mkdir()
    unpack(b"not even a zip", tmp_path / "code")
    assert list((tmp_path / "code").iterdir()) == []


def test_all_is_durable_before_it_takes_its_name(tmp_path, monkeypatch):
    durable = {}
    fsync, rename = os.fsync, os.rename

    def sync(descriptor):
        state = os.fstat(descriptor)
        durable[state.st_ino] = (state.st_mode, state.st_size)
        fsync(descriptor)

    def take_name(source, target):
        for path in (source, *source.rglob("*")):
            state = path.stat()
            assert durable.pop(state.st_ino) == (state.st_mode, state.st_size), path
        rename(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "rename", take_name)
    unpack(zipped((entry("run", stat.S_IFREG | 0o755), "x"), ("lib/deep/data.txt", "y")), tmp_path / "code")
    assert (tmp_path / "code/lib/deep/data.txt").exists()
    assert durable == {}
