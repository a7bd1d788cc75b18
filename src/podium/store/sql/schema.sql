-- The data file's tables. Version in PRAGMA user_version; see docs/decisions/0003-sqlite-journal.md for the layout.

-- Who may write: raised by every claim; a batch made under an older epoch is refused.
CREATE TABLE shard (
    shard INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL
);

-- State machine ARNs, stored once, so that an execution names its own with a small integer.
CREATE TABLE machine (
    id   INTEGER PRIMARY KEY,
    arn  TEXT    NOT NULL UNIQUE,
    open INTEGER NOT NULL DEFAULT 0  -- how many of its executions are RUNNING; triggers keep it
);

-- What executions started alike say alike, stored once.
CREATE TABLE family (
    id         INTEGER PRIMARY KEY,
    machine    INTEGER NOT NULL,  -- machine.id
    arn_prefix TEXT    NOT NULL,  -- an execution's ARN up to its name
    common     BLOB    NOT NULL,
    UNIQUE (machine, arn_prefix, common)
);

-- One row per execution: what lists show, and how far its journal has come.
CREATE TABLE execution (
    key        INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    arn        TEXT,              -- null for the family's prefix and the name
    family     INTEGER NOT NULL,  -- family.id
    machine    INTEGER NOT NULL,  -- machine.id, the family's
    shard      INTEGER NOT NULL,
    status     INTEGER NOT NULL,  -- 0 RUNNING, 1 SUCCEEDED, 2 FAILED, 3 TIMED_OUT, 4 ABORTED, 5 PENDING_REDRIVE
    start_ms   INTEGER NOT NULL,
    stop_ms    INTEGER,
    sequence   INTEGER NOT NULL,
    wake_at_ms INTEGER,
    resumable  INTEGER NOT NULL,
    meta       BLOB    NOT NULL,
    packing    INTEGER,           -- of row, as in journal
    row        BLOB               -- the first journal row, of an execution that began and ended with it
);
CREATE TRIGGER execution_opens AFTER INSERT ON execution WHEN new.status = 0 BEGIN
    UPDATE machine SET open = open + 1 WHERE id = new.machine;
END;
CREATE TRIGGER execution_changes AFTER UPDATE OF status ON execution WHEN (old.status = 0) <> (new.status = 0) BEGIN
    UPDATE machine SET open = open + (new.status = 0) - (old.status = 0) WHERE id = new.machine;
END;
-- Listing. Every index entry ends with the key, so each (machine, status) is in start order.
CREATE INDEX execution_machine ON execution (machine, status);
-- Only open executions are in these: closed ones cost nothing here.
CREATE INDEX execution_open ON execution (status) WHERE status = 0;
CREATE INDEX execution_wake ON execution (wake_at_ms) WHERE status = 0 AND wake_at_ms IS NOT NULL;
CREATE INDEX execution_resumable ON execution (resumable) WHERE status = 0 AND resumable = 1;

-- Which ARNs are taken, by their digest. Names of executions up to the mark are all here, and of those up to
-- the generation the ones in the first buckets; see sqlite_names.
CREATE TABLE name (
    digest    BLOB    PRIMARY KEY,  -- BLAKE2b-128 of the ARN
    execution INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE name_mark (
    id           INTEGER PRIMARY KEY CHECK (id = 0),
    execution    INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    buckets_done INTEGER NOT NULL
);
INSERT INTO name_mark VALUES (0, 0, 0, 1024);

-- One row per decision, but for those kept with their execution, in the order of arrival: a batch fills neighbouring pages whatever executions it is of.
CREATE TABLE journal (
    id        INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL,
    sequence  INTEGER NOT NULL,
    epoch     INTEGER NOT NULL,
    packing   INTEGER,           -- null: not compressed; 0: compressed alone; else with this dictionary.id
    row       BLOB    NOT NULL
);
CREATE UNIQUE INDEX journal_sequence ON journal (execution, sequence);

-- What closed executions left, in place of their rows in the journal: all of one in a single frame.
CREATE TABLE archive (
    execution INTEGER PRIMARY KEY,
    packing   INTEGER,           -- as in journal
    data      BLOB    NOT NULL   -- its rows in order, a msgpack array
);

-- The newest snapshot of an execution, apart from its summary, which every decision rewrites.
CREATE TABLE snapshot (
    execution INTEGER PRIMARY KEY,
    sequence  INTEGER NOT NULL,
    packing   INTEGER,           -- as in journal
    data      BLOB    NOT NULL
);

-- What rows that resemble each other are compressed with. Never changed: rows need the very bytes.
CREATE TABLE dictionary (
    id       INTEGER PRIMARY KEY,
    likeness TEXT    NOT NULL UNIQUE,
    data     BLOB    NOT NULL
);

-- Executions that are not kept any more, while rows of their journals are still to be removed.
CREATE TABLE forgotten (
    execution INTEGER PRIMARY KEY
);

-- The catalogue.
CREATE TABLE record (
    kind    TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    version INTEGER NOT NULL,
    data    BLOB    NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
