"""Short ways to write executions in the store's tests."""

from podium.store.contract import Append, NewExecution

MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:orders"
OTHER_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:returns"


def arn_of(name: str, machine: str = MACHINE) -> str:
    return f"{machine.replace('stateMachine', 'execution')}:{name}"


def start(
    key, name=None, *, machine=MACHINE, status="RUNNING", wake_at_ms=None, resumable=False, snapshot=None, row=None
):
    """An execution's first row; its name is its key's unless given."""
    name = name or f"e{key}"
    new = NewExecution(arn_of(name, machine), machine, name, 1_000 + key, b"meta of " + name.encode(), b"common")
    row = row if row is not None else f"{key}:1".encode()
    stop_ms = None if status == "RUNNING" else 2_000 + key
    return Append(key, 1, row, status, wake_at_ms, resumable, stop_ms, new, snapshot)


def more(key, sequence, *, status="RUNNING", wake_at_ms=None, resumable=False, snapshot=None):
    """A later row of an execution."""
    stop_ms = None if status == "RUNNING" else 2_000 + key
    return Append(
        key, sequence, f"{key}:{sequence}".encode(), status, wake_at_ms, resumable, stop_ms, snapshot=snapshot
    )


class Writing:
    """Commits to shard 0 under one epoch."""

    def __init__(self, store, epoch):
        self.store = store
        self.epoch = epoch

    async def __call__(self, *writes):
        """The keys that were refused."""
        return await self.store.commit(0, self.epoch, writes)

    async def started(self, **options) -> int:
        """A new execution's key, its first row committed."""
        key = self.store.next_key()
        assert await self(start(key, **options)) == set()
        return key

    async def with_rows(self, count, **options) -> int:
        """A new execution's key, `count` rows committed."""
        key = await self.started(**options)
        assert await self(*(more(key, sequence) for sequence in range(2, count + 1))) == set()
        return key
