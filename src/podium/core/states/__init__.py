"""State types, one per file: its fields, its rules, its behaviour. A new one has its line in `_STATES`."""

from collections.abc import Mapping
from typing import Final

from podium.core.asl.fields import StateType
from podium.core.states import choice, fail, map_, map_distributed, parallel, pass_, succeed, task, wait
from podium.core.states.loader import StateClass

_STATES: Final[Mapping[str, tuple[StateType, StateClass]]] = {
    "Task": (StateType(task.FIELDS, task.GROUPS, task.check), task.Task),
    "Wait": (StateType(wait.FIELDS, wait.GROUPS), wait.Wait),
    "Pass": (StateType(pass_.FIELDS, pass_.GROUPS, pass_.check), pass_.Pass),
    "Succeed": (StateType(succeed.FIELDS, terminal=True), succeed.Succeed),
    "Fail": (StateType(fail.FIELDS, fail.GROUPS, terminal=True), fail.Fail),
    "Choice": (StateType(choice.FIELDS, targets=choice.targets), choice.Choice),
    "Parallel": (StateType(parallel.FIELDS, parallel.GROUPS, scopes=parallel.scopes), parallel.Parallel),
    "Map": (StateType(map_.FIELDS, map_.GROUPS, map_.check, map_.scopes), map_distributed.compile_map),
}
"""By the name `Type` gives them, in the order AWS lists them: what the checker must know, and what runs."""

STATE_TYPES: Final[Mapping[str, StateType]] = {name: checked for name, (checked, _) in _STATES.items()}
"""What the checker is handed."""

STATE_CLASSES: Final[Mapping[str, StateClass]] = {name: compiled for name, (_, compiled) in _STATES.items()}
"""What the loader is handed."""
