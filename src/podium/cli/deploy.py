"""`podium deploy`: a CloudFormation, SAM or CDK template to a server, its changes shown before they are made."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from podium.cli.clients import DEFAULT_REGION, Clients, endpoint_of, unreachable
from podium.cli.deploy_lines import as_json, done_line, output_lines, plan_lines, stopped_lines
from podium.cli.errors import FAILED, OK, UNREACHABLE, USAGE, CommandError
from podium.cli.output import print_json, print_text
from podium.deploy.deployment import StackDeployment, remove, stack_removals
from podium.deploy.errors import DeployError, Interrupted, TemplateError, Unreachable
from podium.deploy.names import is_stack_name
from podium.deploy.parameters import overrides_from
from podium.deploy.plan import Change, Options, Plan, removed
from podium.deploy.server import SERVICES, Server
from podium.deploy.sources import StackSource, stack_sources

_AGAIN: Final = (
    "What was done stands, nothing is rolled back: {again} when it is mended, and it goes on from there{skip}."
)
Words = Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")]


def deploy(
    template: Path | None = None,
    /,
    *,
    stack_name: Annotated[str | None, Parameter(name="--stack-name")] = None,
    parameter_overrides: Annotated[Words, Parameter(name="--parameter-overrides")] = None,
    attribute: Words = None,
    skip: Words = None,
    endpoint: str | None = None,
    region: str | None = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="")] = False,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="")] = False,
    keep: Annotated[bool, Parameter(negative="")] = False,
    delete: Annotated[bool, Parameter(negative="")] = False,
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Deploy the stacks of a template or an app, or delete them. Returns the exit code."""
    if stack_name is not None and not is_stack_name(stack_name):
        raise CommandError(f"{stack_name!r} is no stack name: letters, digits and hyphens, beginning with a letter.")
    talk = _Talk(json_=json_, ask=not (yes or dry_run or json_) and sys.stdin.isatty(), dry_run=dry_run)
    server = _server(endpoint, region)
    if delete and template is None and stack_name is not None:
        return talk.finish(_delete(server, stack_name, talk))
    path = template or Path()
    with _sentences(None):
        sources = _chosen(stack_sources(path), stack_name)
    if delete:
        codes = [_delete(server, stack_name or source.name, talk) for source in reversed(sources)]
        return talk.finish(max(codes))
    with _sentences(None):
        parameters = overrides_from(parameter_overrides or [])
        attributes = _pairs(attribute or [])
    _check_known("--parameter-overrides", parameters, "Parameters", sources)
    _check_known("--skip", skip or [], "Resources", sources)
    exports: dict[str, Any] = {}
    for source in sources:
        declared = source.document.get("Parameters") or {}
        options = Options(
            stack_name or source.name,
            {name: value for name, value in parameters.items() if name in declared},
            attributes,
            frozenset(skip or []) & set(source.document.get("Resources") or {}),
            keep,
        )
        code = _deploy(server, source, options, exports, talk)
        if code != OK:
            return talk.finish(code)
    return talk.finish(OK)


def _server(endpoint: str | None, region: str | None) -> Server:
    urls = {service: endpoint_of(service, endpoint) for service in SERVICES}
    if None in urls.values():
        raise CommandError("for AWS itself use `sam deploy` or `cdk deploy`: this leaves roles and the rest unmade.")
    clients = Clients(region, local=True)
    # A repetition does no harm: what is made has a name that is the same each time.
    made = {service: clients.client(service, url, attempts=2) for service, url in urls.items()}
    return Server(made, clients.account, clients.region or DEFAULT_REGION)


class _Talk:
    """What is said and asked on the way."""

    def __init__(self, *, json_: bool, ask: bool, dry_run: bool) -> None:
        self._json = json_
        self._ask = ask
        self.dry_run = dry_run
        self._stacks: list[dict[str, Any]] = []

    def say(self, *lines: str) -> None:
        if not self._json:
            for line in lines:
                print_text(line)

    def agreed(self, question: str) -> bool:
        """Whether the person agrees; nobody is asked away from a terminal."""
        return not self._ask or input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

    def told(self, stack: dict[str, Any]) -> None:
        self._stacks.append(stack)

    def stopped(self, where: Interrupted, place: str, stack: dict[str, Any], skip: str = "") -> int:
        """Say between which states a stack is; returns the exit code."""
        self.told({**stack, "stopped": {"failed": where.failed, "done": where.done, "notBegun": where.open}})
        again = _AGAIN.format(again="deploy again" if skip else "delete again", skip=skip)
        for line in (f"podium deploy: {place}: {where}", *stopped_lines(where), f"podium deploy: {again}"):
            print(line, file=sys.stderr)
        return UNREACHABLE if where.unreachable else FAILED

    def finish(self, code: int) -> int:
        if self._json:
            print_json({"stacks": self._stacks})
        return code


