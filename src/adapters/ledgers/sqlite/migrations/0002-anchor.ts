/**
 * `anchor` is the last record that was archived, once there is one. What is up to it may go, and the chain goes on after it.
 */
export const ANCHOR = `
CREATE TABLE anchor (
  sequence INTEGER PRIMARY KEY,
  hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER anchor_only_rises BEFORE INSERT ON anchor
WHEN NEW.sequence <= (SELECT coalesce(max(sequence), 0) FROM anchor)
BEGIN SELECT raise(ABORT, 'the anchor only rises'); END;
CREATE TRIGGER anchor_is_not_changed BEFORE UPDATE ON anchor
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER anchor_is_not_deleted BEFORE DELETE ON anchor
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

DROP TRIGGER record_grows_by_one;
CREATE TRIGGER record_grows_by_one BEFORE INSERT ON record
WHEN NEW.sequence <> coalesce((SELECT max(sequence) FROM record), (SELECT max(sequence) FROM anchor), 0) + 1
BEGIN SELECT raise(ABORT, 'the ledger only grows at its end'); END;
DROP TRIGGER record_is_not_deleted;
CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record
WHEN OLD.sequence > (SELECT coalesce(max(sequence), 0) FROM anchor)
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
DROP TRIGGER document_is_not_deleted;
CREATE TRIGGER document_is_not_deleted BEFORE DELETE ON document
WHEN OLD.sequence > (SELECT coalesce(max(sequence), 0) FROM anchor)
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
`
