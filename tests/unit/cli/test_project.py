"""What of a project `podium dev` serves, and how it notices changes."""

import os

import pytest

from podium.cli.errors import CommandError
from podium.cli.project import Project


@pytest.fixture
def folder(tmp_path):
    for name in ("app.py", "other.py", "order.asl.json", "ship.asl.yaml", "notes.json", "README.md"):
        (tmp_path / name).write_text("")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/util.py").write_text("")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/hidden.py").write_text("")
    return tmp_path


def test_a_directory_has_handlers_and_definitions(folder):
    project = Project([folder])
    assert project.handlers == folder / "app.py"
    assert project.definitions() == {"order": folder / "order.asl.json", "ship": folder / "ship.asl.yaml"}


def test_files_can_be_named_one_by_one(folder):
    project = Project([folder / "other.py", folder / "order.asl.json"])
    assert project.handlers == folder / "other.py"
    assert list(project.definitions()) == ["order"]


def test_handlers_are_optional(folder):
    (folder / "app.py").rename(folder / "main.py")
    assert Project([folder]).handlers is None


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["missing.py"], "no such file"),
        (["README.md"], "podium dev takes"),
        (["app.py", "other.py"], "the handlers of one file"),
    ],
)
def test_what_cannot_be_served_is_said(folder, names, why):
    with pytest.raises(CommandError, match=why):
        Project([folder / name for name in names])


def test_changes_show_in_the_stamps(folder):
    project = Project([folder])
    before = project.stamps()
    assert folder / ".venv/hidden.py" not in before
    assert folder / "notes.json" not in before
    os.utime(folder / "lib/util.py", ns=(1, 1))
    (folder / "new.asl.json").write_text("{}")
    (folder / "other.py").unlink()
    after = project.stamps()
    changed = {path.name for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed == {"util.py", "new.asl.json", "other.py"}
    assert project.definitions()["new"] == folder / "new.asl.json"