def _deploy(server: Server, source: StackSource, options: Options, exports: dict[str, Any], talk: _Talk) -> int:
    with _sentences(str(source.file)):
        deployment = StackDeployment(server, source, options, exports)
        plan = deployment.plan()
    talk.say(f"Stack {options.stack} at {server.endpoint} ({server.region})", "")
    talk.say(*plan_lines(plan.changes, plan.warnings))
    if plan.problems:
        talk.told(as_json(options.stack, plan, [], deployed=False))
        for problem in plan.problems:
            print(f"podium deploy: {source.file}: {problem}", file=sys.stderr)
        print("podium deploy: nothing was changed.", file=sys.stderr)
        return FAILED
    acting = plan.acts and not talk.dry_run
    if acting and not talk.agreed("Deploy these changes?"):
        talk.say("Nothing was changed.")
        return FAILED
    if acting:
        stopped = _stopped(lambda: deployment.apply(plan, lambda change: talk.say(done_line(change))))
        if stopped is not None:
            skip = f"; --skip {stopped.failed} leaves it out"
            return talk.stopped(stopped, str(source.file), as_json(options.stack, plan, [], deployed=False), skip)
    elif not plan.acts:
        talk.say("Nothing to change.")
    outputs = deployment.outputs()
    exports |= {output.export: output.value for output in outputs if output.export and output.value is not None}
    if not talk.dry_run:
        talk.say(*output_lines(outputs))
    talk.told(as_json(options.stack, plan, outputs, deployed=acting))
    return OK


def _delete(server: Server, stack: str, talk: _Talk) -> int:
    with _sentences(stack):
        removals = stack_removals(server, stack)
    changes: list[Change] = [removed(owned, keep=owned.retain) for owned in removals]
    talk.say(f"Stack {stack} at {server.endpoint} ({server.region})", "")
    if not removals:
        talk.say("There is nothing of this stack.")
    else:
        talk.say(*plan_lines(changes, []))
    acting = bool(removals) and not talk.dry_run
    if acting and not talk.agreed("Delete these?"):
        talk.say("Nothing was changed.")
        return FAILED
    plan = Plan(changes, [], [], removals)
    if acting:
        stopped = _stopped(lambda: remove(removals, set(), lambda change: talk.say(done_line(change))))
        if stopped is not None:
            return talk.stopped(stopped, stack, as_json(stack, plan, [], deployed=False))
    talk.told(as_json(stack, plan, [], deployed=acting))
    return OK


def _stopped(act: Callable[[], None]) -> Interrupted | None:
    """Where an act ended before its end; None when it went through."""
    try:
        act()
    except Interrupted as interrupted:
        return interrupted
    return None


def _chosen(sources: list[StackSource], stack_name: str | None) -> list[StackSource]:
    """The stacks to deploy: of several, the one that `--stack-name` names."""
    if len(sources) < 2 or stack_name is None:
        return sources
    named = [source for source in sources if source.name == stack_name]
    if not named:
        known = ", ".join(source.name for source in sources)
        raise TemplateError("--stack-name", f"there is no stack {stack_name}; the app has {known}.")
    return named


def _check_known(option: str, names: Mapping[str, str] | list[str], section: str, sources: list[StackSource]) -> None:
    known = {name for source in sources for name in source.document.get(section) or {}}
    for name in names:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise CommandError(f"{option}: the template has no {name}; its {section} are {listed}.")


def _pairs(words: list[str]) -> dict[str, str]:
    pairs = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise TemplateError("--attribute", f"{word!r} is not LogicalId.Attribute=VALUE.")
        pairs[name] = value
    return pairs


@contextmanager
def _sentences(place: str | None) -> Iterator[None]:
    """Deployment errors as a command's, the place before."""
    prefix = f"{place}: " if place else ""
    try:
        yield
    except Unreachable as error:
        raise CommandError(unreachable(error.endpoint), UNREACHABLE) from None
    except TemplateError as error:
        raise CommandError(f"{prefix}{error}", USAGE) from None
    except DeployError as error:
        raise CommandError(f"{prefix}{error}", FAILED) from None
