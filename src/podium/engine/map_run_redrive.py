"""What a redriven Map Run runs again: the children of earlier attempts that did not succeed.

    begin    the record notes the redrive and the children there are so far
    survey   how those stand is counted from their summaries, at the start and after a crash alike
    next     they are handed out a page at a time, so that a million failures cost a page of memory

A child carries the number of the redrive that ran it again, so none is run again twice.
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html#redrive-child-workflow-behavior
"""

from collections.abc import AsyncIterator

from podium.core.machine.redrive import UNSUCCESSFUL
from podium.engine import stored_info
from podium.engine.map_run_children import children_of
from podium.engine.map_run_progress import Child, Progress
from podium.store.contract import ExecutionSummary, Journal
from podium.store.map_runs import RUNNING, MapRunRecord, Tally


def begin(record: MapRunRecord, redrive_count: int, now_ms: int) -> None:
    """Note on the record of a run that has ended that it goes on."""
    record.redrive_count, record.redrive_ms = redrive_count, now_ms
    record.redriven_below, record.redriven_items = record.settled, record.settled_items
    record.settled_tally = Tally()
    record.not_redrivable = (0, 0)
    record.status, record.stop_ms, record.error, record.cause = RUNNING, None, None, None
    record.results_written = False


class Redriven:
    """The children of one redriven run that earlier attempts left behind."""

    def __init__(self, journal: Journal, progress: Progress) -> None:
        self._journal = journal
        self._progress = progress
        self._record = progress.record
        self._waiting = self._all_waiting()
        self.surveyed = progress.record.redrive_count == 0
        self.done = self.surveyed

    async def survey(self) -> None:
        """Count how the children of earlier attempts stand."""
        progress, record = self._progress, self._record
        # Those that run come first: one that ends meanwhile is told of, and is not to be counted as ended as well.
        async for summary, child in self._all(RUNNING):
            progress.running[summary.arn] = child
        listed = dict(progress.running)
        left = Tally({}, {})
        for status in sorted(UNSUCCESSFUL):
            async for summary, child in self._all(status):
                if summary.arn not in listed:
                    (progress.pending if self._waits(summary) else left).add(status, child.items)
        executions = progress.pending.total[0] + left.total[0] + len(listed)
        items = progress.pending.total[1] + left.total[1] + sum(child.items for child in listed.values())
        record.tally.join(left)
        record.tally.add("SUCCEEDED", record.redriven_items - items, record.redriven_below - executions)
        self.surveyed = True

    async def next(self) -> str | None:
        """The ARN of a child to run again, now counted as running; None when there is no other."""
        found = await anext(self._waiting, None)
        if found is None:
            self.done = True
            return None
        summary, child = found
        self._progress.pending.add(summary.status, -child.items, -1)
        self._progress.running[summary.arn] = child
        return summary.arn

    async def _all_waiting(self) -> AsyncIterator[tuple[ExecutionSummary, Child]]:
        """The children of earlier attempts that this redrive has not come to."""
        for status in sorted(UNSUCCESSFUL):
            async for summary, child in self._all(status):
                if self._waits(summary):
                    yield summary, child

    def _waits(self, summary: ExecutionSummary) -> bool:
        return stored_info.info_of(summary).redrives.of_map_run < self._record.redrive_count

    async def _all(self, status: str) -> AsyncIterator[tuple[ExecutionSummary, Child]]:
        """The children of earlier attempts in a status."""
        async for summary in children_of(self._journal, self._record.arn, status):
            child = self._child(summary)
            if child is not None:
                yield summary, child

    def _child(self, summary: ExecutionSummary) -> Child | None:
        """The child, if it is of an earlier attempt."""
        info = stored_info.info_of(summary)
        position = info.position or 0
        return Child(position, info.item_count or 0) if position < self._record.redriven_below else None
