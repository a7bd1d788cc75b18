"""Starting an execution over the API, for the commands that do."""

from podium.cli.errors import OK
from podium.cli.exec.following import follow as follow_execution
from podium.cli.outcome import Outcome, report
from podium.cli.output import print_json, print_text
from podium.cli.server import Server


def start_and_report(
    command: str, server: Server, machine_arn: str, given: str | None, name: str | None, *, follow: bool, as_json: bool
) -> int:
    """Start an execution with input text; print its ARN, or follow it to its end. Returns the exit code.

    AWS's API shows nothing of an Express execution that is under way: it is followed by a synchronous start.
    """
    if follow and server.call("describe_state_machine", stateMachineArn=machine_arn)["type"] == "EXPRESS":
        ended = server.call("start_sync_execution", stateMachineArn=machine_arn, input=given, name=name)
        outcome = Outcome(ended["status"], ended.get("output"), ended.get("error"), ended.get("cause"))
        return report(command, outcome, as_json=as_json)
    started = server.call("start_execution", stateMachineArn=machine_arn, input=given, name=name)
    if follow:
        return follow_execution(command, server, started["executionArn"], as_json=as_json)
    if as_json:
        print_json({"executionArn": started["executionArn"], "startDate": started["startDate"]})
    else:
        print_text(started["executionArn"])
    return OK
