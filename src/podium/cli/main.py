"""The `podium` command: finds the subcommand, parses its arguments, turns what it raises into a sentence.

Nothing heavy is imported before it is known that it is needed: `podium --help` reads one module of texts.
"""

import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from podium.cli.command import Command, Group
from podium.cli.errors import FAILED, INTERRUPTED, OK, USAGE, CommandError
from podium.cli.help import COMMANDS, group_overview, overview

HELP_FLAGS: Final = frozenset({"-h", "--help"})
TRACEBACK_VARIABLE: Final = "PODIUM_TRACEBACK"
"""Set to anything, an unexpected error shows its traceback instead of a sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `podium` with the given arguments (default: the process's). Returns the exit code."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if not tokens:
        print(overview(), end="", file=sys.stderr)
        return USAGE
    name, rest = tokens[0], tokens[1:]
    if name in HELP_FLAGS:
        print(overview(), end="")
        return OK
    if name == "--version":
        print(f"podium {_version()}")
        return OK
    command = COMMANDS.get(name)
    if isinstance(command, Group):
        return _run_verb(name, command, rest)
    if command is None:
        return _unknown("podium", name, COMMANDS)
    return _run(name, command, rest)


def _run_verb(noun: str, group: Group, tokens: list[str]) -> int:
    """`podium NOUN VERB ...`."""
    if not tokens or tokens[0] in HELP_FLAGS:
        print(group_overview(noun, group), end="", file=sys.stdout if tokens else sys.stderr)
        return OK if tokens else USAGE
    command = group.verbs.get(tokens[0])
    if command is None:
        return _unknown(f"podium {noun}", tokens[0], group.verbs)
    return _run(f"{noun} {tokens[0]}", command, tokens[1:])


def _run(name: str, command: Command, tokens: list[str]) -> int:
    if HELP_FLAGS.intersection(tokens):
        print(command.help, end="")
        return OK
    return _guarded(name, lambda: _call(name, command, tokens))


def _call(name: str, command: Command, tokens: list[str]) -> int:
    """Parse the tokens by the signature of the command's function, and call it."""
    function = getattr(importlib.import_module(command.module), command.module.rpartition(".")[2])
    if command.flags:
        options = dict(command.flags[token] for token in tokens if token in command.flags)
        return int(function(*(token for token in tokens if token not in command.flags), **options))

    import cyclopts

    app = cyclopts.App(name=f"podium {name}", help_flags=[], version_flags=[], default_command=function)
    try:
        call, bound, _ = app.parse_args(tokens, exit_on_error=False, print_error=False)
    except cyclopts.CycloptsError as error:
        sentence = " ".join(str(error).split())
        raise CommandError(f"{sentence} See: podium {name} --help") from None
    result: int = call(*bound.args, **bound.kwargs)
    return result


def _guarded(name: str, action: Callable[[], int]) -> int:
    """The action's exit code; whatever it raises becomes a sentence and a code."""
    try:
        return action()
    except CommandError as error:
        return _complain(f"podium {name}", str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain(f"podium {name}", "interrupted.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone, which is their right; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        return _complain(
            f"podium {name}",
            f"unexpected {type(error).__name__}: {error}. This is a fault in Podium; "
            f"please report it with what {TRACEBACK_VARIABLE}=1 shows.",
            FAILED,
        )


def _complain(prefix: str, sentence: str, exit_code: int) -> int:
    print(f"{prefix}: {sentence}", file=sys.stderr)
    return exit_code


def _unknown(prefix: str, name: str, known: Mapping[str, object]) -> int:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return _complain(prefix, f"there is no command {name!r}.{hint} See: {prefix} --help", USAGE)


def _version() -> Any:
    from importlib.metadata import version

    return version("podium")
