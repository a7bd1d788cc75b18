"""Definitions of all kinds open in the studio and come back from it as they were, to the last character."""

import json

import pytest
from browser_addresses import studio_path
from browser_studio import exported, opened, saved_twice
from generated_definitions import definition
from playwright.sync_api import expect

SEEDS = range(12)


@pytest.mark.parametrize("seed_number", SEEDS)
def test_what_is_saved_untouched_is_the_same_text(visit, seed, server, states, seed_number):
    text = definition(seed_number)
    arn = seed.machine(f"generated-{seed_number}", text)
    page = visit(studio_path(arn))
    assert opened(page, server.endpoint, arn, studio_path) == text.count('"Type"')
    assert exported(page) == text
    saved_twice(page)
    stored = states.describe_state_machine(stateMachineArn=arn)["definition"]
    assert stored == text
    # Not only the text: what it means, and the order of its keys.
    assert json.dumps(json.loads(stored)) == json.dumps(json.loads(text))


def test_code_that_is_no_definition_yet_is_kept_as_typed(visit):
    page = visit(studio_path("", "?view=both"))
    code = page.get_by_label("Definition", exact=True)
    code.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}, "x": [1.50,  2]}')
    expect(page.get_by_role("button", name="A, Pass")).to_be_visible()
    assert exported(page) == '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}, "x": [1.50,  2]}'
