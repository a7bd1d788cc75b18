"""What is shown of a package: text files, a bounded amount."""

import io
import zipfile

from podium.console import function_code
from podium.console.function_code import files_of


def package(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_text_is_shown_what_is_none_is_only_named():
    told = files_of(package({"lib/deep.py": "x", "app.py": "import os\n", "logo.png": b"\x89PNG\0", "bad": b"\xff"}))
    assert [(file["name"], file["bytes"], file["text"]) for file in told["files"]] == [
        ("app.py", 10, "import os\n"),
        ("bad", 1, None),
        ("logo.png", 5, None),
        ("lib/deep.py", 1, "x"),
    ]
    assert told["more"] == 0


def test_long_files_and_many_files_are_bounded(monkeypatch):
    monkeypatch.setattr(function_code, "FILE_MAX_BYTES", 10)
    monkeypatch.setattr(function_code, "ALL_MAX_BYTES", 15)
    monkeypatch.setattr(function_code, "FILES_MAX", 3)
    told = files_of(package({"a": "x" * 11, "b": "y" * 10, "c": "z" * 6, "d": "w"}))
    assert [file["text"] for file in told["files"]] == [None, "y" * 10, None]
    assert told["more"] == 1
