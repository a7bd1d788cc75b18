"""docs/operations.md: every operation with every member and error, and whether a test has exercised it.

The table is written by a whole run of the tests (`make operations`) and compared with one at the end of every whole
run (`make test`), so nothing is in it as tested that no test touched.
"""

from pathlib import Path

from operation_recorder import MODEL, members
from untested_members import UNTESTED

TABLE = Path(__file__).parents[2] / "docs" / "operations.md"

_HEAD = """\
# Operations

All operations of Step Functions' API with every member of their inputs and outputs and every error their
documentation names, by the names of the service model that botocore carries. What stands here without a remark was
sent to, or received from, a server by a test: `make operations` writes this page, and `make test` fails when a whole
run of the tests did not exercise what it says. *Not exercised* says what no test touches, and why.

Members of structures and lists are written with a dot: `routingConfiguration.weight`.
"""


def facts():
    """(operation, side, name) of everything the model describes."""
    found = []
    for operation in sorted(MODEL.operations):
        found += [(operation, "input", path) for path in members(MODEL.input_shape(operation))]
        found += [(operation, "output", path) for path in members(MODEL.output_shape(operation))]
        errors = MODEL.operations[operation].get("errors", [])
        found += [(operation, "errors", error["shape"]) for error in errors]
    return found


def reason(operation, side, name):
    """Why something is not exercised; None when it should be."""
    return next(
        (
            why
            for (an_operation, a_side, a_name), why in UNTESTED.items()
            if an_operation in ("*", operation) and a_side == side and (name == a_name or name.startswith(f"{a_name}."))
        ),
        None,
    )


def faults(recorder):
    """Where the tests and `UNTESTED` contradict each other, in sentences."""
    found = []
    for operation, side, name in facts():
        exercised = name in getattr(recorder, side)[operation]
        why = reason(operation, side, name)
        if not exercised and why is None:
            found.append(f"{operation}, {side}: no test exercises {name}")
        elif exercised and why is not None and (operation, side, name) in UNTESTED:
            found.append(f"{operation}, {side}: {name} is exercised, yet tests/support/untested_members.py excuses it")
    return found


def render():
    """The table."""
    sections = [_HEAD]
    everything = facts()
    for operation in sorted(MODEL.operations):
        rows = [f"## {operation}", "", "| | |", "|---|---|"]
        missing = []
        for side, title in (("input", "Input"), ("output", "Output"), ("errors", "Errors")):
            names = [name for an_operation, a_side, name in everything if (an_operation, a_side) == (operation, side)]
            tested = [f"`{name}`" for name in names if reason(operation, side, name) is None]
            rows.append(f"| {title} | {', '.join(tested) or '(none)'} |")
            missing += [(name, reason(operation, side, name)) for name in names if reason(operation, side, name)]
        by_reason = {}
        for name, why in missing:
            by_reason.setdefault(why, []).append(f"`{name}`")
        rows += [f"| Not exercised | {', '.join(names)}: {why} |" for why, names in by_reason.items()]
        sections.append("\n".join(rows) + "\n")
    return "\n".join(sections)
