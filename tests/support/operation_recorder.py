"""Notes which members of which operations tests sent and received, and which errors they saw.

Two places are listened at: the dispatch of JSON 1.0, where tests within this process and their answers pass, and
the boto3 clients of end-to-end tests. What a test asks of an operation's function directly doesn't count. The notes of
a whole run make docs/operations.md (`operations_table.py`).
"""

from collections import defaultdict
from contextlib import contextmanager

from podium.api.errors import ApiError
from podium.api.protocol.json10 import Json10
from podium.api.service_model import load

MODEL = load("stepfunctions")


class Recorder:
    """What has been exercised so far: operation -> members by their paths, and error codes."""

    def __init__(self):
        self.input = defaultdict(set)
        self.output = defaultdict(set)
        self.errors = defaultdict(set)
        self.paused = False

    def sent(self, operation, value):
        self._note(self.input[operation], MODEL.input_shape(operation), value)

    def received(self, operation, value):
        self._note(self.output[operation], MODEL.output_shape(operation), value)

    def refused(self, operation, code):
        if not self.paused:
            self.errors[operation].add(code)

    def _note(self, noted, shape, value):
        if not self.paused and shape is not None:
            noted.update(_paths(shape, value, ""))

    @contextmanager
    def pause(self):
        """Note nothing: what a random test happens to do says nothing about the next run."""
        before, self.paused = self.paused, True
        try:
            yield
        finally:
            self.paused = before

    def dump(self):
        return {
            side: {operation: sorted(noted) for operation, noted in getattr(self, side).items()}
            for side in ("input", "output", "errors")
        }

    def merge(self, dumped):
        for side, operations in dumped.items():
            for operation, noted in operations.items():
                getattr(self, side)[operation].update(noted)

    def listen_within(self):
        """Listen at the dispatch of this process."""
        perform, recorder = Json10._perform, self

        async def recorded(protocol, target, services, context, given):
            operation = target.partition(".")[2]
            if operation not in MODEL.operations:
                return await perform(protocol, target, services, context, given)
            try:
                answer = await perform(protocol, target, services, context, given)
            except ApiError as error:
                recorder.refused(operation, error.code)
                raise
            recorder.sent(operation, _decoded(given))
            recorder.received(operation, answer)
            return answer

        Json10._perform = recorded

    def listen_to(self, client):
        """Listen to a boto3 client of Step Functions."""
        sent = {}

        def sending(params, model, context, **_):
            sent[id(context)] = params

        def answered(parsed, model, context, **_):
            params = sent.pop(id(context), {})
            if "Error" in parsed:
                self.refused(model.name, parsed["Error"]["Code"].rpartition("#")[2])
            else:
                self.sent(model.name, params)
                self.received(model.name, parsed)

        client.meta.events.register("provide-client-params.stepfunctions", sending)
        client.meta.events.register("after-call.stepfunctions", answered)


def _decoded(given):
    from podium.core import jsontext

    return jsontext.decode(given or b"{}") if isinstance(given, bytes) else given


def _paths(shape, value, prefix):
    described = MODEL.shapes[shape]
    if described["type"] == "structure" and isinstance(value, dict):
        for member, target in described["members"].items():
            if value.get(member) is not None:
                yield prefix + member
                yield from _paths(target["shape"], value[member], f"{prefix}{member}.")
    elif described["type"] == "list" and isinstance(value, list | tuple):
        for item in value:
            yield from _paths(described["member"]["shape"], item, prefix)
    elif described["type"] == "map" and isinstance(value, dict):
        for item in value.values():
            yield from _paths(described["value"]["shape"], item, prefix)


def members(shape, prefix=""):
    """The paths of all members of a shape, in the model's order."""
    if shape is None:
        return []
    described = MODEL.shapes[shape]
    if described["type"] == "structure":
        return [
            path
            for member, target in described["members"].items()
            for path in (prefix + member, *members(target["shape"], f"{prefix}{member}."))
        ]
    if described["type"] in ("list", "map"):
        return members(described["member" if described["type"] == "list" else "value"]["shape"], prefix)
    return []


RECORDER = Recorder()
