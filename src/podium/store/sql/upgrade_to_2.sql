-- From version 1: executions of one decision keep their row, only open ones are listed by status alone, and closed
-- ones can be forgotten.
ALTER TABLE execution ADD COLUMN row BLOB;
DROP INDEX execution_status;
CREATE INDEX execution_open ON execution (status) WHERE status = 0;
-- Executions that are not kept any more, while rows of their journals are still to be removed.
CREATE TABLE forgotten (
    execution INTEGER PRIMARY KEY
);
