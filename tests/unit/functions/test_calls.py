"""What a handler sees and how its answer is written."""

import base64
import json
from collections import namedtuple
from decimal import Decimal

import pytest

from podium.functions.errors import MAX_RESPONSE_BYTES
from podium.functions.worker.calls import Context, Setting, decode_event, encode_answer, encode_exception
from podium.functions.worker.frames import CallFrame

SETTING = Setting("arn:aws:lambda:eu-west-1:123456789012:function:", 30, 256)


def call(payload=b"{}", qualifier="", client_context=b""):
    return CallFrame(1, 0, 0, "r-1", qualifier, client_context, payload)


def raise_and_encode(action):
    try:
        action()
    except Exception as error:
        return encode_exception(error, "r-1").decode()
    raise AssertionError("nothing was raised")


def test_an_exception_is_shaped_as_the_python_runtime_does():
    def handler():
        raise ValueError("no such order")

    text = raise_and_encode(handler)
    error = json.loads(text)
    assert list(error) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (error["errorMessage"], error["errorType"], error["requestId"]) == ("no such order", "ValueError", "r-1")
    line = error["stackTrace"][-1]
    assert line.startswith(f'  File "{__file__}", line ')
    assert line.endswith(', in handler\n    raise ValueError("no such order")\n')
    assert text.startswith('{"errorMessage": "no such order", "errorType": ')


def test_a_message_that_is_no_text_does_not_cost_the_answer():
    def handler():
        raise ValueError("\ud800")

    assert "ValueError" in raise_and_encode(handler)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, None, "é"]}, '{"a": [1, null, "é"]}'),
        (b'"HelloWorld!"', '"HelloWorld!"'),
        (Decimal("1.10"), "1.10"),
        (namedtuple("Order", "id")(7), '{"id": 7}'),
        ({1: 2}, '{"1": 2}'),
    ],
)
def test_answers_are_written_as_on_lambda(value, text):
    assert encode_answer(value, "r-1") == (False, text.encode())


def test_what_json_has_no_form_for_is_a_marshal_error():
    failed, payload = encode_answer({1, 2}, "r-1")
    assert failed
    assert json.loads(payload) == {
        "errorMessage": "Unable to marshal response: Object of type set is not JSON serializable",
        "errorType": "Runtime.MarshalError",
        "requestId": "r-1",
        "stackTrace": [],
    }


def test_an_answer_may_have_6_mb_and_no_more():
    fits = "x" * (MAX_RESPONSE_BYTES - 2)
    assert encode_answer(fits, "r-1")[0] is False
    failed, payload = encode_answer(fits + "x", "r-1")
    assert failed
    assert json.loads(payload)["errorType"] == "Function.ResponseSizeTooLarge"


def test_the_context_is_lambdas():
    client = base64.b64encode(b'{"custom": {"a": 1}, "client": {"app_title": "shop"}}')
    context = Context(call(qualifier="live", client_context=client), "charge", SETTING)
    assert context.aws_request_id == "r-1"
    assert context.function_name == "charge"
    assert context.function_version == "$LATEST"
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-1:123456789012:function:charge:live"
    assert context.memory_limit_in_mb == "256"
    assert context.log_group_name == "/aws/lambda/charge"
    assert "[$LATEST]" in context.log_stream_name
    assert 29_000 < context.get_remaining_time_in_millis() <= 30_000
    assert context.client_context.custom == {"a": 1}
    assert context.client_context.client.app_title == "shop"
    assert context.identity.cognito_identity_id is None
    assert "charge" in repr(context)


def test_without_client_context_there_is_none():
    assert Context(call(), "charge", SETTING).client_context is None


def test_events_keep_their_numbers_and_an_empty_payload_is_an_empty_event():
    assert decode_event(call(b'{"big": 123456789012345678901234567890}')) == {"big": 123456789012345678901234567890}
    assert decode_event(call(b"null")) is None
    assert decode_event(call(b"")) == {}
