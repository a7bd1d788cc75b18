-- From version 3: how many executions of a state machine run is kept with it.
ALTER TABLE machine ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
UPDATE machine SET open = (SELECT count(*) FROM execution WHERE machine = machine.id AND status = 0);
CREATE TRIGGER execution_opens AFTER INSERT ON execution WHEN new.status = 0 BEGIN
    UPDATE machine SET open = open + 1 WHERE id = new.machine;
END;
CREATE TRIGGER execution_changes AFTER UPDATE OF status ON execution WHEN (old.status = 0) <> (new.status = 0) BEGIN
    UPDATE machine SET open = open + (new.status = 0) - (old.status = 0) WHERE id = new.machine;
END;
