"""Which tasks are under way: from being performed to their outcome, or until nobody waits for it."""

import asyncio

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.contract import TaskOutcome
from podium.integrations.under_way import UnderWay

RESOURCE = parse_resource("arn:aws:states:::sqs:sendMessage")


class Performer:
    """Keeps whom to tell, and what was cancelled."""

    def __init__(self):
        self.delivers, self.cancelled = {}, []

    def perform(self, command, deliver):
        self.delivers[command.scheduled_id] = deliver

    def cancel(self, command):
        self.cancelled.append(command.scheduled_id)


@pytest.fixture
def performer():
    return Performer()


@pytest.fixture
def under_way(performer):
    return UnderWay(performer)


def begin(under_way, scheduled_id, told):
    under_way.perform(InvokeTask("arn", 0, scheduled_id, 0, RESOURCE, b"{}", "key"), told.append)


async def test_until_the_last_outcome(under_way, performer):
    told = []
    begin(under_way, 2, told)
    begin(under_way, 5, told)
    ended = asyncio.ensure_future(under_way.ended())
    performer.delivers[5](TaskOutcome(output=b"1"))
    await asyncio.sleep(0)
    assert (under_way.any, ended.done()) == (True, False)
    performer.delivers[2](TaskOutcome(error="Boom"))
    await ended
    assert (under_way.any, [each.error for each in told]) == (False, [None, "Boom"])


def test_what_was_submitted_goes_on_until_its_end(under_way, performer):
    told = []
    begin(under_way, 2, told)
    performer.delivers[2](TaskOutcome(output=b"{}", submitted=True))
    assert under_way.any
    performer.delivers[2](TaskOutcome(output=b"{}"))
    assert (under_way.any, len(told)) == (False, 2)


def test_until_it_is_cancelled(under_way, performer):
    begin(under_way, 2, [])
    under_way.cancel(CancelTask("arn", 2, RESOURCE))
    assert (under_way.any, performer.cancelled) == (False, [2])
