"""What `podium exec VERB --help` says, by hand as `cli/help.py` and for the same reason."""

from typing import Final

from podium.cli.command import Command

_ENDPOINT: Final = """\
      --endpoint URL     The server, or `aws` for AWS itself. [default: AWS_ENDPOINT_URL_SFN,
                         AWS_ENDPOINT_URL, else http://127.0.0.1:8083]
  -h, --help             Show this text.
"""
_EXECUTION: Final = """\
  EXECUTION              Its ARN, its name or the beginning of it, or MACHINE:NAME.
"""

_LS: Final = f"""\
Usage: podium exec ls [MACHINE] [OPTIONS]

List executions, the latest first.

Arguments:
  MACHINE                State machine: ARN, name or the beginning of it. [default: all]

Options:
      --status STATUS    RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED or PENDING_REDRIVE only.
      --limit N          At most so many. [default: 20]
      --json             Print JSON, as ListExecutions answers.
{_ENDPOINT}
Exit codes: 0 listed, 1 refused by the server, 2 wrong usage, 3 no server.

Example:
  podium exec ls order --status FAILED
"""
_SHOW: Final = f"""\
Usage: podium exec show EXECUTION [OPTIONS]

Show what an execution is, how it stands, and its states as a tree.

Arguments:
{_EXECUTION}
Options:
      --json             Print JSON, as DescribeExecution answers.
{_ENDPOINT}
Exit codes: 0 shown, 1 refused by the server, 2 wrong usage, 3 no server.
"""
_WATCH: Final = f"""\
Usage: podium exec watch EXECUTION [OPTIONS]

Follow an execution as a live tree until it is closed, then print its output as JSON.

Arguments:
{_EXECUTION}
Options:
      --json             Print compact JSON; when it fails, its status, error and cause.
{_ENDPOINT}
Exit codes: 0 succeeded, 1 failed, 2 wrong usage, 3 no server.
"""
_HISTORY: Final = f"""\
Usage: podium exec history EXECUTION [OPTIONS]

Print an execution's history events, one per line.

Arguments:
{_EXECUTION}
Options:
      --failed           Only events that tell of a failure.
      --type TEXT        Only events whose type has this in it.
      --state NAME       Only entries into and exits from this state.
      --json             Print each event as a line of JSON, timestamps in epoch milliseconds.
{_ENDPOINT}
Exit codes: 0 printed, 1 refused by the server, 2 wrong usage, 3 no server.
"""
_IO: Final = f"""\
Usage: podium exec io EXECUTION [STATE] [OPTIONS]

Print what went into each state and what came out, with the variables it assigned.

Arguments:
{_EXECUTION}  STATE                  Only this state.

Options:
      --json             Print each passage as a line of JSON.
{_ENDPOINT}
Exit codes: 0 printed, 1 refused by the server, 2 wrong usage, 3 no server.
"""
_STOP: Final = f"""\
Usage: podium exec stop EXECUTION... [OPTIONS]
       podium exec stop --all MACHINE [OPTIONS]

Stop executions that run.

Arguments:
{_EXECUTION}
Options:
      --all MACHINE      All executions of this state machine that run.
      --error TEXT       What DescribeExecution will tell as the error.
      --cause TEXT       ... and as its cause.
      --dry-run          Only say what would be stopped.
{_ENDPOINT}
Exit codes: 0 stopped, 1 the server refused some, 2 wrong usage, 3 no server.
"""
_REDRIVE: Final = f"""\
Usage: podium exec redrive EXECUTION... [OPTIONS]
       podium exec redrive --all MACHINE [OPTIONS]

Let executions that ended without success go on from the states where they did. With --input, the
state that failed is done again with another input than it had; who gave it is kept.

Arguments:
{_EXECUTION}
Options:
      --all MACHINE      All executions of this state machine with the status.
      --status STATUS    FAILED, TIMED_OUT or ABORTED, with --all. [default: FAILED]
  -i, --input JSON       What the failed state gets: JSON text, @FILE, or - for stdin; for one execution.
      --state NAME       The state that gets it, where several are done again.
      --who NAME         Who gives it. [default: whoever is logged in here]
      --dry-run          Only say what would be redriven.
      --follow           Follow the execution to its end; for one execution.
{_ENDPOINT}
Exit codes: 0 redriven (with --follow: succeeded), 1 refused or failed, 2 wrong usage, 3 no server.
"""
_REPLAY: Final = f"""\
Usage: podium exec replay EXECUTION [OPTIONS]

Start a new execution like an earlier one: the same state machine, version or alias, the same input
or an edited one.

Arguments:
{_EXECUTION}
Options:
  -i, --input JSON       Input instead of the earlier one's: JSON text, @FILE, or - for stdin.
      --name NAME        Name of the new execution. [default: a random UUID]
      --follow           Follow it to its end.
      --json             Print JSON.
{_ENDPOINT}
Exit codes: 0 started (with --follow: succeeded), 1 refused or failed, 2 wrong usage, 3 no server.
"""

VERBS: Final[dict[str, Command]] = {
    "ls": Command("podium.cli.exec.ls", "List executions", _LS),
    "show": Command("podium.cli.exec.show", "Show an execution and its states", _SHOW),
    "watch": Command("podium.cli.exec.watch", "Follow an execution, live", _WATCH),
    "history": Command("podium.cli.exec.history", "Print its history events", _HISTORY),
    "io": Command("podium.cli.exec.io", "Print the inputs and outputs of its states", _IO),
    "redrive": Command("podium.cli.exec.redrive", "Let failed executions go on", _REDRIVE),
    "stop": Command("podium.cli.exec.stop", "Stop executions", _STOP),
    "replay": Command("podium.cli.exec.replay", "Start one like an earlier one", _REPLAY),
}
