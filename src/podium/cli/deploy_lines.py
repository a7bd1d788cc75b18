"""A deployment's plan, progress and outputs as lines for people, and as JSON for programs."""

from typing import Any, Final

from podium.cli.plain_text import printable
from podium.deploy.differences import Difference
from podium.deploy.errors import Interrupted
from podium.deploy.plan import Action, Change, Output, Plan

_MARKS: Final[dict[Action, str]] = {
    "create": "+",
    "change": "~",
    "unchanged": "=",
    "remove": "-",
    "keep": "=",
    "left": ".",
    "skipped": "!",
}
_WORDS: Final[dict[Action, str]] = {
    "create": "to create",
    "change": "to change",
    "remove": "to remove",
    "unchanged": "unchanged",
    "keep": "kept",
    "left": "left to AWS",
    "skipped": "skipped",
}
_DONE: Final[dict[Action, str]] = {
    "create": "created",
    "change": "changed",
    "remove": "removed",
    "keep": "left alone",
    "skipped": "skipped",
}


def plan_lines(changes: list[Change], warnings: list[str]) -> list[str]:
    """Every resource with what happens to it and how it differs, then how many of each."""
    lines = []
    width = max((len(change.logical_id) for change in changes), default=0)
    type_width = max((len(change.type) for change in changes), default=0)
    for change in changes:
        told = _WORDS[change.action] if change.action in ("left", "keep", "skipped") else _name(change)
        notes = f" ({'; '.join(change.notes)})" if change.notes else ""
        shown = f"{change.logical_id:<{width}}  {change.type:<{type_width}}  {told}{notes}"
        lines.append(f"  {_MARKS[change.action]} {printable_line(shown)}")
        lines += [f"      {_difference(difference)}" for difference in change.differences]
    counts = [(sum(change.action == action for change in changes), word) for action, word in _WORDS.items()]
    lines += ["", ", ".join(f"{count} {word}" for count, word in counts if count) + "."]
    return lines + [f"warning: {printable_line(warning)}" for warning in warnings]


def done_line(change: Change) -> str:
    """What was just done."""
    notes = f" ({'; '.join(change.notes)})" if change.notes else ""
    return f"  {_DONE[change.action]:<10} {change.logical_id}  {printable_line(change.physical_id)}{notes}".rstrip()


def stopped_lines(where: Interrupted) -> list[str]:
    """What was done of a deployment that stopped, what failed, and what was not begun."""
    told = {"done": where.done, "failed": [where.failed], "not begun": where.open}
    return [f"  {word:<10} {', '.join(dict.fromkeys(ids)) or 'nothing'}" for word, ids in told.items()]


def output_lines(outputs: list[Output]) -> list[str]:
    """The template's outputs."""
    width = max((len(output.name) for output in outputs), default=0)
    shown = [
        f"  {output.name:<{width}}  {'(left to AWS)' if output.value is None else printable_line(str(output.value))}"
        for output in outputs
    ]
    return ["Outputs:", *shown] if shown else []


def as_json(stack: str, plan: Plan, outputs: list[Output], *, deployed: bool) -> dict[str, Any]:
    """The same for programs."""
    return {
        "stack": stack,
        "deployed": deployed,
        "changes": [
            {
                "action": change.action,
                "logicalId": change.logical_id,
                "type": change.type,
                "physicalId": change.physical_id,
                "differences": [
                    {"place": difference.place, "before": difference.before, "after": difference.after}
                    for difference in change.differences
                ],
                "notes": list(change.notes),
            }
            for change in plan.changes
        ],
        "problems": plan.problems,
        "warnings": plan.warnings,
        "outputs": {output.name: output.value for output in outputs},
    }


def printable_line(text: str) -> str:
    """A line whose columns stay where they are, with nothing in it a terminal would obey."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _name(change: Change) -> str:
    """What the resource is called where it lives: the ARN's last part says it."""
    return change.physical_id.partition(":function:")[2] or change.physical_id.split(":", 6)[-1]


def _difference(difference: Difference) -> str:
    if difference.before is None:
        return printable(f"{difference.place}: {difference.after}")
    if difference.after is None:
        return printable(f"{difference.place}: {difference.before} -> (gone)")
    return printable(f"{difference.place}: {difference.before} -> {difference.after}")
