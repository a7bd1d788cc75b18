"""No statement reads more of a table than it returns: a missed index shows only once the table is large."""

import re
import sqlite3
from importlib import resources

import pytest

from podium.store.sql import statements

READS_AND_UPDATES = {
    name: text
    for name, text in vars(statements).items()
    if name[0] != "_" and isinstance(text, str) and text.startswith(("SELECT", "UPDATE", "DELETE"))
}


@pytest.fixture(scope="module")
def database():
    connection = sqlite3.connect(":memory:")
    connection.executescript(resources.files("podium.store.sql").joinpath("schema.sql").read_text("utf-8"))
    yield connection
    connection.close()


def _parameters(text):
    if ":limit" in text:
        return {"machine": 1, "status": 1, "before": 1, "limit": 1}
    numbered = [int(number) for number in re.findall(r"\?(\d)", text)]
    return [1] * (max(numbered) if numbered else text.count("?"))


@pytest.mark.parametrize("name", READS_AND_UPDATES)
def test_rows_come_from_an_index_in_its_order(database, name):
    text = READS_AND_UPDATES[name]
    plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {text}", _parameters(text))]
    assert plan
    # `m`, the state machines, are few beside the executions.
    assert not [step for step in plan if step.startswith("SCAN") and not step.startswith(("SCAN (subquery", "SCAN m"))]
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_status_codes_are_those_the_schema_names():
    schema = resources.files("podium.store.sql").joinpath("schema.sql").read_text("utf-8")
    assert ", ".join(f"{code} {status}" for code, status in enumerate(statements.STATUSES)) in schema
