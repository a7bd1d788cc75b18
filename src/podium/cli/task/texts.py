"""What `podium task VERB --help` says, by hand as `cli/help.py` and for the same reason."""

from typing import Final

from podium.cli.command import Command

_ENDPOINT: Final = """\
      --endpoint URL     The server. [default: AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL, else
                         http://127.0.0.1:8083]
  -h, --help             Show this text.

Exit codes: 0 done, 1 refused by the server, 2 wrong usage, 3 no server.
"""
_TASK: Final = """\
Arguments:
  TASK                   The task's execution: ARN, name or the beginning of it; or its task token.
"""

_LS: Final = f"""\
Usage: podium task ls [OPTIONS]

List the tasks that wait for somebody: an activity's, and those that end in .waitForTaskToken.

Options:
      --json             Print JSON, with task tokens and inputs.
{_ENDPOINT}"""
_APPROVE: Final = f"""\
Usage: podium task approve TASK [OPTIONS]

End a waiting task with an output.

{_TASK}
Options:
  -o, --output JSON      The task's output: JSON text, @FILE, or - for stdin. [default: {{}}]
      --who NAME         Who decides. [default: the user of this machine]
      --comment TEXT     Kept with the decision.
{_ENDPOINT}"""
_REJECT: Final = f"""\
Usage: podium task reject TASK [OPTIONS]

Fail a waiting task.

{_TASK}
Options:
      --error NAME       What Retry and Catch match. [default: Rejected]
      --cause TEXT       [default: the comment, else who rejected it]
      --who NAME         Who decides. [default: the user of this machine]
      --comment TEXT     Kept with the decision.
{_ENDPOINT}"""

VERBS: Final[dict[str, Command]] = {
    "ls": Command("podium.cli.task.ls", "List tasks that wait for somebody", _LS),
    "approve": Command("podium.cli.task.approve", "End one with an output", _APPROVE),
    "reject": Command("podium.cli.task.reject", "Fail one", _REJECT),
}
