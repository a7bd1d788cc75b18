"""Aliases of functions: a name for one version, or for two of them by weight."""

import hashlib
from typing import Final

from msgspec import Struct

FUNCTION_ALIAS: Final = "function-alias"
"""Catalogue kind; key = alias ARN."""


class FunctionAlias(Struct, frozen=True):
    """A name for a function's version. https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"""

    arn: str
    name: str
    version: str
    """A version's number, or `$LATEST`."""
    revision_id: str
    description: str = ""
    weights: dict[str, float] = {}
    """A second version and the share of invocations it takes, between 0 and 1; or nothing."""

    @property
    def function_arn(self) -> str:
        """The unqualified ARN of its function."""
        return self.arn.rpartition(":")[0]

    def route(self, request_id: str) -> str:
        """The version an invocation runs: the same for the same request, over many requests by weight."""
        if not self.weights:
            return self.version
        digest = hashlib.blake2b(f"{self.arn} {request_id}".encode(), digest_size=8).digest()
        drawn = int.from_bytes(digest) / 2**64
        for version, weight in self.weights.items():
            drawn -= weight
            if drawn < 0:
                return version
        return self.version
