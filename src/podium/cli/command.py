"""What a command is to `podium`: where it lives and what its help says."""

from typing import NamedTuple


class Command(NamedTuple):
    """A subcommand: `module` has a function of its own last name that takes the arguments, returns the exit code."""

    module: str
    summary: str
    help: str


class Group(NamedTuple):
    """Commands about one noun: `podium NOUN VERB`."""

    summary: str
    verbs: dict[str, Command]
