"""AWS's own description of its services, read from the models botocore carries.

The files are read directly: botocore's loader would import its client machinery and search the user's home,
which costs more than all of the parsing (170-270 ms against 80, most of which other modules need anyway).
"""

import gzip
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct


class ServiceModel(Struct, frozen=True):
    """One service: its operations and shapes, as in botocore's JSON."""

    metadata: dict[str, Any]
    operations: dict[str, dict[str, Any]]
    shapes: dict[str, dict[str, Any]]

    def input_shape(self, operation: str) -> str | None:
        """The name of the operation's input shape, if it has one."""
        return self._shape(operation, "input")

    def output_shape(self, operation: str) -> str | None:
        """The name of the operation's output shape, if it has one."""
        return self._shape(operation, "output")

    def _shape(self, operation: str, side: str) -> str | None:
        reference = self.operations[operation].get(side)
        return None if reference is None else reference["shape"]


@cache
def load(service: str) -> ServiceModel:
    """The newest model of a service, by botocore's name for it ("stepfunctions", "lambda")."""
    folder = files("botocore").joinpath("data", service)
    newest = folder.joinpath(max(entry.name for entry in folder.iterdir()))
    packed = newest.joinpath("service-2.json.gz")
    text = gzip.decompress(packed.read_bytes()) if packed.is_file() else newest.joinpath("service-2.json").read_bytes()
    return msgspec.json.decode(text, type=ServiceModel)
