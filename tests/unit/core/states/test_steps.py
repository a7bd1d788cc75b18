"""Steps: put together where the value is all that counts, payload by payload where it isn't."""

from podium.core.machine.payload import Payload
from podium.core.states.steps import Step, computed, constant, in_turn

ADD_ONE = computed(lambda value, decision, branch: value + 1)


def run(step, payload):
    return step.on_payload(payload, None, None)


def test_nothing_to_do_is_no_step():
    assert in_turn(None, None) is None
    assert in_turn(None, ADD_ONE, None) is ADD_ONE


def test_steps_on_values_become_one():
    whole = in_turn(constant(5), ADD_ONE, ADD_ONE)
    assert whole.on_value(1, None, None) == 7
    assert run(whole, Payload(1)).value == 7


def test_a_constant_keeps_its_text_and_what_comes_before_it_still_happens():
    seen = []
    noting = computed(lambda value, decision, branch: seen.append(value))
    fixed = in_turn(noting, constant({"a": 1}))
    first, second = run(fixed, Payload(7)), run(fixed, Payload(8))
    assert seen == [7, 8]
    assert first.encoded is second.encoded is not None
    assert first is not second, "each execution gives its payload a reference of its own"


def test_a_step_on_payloads_sees_the_payload_itself():
    given = Payload.from_text(b'{ "a": 1 }')
    same = Step(lambda payload, decision, branch: payload)
    assert run(same, given) is given
    assert run(in_turn(same, computed(lambda value, decision, branch: value["a"])), given).value == 1
    assert given.text == b'{ "a": 1 }'
