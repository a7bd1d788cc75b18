"""How a waiting task asks to be shown, wherever it says so."""

import pytest

from podium.console.inbox import presentation


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"title": "t", "other": 1}, {"title": "t"}),
        ({"FunctionName": "f", "Payload": {"title": "t", "form": {}}}, {"title": "t", "form": {}}),
        ({"QueueUrl": "q", "MessageBody": '{"description": "d"}'}, {"description": "d"}),
        ({"MessageBody": {"description": "d"}, "title": "t"}, {"title": "t"}),
        ({"Message": "no JSON", "Input": {"title": "t"}}, {"title": "t"}),
        ({"Payload": [1]}, {}),
        ("text", {}),
        (None, {}),
    ],
)
def test_the_outermost_place_that_says_anything_counts(given, shown):
    assert presentation(given) == shown
