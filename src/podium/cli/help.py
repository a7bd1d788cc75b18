"""What `podium --help` and `podium COMMAND --help` say, and which module each command lives in.

Written by hand and kept apart from the commands: importing the argument parser takes longer than a person
wants to wait for help. A test holds the texts to the options the commands really take.
"""

from typing import Final, NamedTuple


class Command(NamedTuple):
    """A subcommand: `module` has a function of its own last name that takes the arguments, returns the exit code."""

    module: str
    summary: str
    help: str


_RUN: Final = """\
Usage: podium run DEFINITION [OPTIONS]

Run a state machine definition once, here and now, without a server.

The output is printed as JSON on stdout; progress goes to stderr, as a live tree on a
terminal and as plain lines elsewhere.

Arguments:
  DEFINITION             File with the definition (Amazon States Language), or - for stdin.

Options:
  -i, --input JSON       The execution's input: JSON text, @FILE, or - for stdin. [default: {}]
      --handlers FILE    Python file whose functions run the Tasks. A Task finds its function by
                         name: FUNCTION, arn:aws:lambda:...:function:FUNCTION, or
                         arn:aws:states:::lambda:invoke with that FunctionName.
      --json             Print compact JSON; when the execution fails, an object with its
                         status, error and cause.
      --name NAME        Name of the execution. [default: a random UUID]
  -h, --help             Show this text.

Exit codes: 0 succeeded, 1 failed or invalid definition, 2 wrong usage.

Examples:
  podium run order.asl.json --handlers handlers.py --input @order.json
  podium run hello.asl.json -i '{"name": "Ada"}' --json | jq .greeting
"""

_SERVE: Final = """\
Usage: podium serve [OPTIONS]

Serve the Step Functions and Lambda APIs on one endpoint, for boto3, the AWS CLI and the SDKs.

Executions are kept in the data directory and carry on after a restart. Ctrl-C or SIGTERM
stops taking requests, finishes what is being written, and exits.

Options:
      --host HOST        Address to listen on. [default: 127.0.0.1]
      --port PORT        Port to listen on; 0 picks a free one. [default: 8083]
      --data DIR         Where executions are kept. [default: ./.podium]
      --handlers FILE    Python file whose functions Tasks may call, beside uploaded ones.
  -h, --help             Show this text.

Every setting can also stand in podium.toml or in the environment (PODIUM_PORT=9000);
options win over the environment, the environment over the file.

Exit codes: 0 stopped, 2 wrong usage or settings, 3 could not serve (port or directory in use).

Examples:
  podium serve
  aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083
"""

_VALIDATE: Final = """\
Usage: podium validate FILE...

Check state machine definitions as AWS would, without running them, and say what is valid but unwise.

Prints one line per finding: FILE:PLACE: MESSAGE (line L, column C) [CODE].

Arguments:
  FILE...                Definition files, JSON or YAML, or - for stdin.

Options:
  --lint/--no-lint       Whether to report unwise practices (default: yes); they don't change the exit code.
  -h, --help             Show this text.

Exit codes: 0 valid (there may be warnings), 1 invalid, 2 a file could not be read.

Example:
  podium validate workflows/*.asl.json
"""

COMMANDS: Final[dict[str, Command]] = {
    "run": Command("podium.cli.run", "Run a definition once, without a server", _RUN),
    "serve": Command("podium.cli.serve", "Serve the Step Functions and Lambda APIs", _SERVE),
    "validate": Command("podium.cli.validate", "Check definitions without running them", _VALIDATE),
}


def overview() -> str:
    """The text of `podium --help`."""
    listed = "\n".join(f"  {name:<12}{command.summary}" for name, command in COMMANDS.items())
    return f"""\
Usage: podium COMMAND [ARGUMENTS]

Run Amazon States Language state machines: durably, on your own machine, with the API of
AWS Step Functions.

Commands:
{listed}

Options:
  -h, --help  Show this text, or a command's: podium COMMAND --help
  --version   Show the version.
"""
