"""Bulk actions: what one request does, how far it goes, and what it is told."""

import json
from types import SimpleNamespace

import pytest

from podium.api.errors import ApiError
from podium.console import bulk
from podium.console.application import ConsoleRequest
from podium.engine.errors import ExecutionNotRedrivable, TooManyExecutions
from podium.store.contract import ExecutionSummary

PREFIX = "arn:aws:states:us-east-1:000000000000"


def summary(key, status):
    return ExecutionSummary(
        key,
        f"{PREFIX}:execution:m:e{key}",
        f"{PREFIX}:stateMachine:m",
        f"e{key}",
        status,
        0,
        1,
        1,
        None,
        False,
        b"",
        b"",
    )


class Executions:
    """A store that lists and an engine that acts, both of so many executions, the latest first."""

    def __init__(self, *statuses):
        self.listed = [summary(len(statuses) - place, status) for place, status in enumerate(statuses)]
        self.acted = []
        self.refusal = None

    async def list_executions(self, *, state_machine_arn, status, before_key, limit):
        return [one for one in self.listed if before_key is None or one.key < before_key][:limit]

    async def stop_execution(self, arn, error, cause):
        self.acted.append((arn.rpartition(":")[2], error, cause))

    async def redrive_execution(self, arn, token):
        if self.refusal is not None:
            raise self.refusal
        self.acted.append(arn.rpartition(":")[2])

    async def bulk(self, body):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = SimpleNamespace(query="", headers={}, body=text)
        return await bulk.bulk(ConsoleRequest(SimpleNamespace(store=self, engine=self), None, request))


STOP = {"action": "stop", "filter": {}}
REDRIVE = {"action": "redrive", "filter": {}}


async def test_nothing_is_done_unless_it_is_said_that_this_is_no_rehearsal():
    executions = Executions("RUNNING")
    for rehearsal in (STOP, STOP | {"dry_run": True}):
        assert await executions.bulk(rehearsal) == {
            "matched": 1,
            "names": ["e1"],
            "done": 0,
            "refused": [],
            "next": None,
        }
    assert executions.acted == []
    done = await executions.bulk(STOP | {"dry_run": False, "error": "Enough", "cause": "of it"})
    assert (done["done"], executions.acted) == (1, [("e1", "Enough", "of it")])


async def test_an_action_concerns_only_executions_it_can_be_done_to():
    statuses = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
    stopped, redriven = Executions(*statuses), Executions(*statuses)
    assert (await stopped.bulk(STOP | {"dry_run": False}))["names"] == ["e6"]
    assert (await redriven.bulk(REDRIVE | {"dry_run": False}))["names"] == ["e4", "e3", "e2"]
    assert redriven.acted == ["e4", "e3", "e2"]


async def test_one_request_acts_on_so_many_and_says_where_to_go_on(monkeypatch):
    monkeypatch.setattr(bulk, "DONE_MAX", 3)
    executions = Executions(*["RUNNING"] * 5)
    first = await executions.bulk(STOP | {"dry_run": False})
    assert (first["matched"], first["done"], first["next"]) == (3, 3, 3)
    rest = await executions.bulk(STOP | {"dry_run": False, "before": first["next"]})
    assert (rest["matched"], rest["done"], rest["next"]) == (2, 2, None)
    assert [name for name, *_ in executions.acted] == ["e5", "e4", "e3", "e2", "e1"]


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (ExecutionNotRedrivable("Execution redrivable period exceeded"), "Execution redrivable period exceeded"),
        (TooManyExecutions(), "As many executions are open as may be."),
    ],
)
async def test_what_is_refused_is_told_for_the_first_ones(refusal, reason):
    executions = Executions(*["FAILED"] * (bulk.SHOWN_MAX + 5))
    executions.refusal = refusal
    told = await executions.bulk(REDRIVE | {"dry_run": False})
    assert (told["matched"], told["done"]) == (bulk.SHOWN_MAX + 5, 0)
    assert told["refused"] == [{"name": name, "reason": reason} for name in told["names"]]
    assert len(told["refused"]) == bulk.SHOWN_MAX


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        [],
        {"filter": {}},
        STOP | {"action": []},
        STOP | {"filter": []},
        STOP | {"dry_run": "no"},
        STOP | {"before": "x"},
        STOP | {"before": 10**30},
        STOP | {"error": 5},
        STOP | {"filter": {"status": "GONE"}},
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(body):
    executions = Executions("RUNNING")
    with pytest.raises(ApiError) as refused:
        await executions.bulk(body)
    assert refused.value.code == "ValidationException"
    assert executions.acted == []


async def test_a_filter_takes_whatever_a_machine_is_called():
    await Executions("RUNNING").bulk(STOP | {"filter": {"machine": 10**30}})


@pytest.mark.parametrize("elsewhere", [{"account": "999999999999"}, {"region": "eu-west-1"}])
async def test_executions_of_another_account_or_region_are_not_concerned(elsewhere):
    executions = Executions("RUNNING")
    assert (await executions.bulk(STOP | {"filter": elsewhere, "dry_run": False}))["matched"] == 0
    assert executions.acted == []
