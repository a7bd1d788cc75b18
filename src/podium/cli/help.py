"""What `podium --help` and `podium COMMAND --help` say, and which module each command lives in.

Written by hand and kept apart from the commands: importing the argument parser takes longer than a person
wants to wait for help. A test holds the texts to the options the commands really take.
"""

from collections.abc import Mapping
from typing import Final

from podium.cli.command import Command, Group
from podium.cli.exec.texts import VERBS as EXEC
from podium.cli.task.texts import VERBS as TASK

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
      --virtual-time     Don't wait: whenever no Task runs, time jumps to the end of the next Wait,
                         retry's pause or timeout. The history tells the time as if it had passed.
  -h, --help             Show this text.

Settings (region, limits, endpoints, buckets, handlers) may also stand in podium.toml or in the
environment, as for podium serve.

Exit codes: 0 succeeded, 1 failed or invalid definition, 2 wrong usage.

Examples:
  podium run order.asl.json --handlers handlers.py --input @order.json
  podium run hello.asl.json -i '{"name": "Ada"}' --json | jq .greeting
  podium run reminder.asl.json --virtual-time    # thirty days in a moment
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
      --processes N      Processes to spread over cores: the engine and N - 1 front ends that take
                         requests and run synchronous Express executions. [default: 1]
  -h, --help             Show this text.

Every setting can also stand in podium.toml or in the environment (PODIUM_PORT=9000);
options win over the environment, the environment over the file.

Exit codes: 0 stopped, 2 wrong usage or settings, 3 could not serve (port or directory in use).

Examples:
  podium serve
  aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083
"""

_DEV: Final = """\
Usage: podium dev [PATH...] [OPTIONS]

Develop workflows offline with one command: a server, the project's handlers and state machines,
kept as their files are while you edit them, and moto as the stand-in for every other AWS service.

Arguments:
  PATH...                Directories, or a Python file with handlers and definitions (*.asl.json,
                         *.asl.yaml). Of a directory: app.py or handlers.py, and every definition;
                         a state machine is named after its file. [default: .]

Options:
      --port PORT        Port to listen on; 0 picks a free one. [default: 8083]
      --data DIR         Where executions are kept, and dev.env, which points AWS's CLI and SDKs
                         here. [default: ./.podium]
      --no-services      Without moto. Calls to other AWS services go where they are configured to.
  -h, --help             Show this text.

Exit codes: 0 stopped, 2 wrong usage or settings, 3 could not serve.

Example:
  podium dev examples/fulfilment
"""

_WORKER: Final = """\
Usage: podium worker HANDLERS [OPTIONS]

Work for a server anywhere: pull tasks for a Python file's functions, by the protocol of AWS's
activities. Each function is an activity of its name, created where it doesn't exist.

Arguments:
  HANDLERS               Python file whose functions (event, context) are served.

