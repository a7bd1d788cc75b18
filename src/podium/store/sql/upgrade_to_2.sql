-- From version 1: executions of one decision keep their row, and only open ones are listed by status alone.
ALTER TABLE execution ADD COLUMN row BLOB;
DROP INDEX execution_status;
CREATE INDEX execution_open ON execution (status) WHERE status = 0;
