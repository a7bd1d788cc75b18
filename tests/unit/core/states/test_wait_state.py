"""The Wait state: its four forms, its errors, and time passing."""

import pytest
from driver import START_MS, Run

NOW = "2023-11-14T22:13:20Z"
LATER = "2023-11-14T22:13:30Z"


@pytest.mark.parametrize(
    ("fields", "given", "seconds"),
    [
        ({"Seconds": 10}, {}, 10),
        ({"SecondsPath": "$.s"}, {"s": 10}, 10),
        ({"SecondsPath": "$.s", "InputPath": "$.in"}, {"in": {"s": 7}}, 7),
        ({"Timestamp": LATER}, {}, 10),
        ({"TimestampPath": "$.t"}, {"t": LATER}, 10),
        ({"TimestampPath": "$.t"}, {"t": "2023-11-14T23:13:30.250+01:00"}, 10.25),
        ({"TimestampPath": "$.t"}, {"t": "2023-11-14T22:13:20.0001Z"}, 0.001),
        ({"Seconds": 99_999_999}, {}, 99_999_999),
    ],
)
def test_the_four_forms(fields, given, seconds):
    run = Run({"W": {"Type": "Wait", **fields}}, given)
    assert run.execution.next_wake_ms() == START_MS + round(seconds * 1000)
    run.advance(seconds - 0.001)
    assert run.status == "RUNNING"
    run.advance(0.001)
    assert run.status == "SUCCEEDED"
    assert run.types == ["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"]
    assert run.history[2]["timestamp"] == START_MS + round(seconds * 1000)


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        ({"Seconds": 0}, {}),
        ({"SecondsPath": "$.s"}, {"s": 0}),
        ({"Timestamp": NOW}, {}),
        ({"Timestamp": "1999-01-01T00:00:00Z"}, {}),
        ({"TimestampPath": "$.t"}, {"t": "1999-01-01T00:00:00Z"}),
    ],
)
def test_a_time_that_has_come_blocks_nobody(fields, given):
    run = Run({"W": {"Type": "Wait", **fields}}, given)
    assert run.status == "SUCCEEDED"
    assert len(run.rows) == 1


def test_input_and_output_are_filtered():
    run = Run({"W": {"Type": "Wait", "Seconds": 1, "InputPath": "$.a", "OutputPath": "$.b"}}, {"a": {"b": 3}})
    run.advance(1)
    assert run.output == 3


@pytest.mark.parametrize(
    ("fields", "given", "cause"),
    [
        ({"SecondsPath": "$.s"}, {}, "The SecondsPath parameter does not reference an input value: $.s"),
        ({"TimestampPath": "$.t"}, {}, "The TimestampPath parameter does not reference an input value: $.t"),
        ({"SecondsPath": "$.s"}, {"s": "9"}, "The SecondsPath parameter cannot be parsed as a long value: $.s == 9"),
        ({"SecondsPath": "$.s"}, {"s": -1}, "The SecondsPath parameter references a negative value: $.s == -1"),
        ({"SecondsPath": "$.s"}, {"s": 1.5}, "The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5"),
        (
            {"SecondsPath": "$.s"},
            {"s": True},
            "The SecondsPath parameter cannot be parsed as a long value: $.s == true",
        ),
        (
            {"TimestampPath": "$.t"},
            {"t": "tomorrow"},
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
            "string: $.t == tomorrow",
        ),
        ({"TimestampPath": "$.t"}, {"t": "9999-01-01T00:00:00Z"}, "Wait state delay is too long."),
        ({"SecondsPath": "$.s"}, {"s": 2**31}, "Wait state delay is too long."),
    ],
)
def test_errors(fields, given, cause):
    run = Run({"W": {"Type": "Wait", **fields}}, given)
    assert run.error == (
        "States.Runtime",
        f"An error occurred while executing the state 'W' (entered at the event id #2). {cause}",
    )


def test_waits_one_after_the_other_add_up():
    run = Run({"W": {"Type": "Wait", "Seconds": 2}, "V": {"Type": "Wait", "Seconds": 3}})
    run.advance(2)
    assert run.entered() == ["W", "V"]
    assert run.execution.next_wake_ms() == START_MS + 5_000
    run.advance(3)
    assert run.status == "SUCCEEDED"
