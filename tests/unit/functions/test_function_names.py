"""The forms in which callers name a function."""

import pytest

from podium.functions.names import parse_function_name

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"


@pytest.mark.parametrize(
    ("text", "arn", "qualifier"),
    [
        ("orders", ARN, None),
        ("orders:$LATEST", ARN, "$LATEST"),
        ("orders:live", ARN, "live"),
        ("function:orders", ARN, None),
        ("999999999999:function:orders", ARN.replace("123456789012", "999999999999"), None),
        ("999999999999:function:orders:3", ARN.replace("123456789012", "999999999999"), "3"),
        (
            "arn:aws:lambda:us-west-2:999999999999:function:orders",
            ARN.replace("eu-west-1:123456789012", "us-west-2:999999999999"),
            None,
        ),
        (f"{ARN}:live", ARN, "live"),
    ],
)
def test_every_form_names_the_same_function(text, arn, qualifier):
    named = parse_function_name(text, region="eu-west-1", account="123456789012")
    assert (named.arn, named.name, named.qualifier) == (arn, "orders", qualifier)
    assert named.qualified_arn == (f"{arn}:{qualifier}" if qualifier else arn)


@pytest.mark.parametrize("text", ["", "a b", "../up", "arn:aws:sqs:eu-west-1:123456789012:orders", "orders:", "a:b:c"])
def test_what_is_no_name_is_none(text):
    assert parse_function_name(text, region="eu-west-1", account="123456789012") is None
