-- From version 4: rows of closed executions are packed together.
CREATE TABLE archive (
    execution INTEGER PRIMARY KEY,
    packing   INTEGER,           -- as in journal
    data      BLOB    NOT NULL   -- its rows in order, a msgpack array
);