Options:
      --connect URL      The server. [default: AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL, else
                         http://127.0.0.1:8083]
      --concurrency N    Most tasks in flight. [default: 64]
      --heartbeat S      Seconds between heartbeats of a task. [default: 10]
  -h, --help             Show this text.

Ctrl-C or SIGTERM pulls no more and finishes what is in flight; a second one drops it.

Exit codes: 0 stopped, 2 wrong usage, 3 no server.

Example:
  podium worker handlers.py --connect http://10.0.0.5:8083
"""

_VALIDATE: Final = """\
Usage: podium validate FILE...

Check state machine definitions as AWS would, without running them, and say what is valid but unwise.

Prints one line per finding: FILE:PLACE: MESSAGE (line L, column C) [CODE].

Arguments:
  FILE...                Definition files, JSON or YAML, or - for stdin.

Options:
  --lint/--no-lint       Whether to report unwise practices (default: yes); they don't change the exit code.
  --express              Check for an Express state machine: no .sync, callbacks, activities, distributed Maps.
  -h, --help             Show this text.

Exit codes: 0 valid (there may be warnings), 1 invalid, 2 a file could not be read.

Example:
  podium validate workflows/*.asl.json
"""

_START: Final = """\
Usage: podium start MACHINE [OPTIONS]

Start an execution of a state machine that a server has, and print its ARN.

Arguments:
  MACHINE                State machine: ARN (also of a version or an alias), name or the
                         beginning of it.

Options:
  -i, --input JSON       The execution's input: JSON text, @FILE, or - for stdin. [default: {}]
      --name NAME        Name of the execution. [default: a random UUID]
      --follow           Follow it as a live tree to its end, then print its output.
      --json             Print JSON.
      --endpoint URL     The server, or `aws` for AWS itself. [default: AWS_ENDPOINT_URL_SFN,
                         AWS_ENDPOINT_URL, else http://127.0.0.1:8083]
  -h, --help             Show this text.

Exit codes: 0 started (with --follow: succeeded), 1 refused or failed, 2 wrong usage, 3 no server.

Example:
  podium start order -i @order.json --follow
"""

_GRAPH: Final = """\
Usage: podium graph MACHINE [OPTIONS]

Print a definition as a flowchart, for a Markdown page or Graphviz.

Arguments:
  MACHINE                Definition file (JSON or YAML), - for stdin, or a state machine that a
                         server has: ARN, NAME, NAME:VERSION or NAME:ALIAS.

Options:
      --format FORMAT    mermaid, dot or json. [default: mermaid]
      --endpoint URL     The server of a state machine, or `aws` for AWS itself.
                         [default: AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL, else
                         http://127.0.0.1:8083]
  -h, --help             Show this text.

Exit codes: 0 printed, 1 invalid definition, 2 wrong usage, 3 no server.

Example:
  podium graph order.asl.json --format dot | dot -Tsvg > order.svg
"""

_DIFF: Final = """\
Usage: podium diff BEFORE AFTER [OPTIONS]

Print what changed between two definitions: added (+), removed (-), changed (~), by place.
Key order, layout and JSON or YAML make no difference.

Arguments:
  BEFORE, AFTER          Definition files, - for stdin, or state machines that a server has: ARN,
                         NAME, NAME:VERSION or NAME:ALIAS.

Options:
      --json             Print JSON: a list of {kind, place, before, after}.
      --endpoint URL     The server of a state machine, or `aws` for AWS itself.
                         [default: AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL, else
                         http://127.0.0.1:8083]
  -h, --help             Show this text.

Exit codes: 0 the same, 1 different or invalid, 2 wrong usage, 3 no server.

Example:
  podium diff order:1 order.asl.json
"""

_COST: Final = """\
Usage: podium cost EXECUTION [OPTIONS]

Estimate what an execution would cost on AWS, as Standard and as Express, from its history, and say
what would make it cheaper. Prices: us-east-1, without free tier and other services.

Arguments:
  EXECUTION              Its ARN, its name or the beginning of it, or MACHINE:NAME.

Options:
      --json             Print JSON.
      --endpoint URL     The server, or `aws` for AWS itself. [default: AWS_ENDPOINT_URL_SFN,
                         AWS_ENDPOINT_URL, else http://127.0.0.1:8083]
  -h, --help             Show this text.

Exit codes: 0 printed, 1 refused by the server, 2 wrong usage, 3 no server.
"""

_BACKFILL: Final = """\
Usage: podium backfill RULE --from TIME [OPTIONS]

Start what a rule's schedule would have started in a span of time. Executions are named by rule and
time: what ran already is not started again.

Arguments:
  RULE                   Name of a rule of the default event bus, with a schedule.

Options:
      --from TIME        Beginning of the span: 2026-11-01 or 2026-11-01T08:00:00, UTC.
      --to TIME          End of the span, not part of it. [default: now]
      --dry-run          Only say what would be started.
      --endpoint URL     The server. [default: AWS_ENDPOINT_URL_EVENTBRIDGE for the rule,
                         AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL, else http://127.0.0.1:8083]
  -h, --help             Show this text.

Exit codes: 0 started, 1 refused by the server, 2 wrong usage, 3 no server.
"""

_DEPLOY: Final = """\
Usage: podium deploy [TEMPLATE] [OPTIONS]

Deploy a CloudFormation or SAM template, or an app CDK has synthesised, to a server.

Makes state machines, their versions and aliases, activities and functions with local
code; other resources are left to AWS. Shows what changes before it acts; what left the
template is removed. Deploying again changes nothing.

Arguments:
  TEMPLATE               Template file, or a directory with template.yaml, cdk.out or an
                         app's manifest.json. [default: .]

Options:
      --stack-name NAME  Name of the stack. [default: the template's directory, or CDK's name]
      --parameter-overrides NAME=VALUE...
                         Values of the template's parameters.
      --attribute ID.ATTRIBUTE=VALUE...
                         Values of resources left to AWS, where the template uses them.
      --skip ID...       Resources not to make: left to AWS.
      --endpoint URL     The server. [default: AWS_ENDPOINT_URL, or http://127.0.0.1:8083]
      --region REGION    [default: AWS_REGION, the AWS configuration, or us-east-1]
  -y, --yes              Don't ask. Nobody is asked away from a terminal.
      --dry-run          Show what would change and stop.
      --keep             Keep what left the template.
      --delete           Delete everything the stack has made; TEMPLATE or --stack-name says
                         which stack.
      --json             Print JSON: changes with their differences, warnings, outputs.
  -h, --help             Show this text.

Exit codes: 0 done, 1 refused, invalid or declined, 2 wrong usage or template, 3 server unreachable.

Examples:
  podium deploy examples/sam-orders --dry-run
  podium deploy template.yaml --stack-name shop --parameter-overrides Stage=test
"""

COMMANDS: Final[dict[str, Command | Group]] = {
    "run": Command("podium.cli.run", "Run a definition once, without a server", _RUN),
    "serve": Command("podium.cli.serve", "Serve the Step Functions and Lambda APIs", _SERVE),
    "dev": Command("podium.cli.dev", "Develop offline: server, handlers and services, hot reload", _DEV),
    "worker": Command("podium.cli.worker", "Serve handlers to a server anywhere", _WORKER),
    "validate": Command(
        "podium.cli.validate",
        "Check definitions without running them",
        _VALIDATE,
        {"--lint": ("lint", True), "--no-lint": ("lint", False), "--express": ("express", True)},
    ),
    "deploy": Command("podium.cli.deploy", "Deploy a CloudFormation, SAM or CDK template", _DEPLOY),
    "start": Command("podium.cli.start", "Start an execution on a server", _START),
    "graph": Command("podium.cli.graph", "Print a definition as a flowchart", _GRAPH),
    "diff": Command("podium.cli.diff", "Print what changed between two definitions", _DIFF),
    "cost": Command("podium.cli.cost", "Estimate what an execution would cost on AWS", _COST),
    "backfill": Command("podium.cli.backfill", "Start what a schedule has missed", _BACKFILL),
    "exec": Group("Look at executions and steer them", EXEC),
    "task": Group("Decide about tasks that wait for a human", TASK),
}


def overview() -> str:
    """The text of `podium --help`."""
    return f"""\
Usage: podium COMMAND [ARGUMENTS]

Run Amazon States Language state machines: durably, on your own machine, with the API of
AWS Step Functions.

Commands:
{_listed(COMMANDS)}

Options:
  -h, --help  Show this text, or a command's: podium COMMAND --help
  --version   Show the version.
"""


def group_overview(name: str, group: Group) -> str:
    """The text of `podium NOUN --help`."""
    return f"""\
Usage: podium {name} COMMAND [ARGUMENTS]

{group.summary}.

Commands:
{_listed(group.verbs)}

Options:
  -h, --help  Show this text, or a command's: podium {name} COMMAND --help
"""


def _listed(commands: Mapping[str, Command | Group]) -> str:
    return "\n".join(f"  {name:<12}{command.summary}" for name, command in commands.items())
