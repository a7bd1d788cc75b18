"""The Wait state: lets time pass, for a number of seconds or until a moment.

https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
"""

from podium.core.asl import fields, kinds, queries
from podium.core.asl.fields import Field, OneOf

FIELDS = (
    *fields.COMMON,
    *fields.FLOW,
    *fields.PATHS,
    Field("Seconds", queries.either(kinds.integer(0, fields.SECONDS_MAX))),
    Field("SecondsPath", queries.reference_path, language="JSONPath"),
    Field("Timestamp", queries.either(kinds.timestamp)),
    Field("TimestampPath", queries.reference_path, language="JSONPath"),
    fields.OUTPUT,
    fields.ASSIGN,
)
GROUPS = (fields.NEXT_OR_END, OneOf(("SecondsPath", "Seconds", "TimestampPath", "Timestamp"), required=True))
