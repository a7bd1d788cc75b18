"""Activities: tasks that wait for a worker, and workers that wait for a task.

    ActivityScheduled is durable -> offer -> [per activity: executions in turn, each one's tasks in order]
      -> a poller takes it -> ActivityStarted is durable -> the poller gets token and input

Only who waits is in memory: the journal holds the tasks, and recovery offers them again. An execution whose tasks
wait for workers needs not be in memory itself.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct

from podium.engine.clock import Clock
from podium.engine.errors import TooManyWorkers

POLL_MS: Final = 60_000
"""How long a poll waits for a task:
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html"""

WORKERS_MAX: Final = 1_000
"""Polls of one activity that may wait at once; AWS's quota."""


class Offer(Struct, frozen=True):
    """A task that waits for a worker."""

    key: int
    branch_id: int
    scheduled_id: int


class ActivityTask(Struct, frozen=True):
    """What a worker gets. `input` is JSON text."""

    token: str
    input: str


Take = Callable[[Offer, str | None], Awaitable[ActivityTask | None]]
"""Make it durable that the worker of that name has the task; None when the task is over."""


Poller = asyncio.Future[Offer | None]


def _send_away(poller: Poller) -> None:
    if not poller.done():
        poller.set_result(None)


class _Queue:
    """One activity: tasks by execution, the execution whose turn it is first; pollers in the order they came."""

    __slots__ = ("executions", "pollers")

    def __init__(self) -> None:
        self.executions: OrderedDict[int, deque[Offer]] = OrderedDict()
        self.pollers: deque[Poller] = deque()

    def add(self, offer: Offer) -> None:
        while self.pollers:
            poller = self.pollers.popleft()
            if not poller.done():
                poller.set_result(offer)
                return
        self.executions.setdefault(offer.key, deque()).append(offer)

    def next(self) -> Offer | None:
        """Take the next task; its execution goes to the end of the line."""
        if not self.executions:
            return None
        key, offers = self.executions.popitem(last=False)
        offer = offers.popleft()
        if offers:
            self.executions[key] = offers
        return offer

    def withdraw(self, key: int, scheduled_id: int) -> Offer | None:
        offers = self.executions.get(key, ())
        found = next((offer for offer in offers if offer.scheduled_id == scheduled_id), None)
        if found is not None:
            left = deque(offer for offer in offers if offer is not found)
            if left:
                self.executions[key] = left
            else:
                del self.executions[key]
        return found

    @property
    def empty(self) -> bool:
        return not self.executions and not self.pollers


class Activities:
    """Brings offered tasks and polling workers together."""

    def __init__(self, clock: Clock, take: Take) -> None:
        self._clock = clock
        self._take = take
        self._queues: dict[str, _Queue] = {}
        self._closed = False

    def offer(self, activity_arn: str, offer: Offer) -> None:
        """A task was scheduled, or found waiting at start-up."""
        self._queue(activity_arn).add(offer)

    def withdraw(self, activity_arn: str, key: int, scheduled_id: int) -> None:
        """The task is over before a worker took it."""
        queue = self._queues.get(activity_arn)
        if queue is not None:
            queue.withdraw(key, scheduled_id)
            self._tidy(activity_arn, queue)

    async def claim(self, activity_arn: str, key: int, scheduled_id: int, worker: str) -> ActivityTask | None:
        """Give one certain task to a worker, past the line; None when nobody offers it (any more)."""
        queue = self._queues.get(activity_arn)
        offer = queue.withdraw(key, scheduled_id) if queue is not None else None
        if queue is not None:
            self._tidy(activity_arn, queue)
        return None if offer is None else await self._take(offer, worker)

    async def poll(self, activity_arn: str, worker: str | None, connected: Callable[[], bool]) -> ActivityTask | None:
        """The next task of an activity; None when none came in time.

        Args:
            connected: whether the worker still listens; a task is not given to one who has gone.

        Raises:
            TooManyWorkers: as many as may are waiting.
        """
        until_ms = self._clock.now_ms() + POLL_MS
        while (offer := await self._next(activity_arn, until_ms)) is not None:
            if self._closed or not connected():
                # Nobody would hear of it: the next one in line gets it, or the next start offers it again.
                self.offer(activity_arn, offer)
                return None
            task = await self._take(offer, worker)
            if task is not None:
                return task
        return None

    def close(self) -> None:
        """Send all pollers away; nobody waits from now on."""
        self._closed = True
        for queue in list(self._queues.values()):
            for poller in queue.pollers:
                _send_away(poller)
            queue.pollers.clear()

    async def _next(self, activity_arn: str, until_ms: int) -> Offer | None:
        queue = self._queue(activity_arn)
        offer = queue.next()
        if offer is not None or self._closed or self._clock.now_ms() >= until_ms:
            self._tidy(activity_arn, queue)
            return offer
        if len(queue.pollers) >= WORKERS_MAX:
            raise TooManyWorkers(activity_arn)
        poller: Poller = asyncio.get_running_loop().create_future()
        queue.pollers.append(poller)
        timer = self._clock.call_at(until_ms, lambda: _send_away(poller))
        try:
            return await poller
        finally:
            timer.cancel()
            if poller in queue.pollers:
                queue.pollers.remove(poller)
            self._tidy(activity_arn, queue)

    def _queue(self, activity_arn: str) -> _Queue:
        return self._queues.setdefault(activity_arn, _Queue())

    def _tidy(self, activity_arn: str, queue: _Queue) -> None:
        if queue.empty and self._queues.get(activity_arn) is queue:
            del self._queues[activity_arn]
