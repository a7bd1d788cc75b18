"""`podium graph` and `podium diff` on files."""

import json

import pytest

from podium.cli.main import main

PASS = {"Type": "Pass", "End": True}
BEFORE = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1, "End": True}}}


@pytest.fixture
def file(tmp_path):
    def file(name, text):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return str(path)

    return file


def podium(capfd, *arguments):
    code = main(arguments)
    out, err = capfd.readouterr()
    return code, out, err


def test_layout_and_language_make_no_difference(capfd, file):
    yaml = "# the same\nStates:\n  A: {End: true, Result: 1, Type: Pass}\nStartAt: A\n"
    assert podium(capfd, "diff", file("a.json", BEFORE), file("b.yaml", yaml)) == (0, "", "")


def test_changes_are_told_by_place(capfd, file):
    after = {
        "StartAt": "B",
        "States": {"A": {"Type": "Pass", "Result": 2, "End": True}, "B": {"Type": "Pass", "Next": "A"}},
    }
    code, out, _ = podium(capfd, "diff", file("a.json", BEFORE), file("b.json", after))
    assert code == 1
    assert out.splitlines() == [
        '~ /StartAt: "A" → "B"',
        "~ /States/A/Result: 1 → 2",
        '+ /States/B: {"Type":"Pass","Next":"A"}',
    ]
    code, out, _ = podium(capfd, "diff", "--json", file("a.json", BEFORE), file("b.json", after))
    assert json.loads(out)[1] == {"kind": "changed", "place": "/States/A/Result", "before": 1, "after": 2}


def test_an_invalid_file_is_named(capfd, file):
    code, out, err = podium(capfd, "graph", file("a.json", {"StartAt": "A", "States": {}}))
    assert (code, out) == (1, "")
    assert "a.json:" in err


def test_a_missing_file_is_no_state_machine(capfd):
    code, _, err = podium(capfd, "graph", "nowhere.asl.json")
    assert (code, err) == (2, "podium graph: nowhere.asl.json: there is no such file.\n")


def test_mermaid_has_every_state_and_arrow_and_nothing_breaks_out_of_its_quotes(capfd, file):
    name = 'A "quoted" <b>#1</b>'
    states = {
        name: {
            "Type": "Parallel",
            "Branches": [{"StartAt": "In", "States": {"In": PASS}}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}],
            "Next": "End",
        },
        "End": {"Type": "Succeed"},
    }
    code, out, _ = podium(capfd, "graph", file("a.json", {"StartAt": name, "States": states}))
    assert code == 0
    assert out.splitlines()[0] == "flowchart TD"
    assert '  subgraph s0["A #quot;quoted#quot; #lt;b#gt;#35;1#lt;/b#gt; (Parallel)"]' in out
    assert '      s1["In"]' in out
    assert '  s0 -->|"States.ALL"| s2' in out
    assert out.count("subgraph") == sum(line.strip() == "end" for line in out.splitlines())


def test_dot_escapes_and_groups(capfd, file):
    states = {'A"\\': {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": PASS}}, "End": True}}
    code, out, _ = podium(capfd, "graph", "--format", "dot", file("a.json", {"StartAt": 'A"\\', "States": states}))
    assert code == 0
    assert '"A\\"\\\\" -> "I" [style=dashed];' in out
    assert out.count("{") == out.count("}")


def test_json_for_programs(capfd, file):
    code, out, _ = podium(capfd, "graph", "--format", "json", file("a.json", BEFORE))
    assert code == 0
    assert json.loads(out)["states"] == [{"name": "A", "type": "Pass", "scope": 0, "is_start": True, "is_end": True}]
