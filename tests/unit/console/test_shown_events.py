"""How events are cut for the stream."""

from podium.console.shown_events import SHOWN_CHARS, shorten


def test_cuts_long_payloads_and_says_how_long_they_were():
    event = {"id": 3, "type": "PassStateExited", "stateExitedEventDetails": {"name": "A", "output": "x" * 2_000}}
    shown = shorten(event)
    assert shown["stateExitedEventDetails"] == {"name": "A", "output": "x" * SHOWN_CHARS}
    assert shown["cut"] == {"output": 2_000}
    assert len(event["stateExitedEventDetails"]["output"]) == 2_000


def test_leaves_short_ones_alone():
    event = {"id": 1, "stateEnteredEventDetails": {"input": "{}", "inputDetails": {"truncated": False}}}
    assert shorten(event) == event
