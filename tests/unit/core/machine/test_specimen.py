"""A specimen looks like its row and says nothing of anybody."""

import json

import pytest
from definitions import parallel, retry, task
from driver import Run

from podium.core.machine.branch import Report
from podium.core.machine.journal import UnknownForm, decode_row, encode_row
from podium.core.machine.specimen import specimen

SECRET = "4929-Miller"
INPUT = {"name": SECRET, "age": 4929, "paid": True, "none": None, "lines": [{"sku": SECRET}] * 5}
STATES = {
    "Load": task("load", ResultPath="$.loaded", Retry=retry()),
    "Both": parallel({"A": task("a")}, {"B": {"Type": "Pass"}}),
    "Shown": {"Type": "Fail", "ErrorPath": "$[0].error", "CausePath": "$[0].cause"},
}


def rows():
    """Of an execution in which the secret is input, output, error and cause."""
    run = Run(STATES, INPUT)
    run.fail(SECRET, f"{SECRET} was not there")
    run.advance(1)
    run.succeed({"found": SECRET})
    run.succeed({"error": SECRET, "cause": SECRET}, function="a")
    assert run.execution.status == "FAILED"
    assert SECRET.encode() in b"".join(run.rows)
    return run.rows


def test_nothing_that_was_said_is_left():
    for row in rows():
        assert b"4929" not in specimen(row)


def test_what_the_definition_says_is_left_and_so_is_the_shape():
    first = decode_row(specimen(rows()[0]))
    shape = {"name": "", "age": 0, "paid": True, "none": None, "lines": [{"sku": ""}] * 2}
    assert json.loads(first.payloads[0]) == shape
    whole = b"".join(specimen(row) for row in rows())
    for kept in (b"Load", b"Both", b"Shown", b"function:load", b"role/orders", b'"found"'):
        assert kept in whole


def test_a_task_leaves_neither_report_nor_role():
    run = Run({"T": task("t")}, INPUT)
    held = next(iter(run.execution.branches.values())).task
    held.report = Report(None, SECRET, SECRET)
    held.role_arn = f"arn:aws:iam::123456789012:role/{SECRET}"
    records = [branch.record(lambda payload: payload.ref) for branch in run.execution.branches.values()]
    row = encode_row(1, 0, [], [], records, [], 2, "RUNNING")
    assert SECRET.encode() in row
    assert b"4929" not in specimen(row)


def test_a_row_of_another_form_has_none():
    with pytest.raises(UnknownForm):
        specimen(b"\x92\x07\x01")
