"""Every SQL statement of the SQLite adapter, by name.

Constant texts, so that the driver finds each one prepared. Where a partial index must be chosen its condition
is repeated literally, for the planner cannot prove anything about a parameter, and the index is named.
"""

from typing import Final

STATUSES: Final = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
"""AWS's ExecutionStatus by the code `execution.status` holds."""

LAST_KEY: Final = "SELECT coalesce(max(key), 0) FROM execution"

# Fencing.
CLAIM: Final = (
    "INSERT INTO shard (shard, epoch) VALUES (?, 1) ON CONFLICT (shard) DO UPDATE SET epoch = epoch + 1 RETURNING epoch"
)
EPOCH: Final = "SELECT epoch FROM shard WHERE shard = ?"

# A batch. What was refused shows in the number of rows changed, not as an error, so the others can be stored.
MACHINE_ID: Final = "SELECT id FROM machine WHERE arn = ?"
ADD_MACHINE: Final = "INSERT INTO machine (arn) VALUES (?) RETURNING id"
FAMILY_ID: Final = "SELECT id FROM family WHERE machine = ? AND arn_prefix = ? AND common = ?"
ADD_FAMILY: Final = "INSERT INTO family (machine, arn_prefix, common) VALUES (?, ?, ?) RETURNING id"
CREATE_EXECUTION: Final = (
    "INSERT INTO execution (key, name, arn, family, machine, shard, status, start_ms, stop_ms, sequence,"
    " wake_at_ms, resumable, meta, packing, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
# What a summary says when it changes. The first is for rows that leave the execution open: not naming the status
# spares the listing index, a part of the statement's cost.
UPDATE_OPEN: Final = "UPDATE execution SET sequence = ?, wake_at_ms = ?, resumable = ? WHERE key = ?"
UPDATE_EXECUTION: Final = (
    "UPDATE execution SET status = ?, stop_ms = ?, sequence = ?, wake_at_ms = ?, resumable = ? WHERE key = ?"
)
# Rows that change nothing in the summary leave it alone: how far an open execution has come, its journal says.
_SEQUENCE: Final = (
    "CASE e.status WHEN 0 THEN coalesce((SELECT max(sequence) FROM journal WHERE execution = e.key), e.sequence)"
    " ELSE e.sequence END"
)
HEAD: Final = f"SELECT {_SEQUENCE}, e.status, e.wake_at_ms, e.resumable FROM execution e WHERE e.key = ?"
APPEND_ROW: Final = "INSERT INTO journal (execution, sequence, epoch, packing, row) VALUES (?, ?, ?, ?, ?)"
PUT_SNAPSHOT: Final = (
    "INSERT INTO snapshot (execution, sequence, packing, data) VALUES (?, ?, ?, ?) ON CONFLICT (execution)"
    " DO UPDATE SET sequence = excluded.sequence, packing = excluded.packing, data = excluded.data"
)
SET_META: Final = "UPDATE execution SET meta = ? WHERE key = ?"
SET_WAKE: Final = "UPDATE execution SET wake_at_ms = ? WHERE key = ?"

# Dictionaries rows are compressed with; see sqlite_packing.
DICTIONARY_OF: Final = "SELECT id, data FROM dictionary WHERE likeness = ?"
DICTIONARY: Final = "SELECT data FROM dictionary WHERE id = ?"
ADD_DICTIONARY: Final = "INSERT INTO dictionary (likeness, data) VALUES (?, ?) ON CONFLICT DO NOTHING"

# The archive; see sqlite_archive. Rows of one execution are all there or all in the journal.
JOURNAL_AFTER: Final = "SELECT min(execution) FROM journal WHERE execution > ?"
WHOLE_JOURNAL_OF_CLOSED: Final = "SELECT sequence FROM execution WHERE key = ? AND status <> 0 AND row IS NULL"
JOURNAL_SIZE: Final = "SELECT count(*), sum(length(row)) FROM journal WHERE execution = ?"
PUT_ARCHIVE: Final = "INSERT INTO archive (execution, packing, data) VALUES (?, ?, ?)"
ARCHIVE: Final = "SELECT packing, data FROM archive WHERE execution = ?"
REMOVE_ARCHIVE: Final = "DELETE FROM archive WHERE execution = ?"
REMOVE_JOURNAL: Final = "DELETE FROM journal WHERE execution = ?"

# Names; see sqlite_names.
NAMES_MARK: Final = "SELECT execution, generation, buckets_done FROM name_mark WHERE id = 0"
SET_NAMES_MARK: Final = "UPDATE name_mark SET execution = ?, generation = ?, buckets_done = ? WHERE id = 0"
NAMES_AFTER: Final = (
    "SELECT coalesce(e.arn, f.arn_prefix || e.name), e.key FROM execution e JOIN family f ON f.id = e.family"
    " WHERE e.key > ?"
)
NAME: Final = "SELECT execution FROM name WHERE digest = ?"
PUT_NAME: Final = "INSERT OR REPLACE INTO name (digest, execution) VALUES (?, ?)"
FORGET_NAME: Final = "DELETE FROM name WHERE digest = ? AND execution = ?"

# Reading one execution.
_SUMMARY: Final = (
    "SELECT e.key, coalesce(e.arn, f.arn_prefix || e.name), m.arn, e.name, e.status, e.start_ms, e.stop_ms,"
    f" {_SEQUENCE}, e.wake_at_ms, e.resumable, f.common, e.meta"
    " FROM execution e JOIN machine m ON m.id = e.machine JOIN family f ON f.id = e.family"
)
SUMMARY: Final = f"{_SUMMARY} WHERE e.key = ?"
SNAPSHOT: Final = "SELECT sequence, packing, data FROM snapshot WHERE execution = ?"
ROWS_UP_TO: Final = (
    "SELECT packing, row FROM journal WHERE execution = ? AND sequence > ? AND sequence <= ? ORDER BY sequence"
)
ROWS: Final = (
    "SELECT sequence, packing, row FROM journal WHERE execution = ? AND sequence > ? AND sequence < ?"
    " ORDER BY sequence LIMIT ?"
)
ROWS_DESCENDING: Final = (
    "SELECT sequence, packing, row FROM journal WHERE execution = ? AND sequence > ? AND sequence < ?"
    " ORDER BY sequence DESC LIMIT ?"
)
# Kept with its execution when the execution began and ended with it; the journal has the rows that followed.
FIRST_ROW: Final = "SELECT packing, row FROM execution WHERE key = ? AND row IS NOT NULL"
ROW: Final = "SELECT packing, row FROM journal WHERE execution = ? AND sequence = ?"

# Listing, newest first; parameters :machine, :status, :before, :limit.
_PAGE: Final = " AND e.key < :before ORDER BY e.key DESC LIMIT :limit"
LIST_ALL: Final = f"{_SUMMARY} WHERE true{_PAGE}"
LIST_OPEN: Final = (
    f"{_SUMMARY.replace('execution e', 'execution e INDEXED BY execution_open')} WHERE e.status = 0{_PAGE}"
)
LIST_BY_MACHINE_AND_STATUS: Final = f"{_SUMMARY} WHERE e.machine = :machine AND e.status = :status{_PAGE}"
# One walk of the index per status, merged: reads only about `limit` entries of each.
LIST_BY_MACHINE: Final = (
    f"{_SUMMARY} WHERE e.key IN (SELECT key FROM ("
    + " UNION ALL ".join(
        f"SELECT key FROM execution WHERE machine = :machine AND status = {code} AND key < :before"
        for code in range(len(STATUSES))
    )
    + " ORDER BY key DESC LIMIT :limit)) ORDER BY e.key DESC"
)
COUNT_OPEN: Final = "SELECT coalesce(sum(open), 0) FROM machine"
COUNT_OPEN_BY_MACHINE: Final = "SELECT coalesce(sum(open), 0) FROM machine WHERE arn = ?"
OPEN_BY_MACHINE: Final = "SELECT arn, open FROM machine WHERE open > 0"

# What to wake and what to resume.
DUE: Final = (
    "SELECT wake_at_ms, key FROM execution INDEXED BY execution_wake"
    " WHERE status = 0 AND wake_at_ms <= ? ORDER BY wake_at_ms, key LIMIT ?"
)
# Everything a restart takes up, read in bulk: families are looked up apart, and sequences follow from the rows.
_RESUMABLE: Final = "e INDEXED BY execution_resumable"
_IS_RESUMABLE: Final = "e.status = 0 AND e.resumable = 1 AND e.key > ?"
RESUMABLE: Final = (
    "SELECT e.key, e.family, e.arn, e.name, e.start_ms, e.wake_at_ms, e.meta, e.packing, e.row"
    f" FROM execution {_RESUMABLE} WHERE {_IS_RESUMABLE} ORDER BY e.key LIMIT ?"
)
FAMILY: Final = "SELECT f.arn_prefix, m.arn, f.common FROM family f JOIN machine m ON m.id = f.machine WHERE f.id = ?"
RESUMABLE_SNAPSHOTS: Final = (
    f"SELECT e.key, s.sequence, s.packing, s.data FROM execution {_RESUMABLE}"
    f" CROSS JOIN snapshot s ON s.execution = e.key WHERE {_IS_RESUMABLE} AND e.key <= ?"
)
RESUMABLE_ROWS: Final = (
    f"SELECT e.key, j.packing, j.row FROM execution {_RESUMABLE} LEFT JOIN snapshot s ON s.execution = e.key"
    " CROSS JOIN journal j ON j.execution = e.key AND j.sequence > coalesce(s.sequence, 0)"
    f" WHERE {_IS_RESUMABLE} AND e.key <= ? ORDER BY e.key, j.sequence"
)

# Forgetting. The newest execution stays: the next key follows its key.
STARTED_AFTER: Final = f"{_SUMMARY} WHERE e.key > ? AND e.key < (SELECT max(key) FROM execution) ORDER BY e.key LIMIT ?"
FORGET: Final = (
    "DELETE FROM execution WHERE key = ? AND status <> 0 AND key < (SELECT max(key) FROM execution)"
    " RETURNING coalesce(arn, (SELECT arn_prefix FROM family WHERE id = family) || name), machine,"
    " row IS NULL OR sequence > 1"
)
FORGET_SNAPSHOT: Final = "DELETE FROM snapshot WHERE execution = ?"
LEAVE_ROWS: Final = (
    "INSERT INTO forgotten (execution) SELECT ?1 WHERE EXISTS (SELECT 1 FROM journal WHERE execution = ?1)"
)
FORGOTTEN: Final = "SELECT execution FROM forgotten WHERE execution > 0 ORDER BY execution LIMIT 1"
REMOVE_ROWS: Final = (
    "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE execution = ? ORDER BY sequence LIMIT ?)"
)
# Of a state machine or Map Run without executions nothing need be known.
FORGET_FAMILIES: Final = (
    "DELETE FROM family WHERE machine = ?1 AND NOT EXISTS (SELECT 1 FROM execution WHERE machine = ?1)"
)
FORGET_MACHINE: Final = "DELETE FROM machine WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM execution WHERE machine = ?1)"
ROWS_ARE_GONE: Final = "DELETE FROM forgotten WHERE execution = ?"

# The catalogue.
GET_RECORD: Final = "SELECT key, version, data FROM record WHERE kind = ? AND key = ?"
RECORD_VERSION: Final = "SELECT version FROM record WHERE kind = ? AND key = ?"
PUT_RECORD: Final = (
    "INSERT INTO record (kind, key, version, data) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, data = excluded.data"
)
DELETE_RECORD: Final = "DELETE FROM record WHERE kind = ? AND key = ?"
COUNT_RECORDS: Final = "SELECT count(*) FROM record WHERE kind = ? AND key >= ? AND key < ?"
LIST_RECORDS: Final = (
    "SELECT key, version, data FROM record WHERE kind = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?"
)
