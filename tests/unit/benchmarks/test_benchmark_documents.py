"""Tables go between their marks; peers that are missing come with the command that installs them."""

from pathlib import Path

import pytest
from benchmarks import document
from benchmarks.__main__ import BENCHMARKS
from benchmarks.document import BEGIN, END, replace_measured
from benchmarks.order_workflow import ANSWERS, DEFINITION
from benchmarks.peers.found import Peers, find, how_to_install, versions
from benchmarks.report import Benchmark
from test_benchmark_report import measured

ROOT = Path(__file__).parents[3]


def test_only_what_stands_between_the_marks_is_replaced():
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert replace_measured(text, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN} only", f"{END} only"])
def test_a_document_without_its_marks_is_not_touched(text):
    with pytest.raises(ValueError, match="the document lacks"):
        replace_measured(text, "new")


def test_tables_and_chart_are_written(tmp_path):
    (tmp_path / document.TABLES).write_text(f"{BEGIN}{END}")
    benchmark = Benchmark("title", [measured("ours", {1: {"steps/s": 5.0}}, bar="Podium")])
    document.write(tmp_path, [benchmark], "1 round", "quiet", ["moto: pip install"])
    text = (tmp_path / document.TABLES).read_text()
    assert "Measured with 1 round." in text
    assert "- moto: pip install" in text
    assert "| ours | steps/s | 5 |" in text
    assert "Podium" in (tmp_path / document.CHART).read_text()


def test_every_benchmark_is_documented_and_the_document_can_be_written():
    text = (ROOT / "docs" / document.TABLES).read_text()
    assert [name for name in BENCHMARKS if f"| `{name}` |" not in text] == []
    assert replace_measured(text, "new") != text


def test_a_peer_is_found_where_it_was_installed(tmp_path):
    for directory in (
        "venv/lib/python3.11/site-packages/dbos",
        "venv/lib/python3.11/site-packages/restate",
        "node_modules/aws-local-stepfunctions",
        "node_modules/@restatedev/restate-server-linux-x64/bin",
    ):
        (tmp_path / directory).mkdir(parents=True)
    server = tmp_path / "node_modules/@restatedev/restate-server-linux-x64/bin/restate-server"
    server.touch()
    peers = find(tmp_path)
    assert peers.dbos_python == str(tmp_path / "venv/bin/python")
    assert peers.local_stepfunctions == tmp_path / "node_modules"
    assert peers.restate_server == server
    # Its SDK alone is not enough: a server for it is missing.
    assert (peers.restate_python, peers.restate_node_modules) == (None, None)


def test_versions_are_those_of_the_packages(tmp_path):
    (tmp_path / "venv/lib/python3.11/site-packages/restate_sdk-1.3.0.dist-info").mkdir(parents=True)
    (tmp_path / "node_modules/aws-local-stepfunctions").mkdir(parents=True)
    (tmp_path / "node_modules/aws-local-stepfunctions/package.json").write_text('{"version": "3.0.0"}')
    assert versions(tmp_path) == ["restate-sdk 1.3.0", "aws-local-stepfunctions 3.0.0"]


def test_every_missing_peer_comes_with_a_command(tmp_path):
    lines = list(how_to_install(Peers(), tmp_path))
    assert len(lines) == 6
    assert lines[0].startswith("moto: python3 -m venv ")
    (tmp_path / "venv").mkdir()
    assert next(how_to_install(Peers(), tmp_path)) == (
        f"moto: {tmp_path}/venv/bin/pip install 'moto[server,stepfunctions]'"
    )
    assert not any("DBOS" in line for line in how_to_install(Peers(dbos_python="python"), tmp_path))


def test_the_order_workflow_answers_every_task_on_its_path():
    tasks = {name for name, state in DEFINITION["States"].items() if state["Type"] == "Task"}
    assert set(ANSWERS) == tasks
