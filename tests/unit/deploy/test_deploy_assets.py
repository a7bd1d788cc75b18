"""Code becomes the same zip wherever and whenever it is packed, without what running it leaves behind."""

import io
import os
import zipfile

import pytest

from podium.deploy.assets import Assets, inline_package
from podium.deploy.errors import TemplateError


def fill(directory, files):
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory


def names_in(data):
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_the_same_content_is_the_same_zip_whenever_it_was_written(tmp_path):
    files = {"app.py": "x", "lib/b.py": "y", "lib/a.py": "z"}
    one, other = fill(tmp_path / "one", files), fill(tmp_path / "other", dict(reversed(files.items())))
    os.utime(other / "app.py", (0, 0))
    assert Assets(tmp_path).package(one) == Assets(tmp_path).package(other)
    fill(other, {"app.py": "changed"})
    assert Assets(tmp_path).package(one) != Assets(tmp_path).package(other)


def test_leavings_are_not_packed(tmp_path):
    fill(
        tmp_path, {"app.py": "", "__pycache__/app.pyc": "", "b.pyc": "", ".git/x": "", ".env": "kept", "lib/c.txt": ""}
    )
    assert names_in(Assets(tmp_path).package(tmp_path)) == [".env", "app.py", "lib/c.txt"]


def test_a_file_is_packed_alone_and_a_zip_stays_as_it_is(tmp_path):
    fill(tmp_path, {"app.py": "x"})
    assets = Assets(tmp_path)
    assert names_in(assets.package(tmp_path / "app.py")) == ["app.py"]
    (tmp_path / "ready.zip").write_bytes(inline_package("index.py", "code"))
    assert assets.package(tmp_path / "ready.zip") == inline_package("index.py", "code")


def test_what_is_not_there_is_said(tmp_path):
    assets = Assets(tmp_path, {"gone.zip": tmp_path / "gone"})
    with pytest.raises(TemplateError, match=r"P: .*nowhere: there is no such file or directory"):
        assets.local("nowhere", "P")
    with pytest.raises(TemplateError, match="nothing local stands for the S3 object 'x'"):
        assets.object("x", "P")
    with pytest.raises(TemplateError, match="the asset is missing; synthesise the app again"):
        assets.object("gone.zip", "P")
    with pytest.raises(TemplateError, match="this is a directory"):
        assets.text(tmp_path, "P")
