"""Whatever is done to both, the SQLite store answers as the memory store does, also after it was reopened."""

import asyncio
import tempfile

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from store_writes import MACHINE, OTHER_MACHINE, arn_of, more, start

from podium.store.contract import Conflict, Fenced, Wake
from podium.store.memory import MemoryStore
from podium.store.sqlite import SqliteStore

KEYS = st.integers(1, 5)
SEQUENCES = st.integers(0, 5)
TIMES = st.none() | st.integers(0, 9)
STATUSES = st.sampled_from(["RUNNING", "SUCCEEDED", "FAILED"])
MACHINES = st.sampled_from([MACHINE, OTHER_MACHINE])
SNAPSHOTS = st.none() | st.binary(max_size=2)
OPTIONS = {"status": STATUSES, "wake_at_ms": TIMES, "resumable": st.booleans(), "snapshot": SNAPSHOTS}
STARTS = st.builds(start, KEYS, st.sampled_from("abcde"), machine=MACHINES, **OPTIONS)
NEXT = st.tuples(KEYS, st.fixed_dictionaries(OPTIONS))
WRITES = st.lists(
    st.one_of(
        STARTS,
        NEXT,
        NEXT,
        st.builds(more, KEYS, SEQUENCES, **OPTIONS),
        st.builds(Wake, KEYS, TIMES),
    ),
    max_size=6,
)
TEXTS = st.text("ab/é\U0010ffff", max_size=2)
VERSIONS = st.none() | st.integers(0, 3)


async def outcome(call):
    try:
        return await call
    except (Conflict, Fenced) as error:
        return type(error)


class StoresAgree(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.directory = tempfile.TemporaryDirectory()
        self.memory = MemoryStore()
        self.sqlite = SqliteStore(self.directory.name)
        self.epoch = 0
        self.sequences: dict[int, int] = {}

    def both(self, call):
        async def ask():
            return await outcome(call(self.memory)), await outcome(call(self.sqlite))

        expected, got = self.runner.run(ask())
        assert got == expected
        return expected

    @rule()
    def claim(self):
        self.epoch = self.both(lambda store: store.claim(0))

    @rule(drawn=WRITES, epochs_ago=st.sampled_from([0, 0, 0, 0, 1]))
    def commit(self, drawn, epochs_ago):
        sequences = dict(self.sequences)
        writes = []
        for write in drawn:
            if isinstance(write, tuple):
                key, options = write
                write = more(key, sequences.get(key, 0) + 1, **options)
            if isinstance(write, type(start(1))):
                sequences[write.key] = write.sequence
            writes.append(write)
        refused = self.both(lambda store: store.commit(0, self.epoch - epochs_ago, writes))
        if refused is not Fenced:
            self.sequences |= {key: sequence for key, sequence in sequences.items() if key not in refused}

    @rule(kind=st.sampled_from("kl"), key=TEXTS, data=st.binary(max_size=2), version=VERSIONS)
    def put(self, kind, key, data, version):
        self.both(lambda store: store.put(kind, key, data, expected_version=version))

    @rule(kind=st.sampled_from("kl"), key=TEXTS, version=VERSIONS)
    def delete(self, kind, key, version):
        self.both(lambda store: store.delete(kind, key, expected_version=version))

    @rule(prefix=TEXTS, after=TEXTS, limit=st.integers(0, 4))
    def list_records(self, prefix, after, limit):
        self.both(lambda store: store.list("k", prefix=prefix, after=after, limit=limit))

    @rule(
        key=KEYS,
        after=st.integers(0, 5),
        before=st.none() | st.integers(0, 6),
        limit=st.integers(0, 4),
        descending=st.booleans(),
    )
    def rows(self, key, after, before, limit, descending):
        self.both(lambda store: store.rows(key, after=after, before=before, limit=limit, descending=descending))
        self.both(lambda store: store.rows_at(key, [after, limit]))

    @rule(machine=st.none() | MACHINES, status=st.none() | STATUSES, before=st.none() | KEYS, limit=st.integers(0, 4))
    def list_executions(self, machine, status, before, limit):
        self.both(
            lambda store: store.list_executions(
                state_machine_arn=machine,
                status=status if machine or status == "RUNNING" else None,
                before_key=before,
                limit=limit,
            )
        )
        self.both(lambda store: store.count_open(machine))

    @rule(until_ms=st.integers(0, 9), after_key=KEYS, limit=st.integers(0, 4))
    def wanted(self, until_ms, after_key, limit):
        self.both(lambda store: store.due(until_ms, limit))
        self.both(lambda store: store.resumable(after_key, limit))

    @rule(after_key=st.integers(0, 3), limit=st.integers(1, 6), epochs_ago=st.sampled_from([0, 0, 0, 1]))
    def compact(self, after_key, limit, epochs_ago):
        async def ask():
            for store in (self.memory, self.sqlite):
                answer = await outcome(store.compact(0, self.epoch - epochs_ago, after_key, limit))
                fenced.append(answer is Fenced)

        fenced = []
        self.runner.run(ask())
        assert fenced[0] == fenced[1]

    @rule(name=st.sampled_from("abcde"), machine=MACHINES)
    def find(self, name, machine):
        self.both(lambda store: store.find(arn_of(name, machine)))

    @rule()
    def reopen(self):
        self.runner.run(self.sqlite.close())
        self.sqlite = SqliteStore(self.directory.name)

    @invariant()
    def every_execution_is_the_same(self):
        for key in self.sequences:
            self.both(lambda store, key=key: store.load(key))

    def teardown(self):
        self.runner.run(self.sqlite.close())
        self.runner.close()
        self.directory.cleanup()


StoresAgree.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStoresAgree = StoresAgree.TestCase
