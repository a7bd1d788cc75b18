"""`podium validate`: one line per finding, at its place; any bytes at all get an answer."""

import io
import json
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium.cli.main import main

VALID = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


def validated(capsys, *files):
    code = main(["validate", *map(str, files)])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_a_valid_definition_is_silent(capsys, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(f"\ufeff{VALID}")
    assert validated(capsys, file) == (0, [], "")


def test_findings_name_file_place_message_and_code(capsys, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(VALID.replace('"End": true', '"Next": "B"'))
    code, lines, _ = validated(capsys, file)
    assert code == 1
    (line,) = [line for line in lines if line.endswith("[MISSING_TRANSITION_TARGET]") and "Next" in line]
    assert line.startswith(f"{file}:/States/A/Next: ")


def test_express_is_held_to_what_express_can_do(capsys, tmp_path):
    file = tmp_path / "a.json"
    resource = "arn:aws:states:::states:startExecution.sync"
    task = {"Type": "Task", "Resource": resource, "TimeoutSeconds": 9, "OutputPath": "$.Output", "End": True}
    file.write_text(json.dumps({"StartAt": "A", "States": {"A": task}}))
    assert validated(capsys, file) == (0, [], "")
    code, (line,), _ = validated(capsys, "--express", file)
    assert code == 1
    assert "Express state machine does not support '.sync' service integration" in line


def test_text_that_is_not_json_is_placed_by_line_and_column(capsys, tmp_path):
    file = tmp_path / "a.json"
    file.write_text('{"StartAt":\n  oops}')
    code, (line,), _ = validated(capsys, file)
    assert code == 1
    assert line.startswith(f"{file}:2:")
    assert "Source" not in line


def test_stdin(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[]")))
    code, (line,), _ = validated(capsys, "-")
    assert code == 1
    assert line.startswith("stdin:/: ")


def test_the_worst_file_decides_and_none_is_left_out(capsys, tmp_path):
    good, bad, binary = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "binary"
    good.write_text(VALID)
    bad.write_text("{}")
    binary.write_bytes(b"\x7fELF\xff\xfe")
    assert validated(capsys, bad, good)[0] == 1
    code, lines, err = validated(capsys, binary, tmp_path / "missing", bad, good)
    assert code == 2
    assert lines
    assert all(line.startswith(f"{bad}:") for line in lines)
    assert err.splitlines() == [
        f"podium validate: {binary}: not UTF-8 text (byte 4); a definition or input is JSON.",
        f"podium validate: {tmp_path / 'missing'}: there is no such file.",
    ]


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["Pass", "Map", "$.a"]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["StartAt", "States", "A", "Type", "Next", "Branches"]), inner)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_no_input_gets_a_traceback(capsys, monkeypatch, data):
    monkeypatch.setenv("PODIUM_TRACEBACK", "1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["validate", "-"]) in {0, 1, 2}
    capsys.readouterr()


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '"' + "x" * 2_000_000 + '"', "1" * 5_000])
def test_deep_and_long_input_is_refused(capsys, monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, lines, _ = validated(capsys, "-")
    assert code == 1
    assert lines
