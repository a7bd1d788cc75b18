"""The Succeed state: ends its scope well.

https://docs.aws.amazon.com/step-functions/latest/dg/state-succeed.html
"""

from podium.core.asl import fields

FIELDS = (*fields.COMMON, *fields.PATHS, fields.OUTPUT)
