"""The Fail state: ends its scope with an error.

https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
"""

from podium.core.asl import fields, kinds, queries

FIELDS = (
    *fields.COMMON,
    *fields.or_path("Error", kinds.text, queries.path_or_intrinsic),
    *fields.or_path("Cause", kinds.text, queries.path_or_intrinsic),
)
GROUPS = fields.excludes_path("Error", "Cause")
