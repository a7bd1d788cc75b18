"""Redriving: closed executions go on, asked by RedriveExecution or by the Map Run they are children of.

    find it -> may it be redriven? -> fold it, closed as it is -> decide on Redrive -> durable -> it runs

A request is known again by its client token: the last ten tokens of an execution count for fifteen minutes.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from podium.core.machine.execution import Execution
from podium.core.machine.execution_info import Redrives
from podium.core.machine.journal import decode_row
from podium.core.machine.limits import Limits
from podium.core.machine.redrive import UNSUCCESSFUL, Edit, done_again, refusal
from podium.core.machine.stimuli import EditedInput, Redrive
from podium.engine import stored_info
from podium.engine.clock import Clock
from podium.engine.driving import Driving
from podium.engine.errors import CommitFailed, EngineDraining, ExecutionDoesNotExist, ExecutionNotRedrivable
from podium.engine.open_executions import OpenExecutions
from podium.engine.starting import Starting
from podium.store.contract import ExecutionSummary, Journal

TOKENS_KEPT: Final = 10
TOKEN_MS: Final = 15 * 60 * 1000


class Redriving:
    """Redrives executions until nothing is started any more."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        limits: Limits,
        driving: Driving,
        starting: Starting,
        open_executions: OpenExecutions,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._driving = driving
        self._starting = starting
        self._open = open_executions
        self._under_way: dict[str, asyncio.Future[None]] = {}
        """By ARN, resolved when the redrive is durable or refused."""

    async def redrive(self, arn: str, token: str | None, edit: Edit | None = None) -> int:
        """Redrive it and return when that was, epoch milliseconds. Durable when this returns.

        Raises:
            ExecutionDoesNotExist: no execution has this ARN.
            ExecutionNotRedrivable: it can't be redriven (now), or the edit fits none of its states.
            EngineDraining: nothing is started any more.
            TooManyExecutions: as many are open as may be.
            CommitFailed: the store could not take it; it stays closed.
        """
        async with self._one_at_a_time(arn):
            summary = await self._find(arn)
            info = stored_info.info_of(summary)
            now_ms = self._clock.now_ms()
            tokens = tuple(each for each in info.redrives.tokens if now_ms - each[1] <= TOKEN_MS)
            for known, at_ms in tokens:
                if known == token:
                    return at_ms
            if info.map_run_arn is not None:
                raise ExecutionNotRedrivable("Execution is a child of a Map Run and is redriven with it")
            reason = await self.refusal(summary)
            if reason is not None:
                raise ExecutionNotRedrivable(reason)
            if token is not None:
                tokens = (*tokens, (token, now_ms))[-TOKENS_KEPT:]
            if not await self._reopen(summary, Redrives(info.redrives.count + 1, now_ms, tokens), edit=edit):
                raise ExecutionDoesNotExist(arn)
            return now_ms

    async def redrive_child(self, arn: str, of_map_run: int, *, from_the_start: bool) -> bool:
        """Let a Map Run's child go on, or run anew; False when it can't. Repeating it does nothing.

        Args:
            of_map_run: which redrive of the Map Run this is.
            from_the_start: for Express children, which are always run as if they were started; AWS doesn't show
                their redrives.

        Raises:
            EngineDraining, CommitFailed: see `redrive`.
        """
        async with self._one_at_a_time(arn):
            summary = await self._find(arn)
            redrives = stored_info.info_of(summary).redrives
            if redrives.of_map_run >= of_map_run:
                return True
            redrivable = summary.status in UNSUCCESSFUL if from_the_start else await self.refusal(summary) is None
            if redrivable:
                count = redrives.count + (0 if from_the_start else 1)
                again = Redrives(count, self._clock.now_ms(), of_map_run=of_map_run)
                return await self._reopen(summary, again, from_the_start=from_the_start)
            return False

    async def refusal(self, summary: ExecutionSummary) -> str | None:
        """Why a Standard execution can't be redriven, in AWS's words; None when it can."""
        history_events = 0
        if summary.status in UNSUCCESSFUL:
            row = decode_row((await self._journal.rows_at(summary.key, [summary.sequence]))[summary.sequence])
            history_events = row.counters.next_event_id - 1
        return refusal(
            summary.status,
            summary.start_ms,
            summary.stop_ms,
            history_events,
            self._clock.now_ms(),
            self._limits.history_events,
        )

    async def _find(self, arn: str) -> ExecutionSummary:
        if self._starting.draining:
            raise EngineDraining("the server is shutting down")
        # What is stored may be ahead of what memory knows to be stored.
        await self._driving.committer.flushed()
        summary = await self._journal.find(arn)
        if summary is None:
            raise ExecutionDoesNotExist(arn)
        return summary

    async def _reopen(
        self, summary: ExecutionSummary, redrives: Redrives, *, from_the_start: bool = False, edit: Edit | None = None
    ) -> bool:
        """Let a closed execution go on; False when it is not kept any more."""
        active = await self._driving.residents.fold(summary.key, closed=True)
        if active is None:
            return False
        edited = None if edit is None else _edited(active.execution, edit)
        # What could go on at the end is the redrive's to go on with.
        active.unfinished = False
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        # A Map Run's children are its concern: only whole executions are counted against the account's quota.
        self._open.opened(summary.arn, refusable=not redrives.of_map_run)
        try:
            self._driving.begin(active, Redrive(redrives, from_the_start, edited), done)
            await done
        except CommitFailed:
            self._open.closed(summary.arn)
            raise
        return True

    @asynccontextmanager
    async def _one_at_a_time(self, arn: str) -> AsyncIterator[None]:
        while arn in self._under_way:
            await asyncio.wait([self._under_way[arn]])
        decided = self._under_way[arn] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            del self._under_way[arn]
            decided.set_result(None)


def _edited(execution: Execution, edit: Edit) -> EditedInput:
    """Which branch an edit is for.

    Raises:
        ExecutionNotRedrivable: none, or more than one.
    """
    again = done_again(execution)
    fitting = [branch for branch in again if edit.state in (None, branch.state)]
    if len(fitting) == 1:
        return EditedInput(fitting[0].id, edit.input)
    states = ", ".join(sorted({branch.state for branch in again}))
    if fitting:
        raise ExecutionNotRedrivable(f"Several states would be given the edited input: {states}")
    raise ExecutionNotRedrivable(f"The edited input is for a state that is not done again; these are: {states}")
