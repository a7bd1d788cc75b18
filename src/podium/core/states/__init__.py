"""State types, one per file: its fields, its rules, its behaviour. `STATE_TYPES` is what the checker is handed."""

from collections.abc import Mapping
from typing import Final

from podium.core.asl.fields import StateType
from podium.core.states import choice, fail, map_, parallel, pass_, succeed, task, wait

STATE_TYPES: Final[Mapping[str, StateType]] = {
    "Task": StateType(task.FIELDS, task.GROUPS, task.check),
    "Wait": StateType(wait.FIELDS, wait.GROUPS),
    "Pass": StateType(pass_.FIELDS, pass_.GROUPS, pass_.check),
    "Succeed": StateType(succeed.FIELDS, terminal=True),
    "Fail": StateType(fail.FIELDS, fail.GROUPS, terminal=True),
    "Choice": StateType(choice.FIELDS, targets=choice.targets),
    "Parallel": StateType(parallel.FIELDS, parallel.GROUPS, scopes=parallel.scopes),
    "Map": StateType(map_.FIELDS, map_.GROUPS, map_.check, map_.scopes),
}
"""By the name `Type` gives them, in the order AWS lists them."""
