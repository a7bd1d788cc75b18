"""Which function an attempt calls, by its scheduled event."""

import pytest

from podium.console.function_logs import function_of

ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders"


def direct(resource):
    return {"lambdaFunctionScheduledEventDetails": {"resource": resource}}


def invoked(parameters, service="lambda"):
    return {"taskScheduledEventDetails": {"resourceType": service, "resource": "invoke", "parameters": parameters}}


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (direct(ARN), "orders"),
        (direct(f"{ARN}:live"), "orders"),
        (invoked('{"FunctionName": "orders"}'), "orders"),
        (invoked('{"FunctionName": "orders:3"}'), "orders"),
        (invoked(f'{{"FunctionName": "{ARN}:live"}}'), "orders"),
        (invoked('{"FunctionName": "000000000000:function:orders"}'), "orders"),
        (invoked('{"FunctionName": 3}'), None),
        (invoked("[]"), None),
        (invoked("cut sh"), None),
        (invoked("{}", "sqs"), None),
        ({"activityScheduledEventDetails": {"resource": "arn"}}, None),
    ],
)
def test_names_the_function(event, name):
    assert function_of(event) == name
