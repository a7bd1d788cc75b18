-- From version 1: executions of one decision keep their row, names have a table of their own, only
-- open ones are listed by status alone, and closed ones can be forgotten.
ALTER TABLE execution ADD COLUMN row BLOB;
DROP INDEX execution_status;
CREATE INDEX execution_open ON execution (status) WHERE status = 0;
-- Executions that are not kept any more, while rows of their journals are still to be removed.
CREATE TABLE forgotten (
    execution INTEGER PRIMARY KEY
);
-- Which ARNs are taken, by their digest: those of executions up to the mark. Later ones are read into memory.
CREATE TABLE name (
    digest    BLOB    PRIMARY KEY,
    execution INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE name_mark (
    id        INTEGER PRIMARY KEY CHECK (id = 0),
    execution INTEGER NOT NULL
);
INSERT INTO name SELECT arn_digest, key FROM execution ORDER BY arn_digest;
INSERT INTO name_mark SELECT 0, coalesce(max(key), 0) FROM execution;
DROP INDEX execution_arn;
