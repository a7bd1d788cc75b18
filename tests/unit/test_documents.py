"""The documents name only what exists, and the table of dependencies is the list of dependencies."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "podium"
PAGES = sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "README.md")
DOCUMENTS = ("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md", "examples/order/README.md")
USERS_FILES = {"podium.toml", ".podium"}
"""Named as what a user has, not as what the repository has."""

IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
PATH = re.compile(r"\.?[\w*-][\w*.-]*(/[\w*.-]+)*/?")
FILE_ENDING = re.compile(r"\.(py|md|toml|json|txt|svg)\Z")


def paths_named(text):
    """What a text offers as a path of this repository: links, and code that has a slash or a file's ending."""
    links = {link for link in LINK.findall(text) if "://" not in link}
    words = {word for span in IN_BACKTICKS.findall(text) for word in span.split()}
    paths = {word for word in words if PATH.fullmatch(word) and ("/" in word or FILE_ENDING.search(word))}
    return (links | paths) - USERS_FILES


def exists(path, document):
    folders = (ROOT, document.parent, PACKAGE)
    if any(next(folder.glob(path.rstrip("/")), None) for folder in folders):
        return True
    return "/" not in path and next(PACKAGE.rglob(path), None) is not None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_a_document_names_exists(name):
    document = ROOT / name
    named = paths_named(document.read_text())
    assert sorted(path for path in named if not exists(path, document)) == []


def test_paths_are_found_in_prose_and_links():
    text = "See `core/gone.py`, [that](docs/x.md#part), `make test`, `a -> b`, `/livez`, `gone.py` and `podium.toml`."
    assert paths_named(text) == {"core/gone.py", "docs/x.md", "gone.py"}
    assert not exists("core/gone.py", ROOT / "README.md")
    assert exists("decisions/../decisions", ROOT / "docs" / "x.md")


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.match(r"[\w.-]+", requirement)[0] for requirement in project["dependencies"]}
    record = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    assert set(re.findall(r"(?m)^\| ([\w.-]+) \|", record)) - {"Package"} == names
    assert all(
        re.match(r"[\w.-]+", requirement)[0] in record for requirement in project["optional-dependencies"]["dev"]
    )


@pytest.mark.parametrize(
    "page", [*PAGES, *ROOT.glob("examples/*/README.md")], ids=lambda page: f"{page.parent.name}/{page.name}"
)
def test_what_a_page_links_to_and_runs_exists(page):
    text = page.read_text()
    links = {link for link in LINK.findall(text) if "://" not in link}
    run = set(re.findall(r"\b(?:examples|tests|src)/[\w./-]*\w", text))
    assert sorted(path for path in links | run if not exists(path, page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_table_of_contents_lists_every_page(page):
    assert f"]({page.name})" in (ROOT / "docs" / "README.md").read_text()


def test_the_index_of_decisions_lists_every_record_by_its_title():
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for record in records:
        number, title = record.read_text().partition("\n")[0].removeprefix("# ").split(" ", 1)
        assert f"| [{number}]({record.name}) | {title} |" in index
    assert len(re.findall(r"(?m)^\| \[", index)) == len(records)


def test_links_and_paths_of_the_decisions_exist():
    for document in (ROOT / "docs" / "decisions").glob("*.md"):
        links = {link for link in LINK.findall(document.read_text()) if "://" not in link}
        assert sorted(link for link in links if not exists(link, document)) == [], document.name
