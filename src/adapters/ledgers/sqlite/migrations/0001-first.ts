/**
 * `record` is the journal; `document` points at the newest record of each key and carries what queries look for, so
 * that a document is stored once. `subject` is a release's Rollout or a revert's repository; `since` is when the
 * thing began, epoch ms.
 */
export const FIRST = `
CREATE TABLE record (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  event TEXT NOT NULL,
  document TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX record_by_key ON record (kind, key, sequence);

CREATE TRIGGER record_grows_by_one BEFORE INSERT ON record
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)
BEGIN SELECT raise(ABORT, 'the ledger only grows at its end'); END;
CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER record_is_not_deleted BEFORE DELETE ON record
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

CREATE TABLE document (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  first_sequence INTEGER NOT NULL,
  sequence INTEGER NOT NULL REFERENCES record (sequence),
  subject TEXT,
  open INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_by_subject ON document (kind, subject, since, first_sequence);
CREATE INDEX document_by_open ON document (kind, open, since, first_sequence);
CREATE INDEX document_by_since ON document (kind, since, first_sequence);
CREATE TRIGGER document_is_not_deleted BEFORE DELETE ON document
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

CREATE TABLE inbox (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  done_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_pending ON inbox (received_at) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (received_at) WHERE done_at IS NOT NULL;
`
