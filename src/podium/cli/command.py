"""What a command is to `podium`: where it lives and what its help says."""

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """A subcommand: `module` has a function of its own last name that takes the arguments, returns the exit code."""

    module: str
    summary: str
    help: str
    flags: Mapping[str, tuple[str, bool]] = {}
    """Flag -> (keyword, value), for a command that takes files and flags only. Reading those needs no argument parser,
    whose import takes longer than the check of a small file."""


class Group(NamedTuple):
    """Commands about one noun: `podium NOUN VERB`."""

    summary: str
    verbs: dict[str, Command]
