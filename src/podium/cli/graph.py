"""`podium graph`: a definition as a flowchart, in the languages that draw one."""

from collections.abc import Iterator
from typing import Annotated, Literal

from cyclopts import Parameter

from podium.cli.definitions import definition
from podium.cli.errors import OK
from podium.cli.output import print_json, print_text
from podium.cli.server import Endpoint
from podium.core.asl.flowchart import Flowchart, Step, flowchart
from podium.core.states import STATE_TYPES

_LABEL_LENGTH = 60


def graph(
    machine: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    format_: Annotated[Literal["mermaid", "dot", "json"], Parameter(name="--format")] = "mermaid",
    endpoint: Endpoint = None,
) -> int:
    """Print the flowchart. Returns the exit code."""
    chart = flowchart(definition(machine, endpoint), STATE_TYPES)
    if format_ == "json":
        print_json(
            {
                "states": [step._asdict() for step in chart.steps],
                "scopes": [scope._asdict() for scope in chart.scopes],
                "transitions": [arrow._asdict() for arrow in chart.arrows],
            }
        )
    else:
        for line in mermaid(chart) if format_ == "mermaid" else dot(chart):
            print_text(line)
    return OK


def mermaid(chart: Flowchart) -> Iterator[str]:
    """https://mermaid.js.org/syntax/flowchart.html: what a Markdown page shows."""
    ids = {step.name: f"s{number}" for number, step in enumerate(chart.steps)}
    yield "flowchart TD"
    yield from _mermaid_scope(chart, 0, ids, "  ")
    for arrow in chart.arrows:
        label = f'|"{_quoted(arrow.label)}"|' if arrow.label else ""
        yield f"  {ids[arrow.source]} -->{label} {ids[arrow.target]}"


def _mermaid_scope(chart: Flowchart, scope: int, ids: dict[str, str], indent: str) -> Iterator[str]:
    for step in chart.steps:
        if step.scope != scope:
            continue
        inside = [nested.number for nested in chart.scopes if nested.owner == step.name]
        node = ids[step.name]
        ends = [f"{indent}start{scope}((start)) --> {node}"] if step.is_start else []
        ends += [f"{indent}{node} --> end{scope}((end))"] if step.is_end else []
        if inside:
            yield f'{indent}subgraph {node}["{_quoted(step.name)} ({step.type})"]'
            for number in inside:
                yield f'{indent}  subgraph c{number}[" "]'
                yield from _mermaid_scope(chart, number, ids, indent + "    ")
                yield f"{indent}  end"
            yield f"{indent}end"
        else:
            yield f"{indent}{node}{_mermaid_shape(step)}"
        yield from ends


def _mermaid_shape(step: Step) -> str:
    opening, closing = {"Choice": ("{", "}"), "Wait": ("([", "])"), "Fail": ("[/", "/]")}.get(step.type, ("[", "]"))
    return f'{opening}"{_quoted(step.name)}"{closing}'


def dot(chart: Flowchart) -> Iterator[str]:
    """https://graphviz.org/doc/info/lang.html: `podium graph FILE --format dot | dot -Tsvg`."""
    yield "digraph {"
    yield "  compound=true; node [shape=box, style=rounded];"
    yield from _dot_scope(chart, 0, "  ")
    for arrow in chart.arrows:
        label = f" [label={_dot_text(arrow.label)}]" if arrow.label else ""
        yield f"  {_dot_text(arrow.source)} -> {_dot_text(arrow.target)}{label};"
    yield "}"


def _dot_scope(chart: Flowchart, scope: int, indent: str) -> Iterator[str]:
    for step in chart.steps:
        if step.scope != scope:
            continue
        shape = {"Choice": "diamond", "Succeed": "oval", "Fail": "octagon"}.get(step.type)
        yield f"{indent}{_dot_text(step.name)}{f' [shape={shape}]' if shape else ''};"
        for nested in chart.scopes:
            if nested.owner == step.name:
                yield f"{indent}subgraph cluster_{nested.number} {{"
                yield f"{indent}  label={_dot_text(step.name)};"
                yield from _dot_scope(chart, nested.number, indent + "  ")
                yield f"{indent}}}"
                first = next(inner.name for inner in chart.steps if inner.scope == nested.number and inner.is_start)
                yield f"{indent}{_dot_text(step.name)} -> {_dot_text(first)} [style=dashed];"


def _dot_text(text: str) -> str:
    return '"' + _shortened(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted(text: str) -> str:
    """Inside Mermaid's double quotes, where entities stand for what would end them or be markup."""
    return _shortened(text).replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LABEL_LENGTH else f"{line[: _LABEL_LENGTH - 1]}…"
