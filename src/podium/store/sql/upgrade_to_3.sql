-- From version 2: what executions started alike have in common is stored once, their names' digests only in the index of
-- names, merging names goes on where it stopped, and rows are compressed.
CREATE TABLE family (
    id         INTEGER PRIMARY KEY,
    machine    INTEGER NOT NULL,  -- machine.id
    arn_prefix TEXT    NOT NULL,  -- an execution's ARN up to its name
    common     BLOB    NOT NULL,
    UNIQUE (machine, arn_prefix, common)
);
-- The ARN ends with the name, or else the family has no prefix and the execution keeps it whole.
INSERT INTO family (machine, arn_prefix, common)
    SELECT DISTINCT machine, iif(substr(arn, -length(name)) = name, substr(arn, 1, length(arn) - length(name)), ''), x''
    FROM execution;
ALTER TABLE execution RENAME TO older;
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
INSERT INTO execution
    SELECT o.key, o.name, iif(f.arn_prefix = '', o.arn, NULL), f.id, o.machine, o.shard, o.status, o.start_ms, o.stop_ms,
        o.sequence, o.wake_at_ms, o.resumable, o.meta, NULL, o.row
    FROM older o JOIN family f ON f.machine = o.machine
        AND f.arn_prefix = iif(substr(o.arn, -length(o.name)) = o.name, substr(o.arn, 1, length(o.arn) - length(o.name)), '')
    ORDER BY o.key;
DROP TABLE older;
CREATE INDEX execution_machine ON execution (machine, status);
CREATE INDEX execution_open ON execution (status) WHERE status = 0;
CREATE INDEX execution_wake ON execution (wake_at_ms) WHERE status = 0 AND wake_at_ms IS NOT NULL;
CREATE INDEX execution_resumable ON execution (resumable) WHERE status = 0 AND resumable = 1;
ALTER TABLE name_mark ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE name_mark ADD COLUMN buckets_done INTEGER NOT NULL DEFAULT 1024;
UPDATE name_mark SET generation = execution;
ALTER TABLE journal ADD COLUMN packing INTEGER;
ALTER TABLE snapshot ADD COLUMN packing INTEGER;
CREATE TABLE dictionary (
    id       INTEGER PRIMARY KEY,
    likeness TEXT    NOT NULL UNIQUE,
    data     BLOB    NOT NULL
);
