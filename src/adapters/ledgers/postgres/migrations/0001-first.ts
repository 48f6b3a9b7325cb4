/**
 * `record` is the journal; `document` points at the newest record of each key and carries what queries look for, as in SQLite. `leader`
 * says who may write, by a number that only rises; `anchor` holds the record that an imported chain goes on after, so it is there before
 * any record or never. Text is compared by its bytes, whatever the language of the database.
 */
export const FIRST = `
CREATE TABLE kedge.record (
  sequence bigint PRIMARY KEY CHECK (sequence > 0),
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  event text NOT NULL,
  document text NOT NULL,
  hash text NOT NULL
);
CREATE INDEX record_by_key ON kedge.record (kind, key, sequence);

CREATE TABLE kedge.anchor (
  sequence bigint PRIMARY KEY,
  hash text NOT NULL
);

CREATE FUNCTION kedge.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER record_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON kedge.record
FOR EACH STATEMENT EXECUTE FUNCTION kedge.refuse();
CREATE TRIGGER anchor_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON kedge.anchor
FOR EACH STATEMENT EXECUTE FUNCTION kedge.refuse();

CREATE FUNCTION kedge.grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT max(sequence) FROM added) <> (SELECT max(sequence) FROM kedge.record)
    OR (SELECT count(*) FROM added) <> (SELECT max(sequence) FROM added) - coalesce(
      (SELECT max(sequence) FROM kedge.record WHERE sequence < (SELECT min(sequence) FROM added)),
      (SELECT max(sequence) FROM kedge.anchor), 0)
  THEN RAISE EXCEPTION 'the ledger only grows at its end' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER record_grows_by_one AFTER INSERT ON kedge.record
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION kedge.grow();

CREATE FUNCTION kedge.begin_after() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM kedge.record) OR (SELECT count(*) FROM kedge.anchor) > 1
  THEN RAISE EXCEPTION 'the ledger has its beginning' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER anchor_is_before_all AFTER INSERT ON kedge.anchor
FOR EACH STATEMENT EXECUTE FUNCTION kedge.begin_after();

CREATE TABLE kedge.document (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  first_sequence bigint NOT NULL,
  sequence bigint NOT NULL,
  subject text COLLATE "C",
  open smallint NOT NULL,
  since bigint NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX document_by_subject ON kedge.document (kind, subject, since, first_sequence);
CREATE INDEX document_by_open ON kedge.document (kind, open, since, first_sequence);
CREATE INDEX document_by_since ON kedge.document (kind, since, first_sequence);
CREATE TRIGGER document_is_not_deleted BEFORE DELETE OR TRUNCATE ON kedge.document
FOR EACH STATEMENT EXECUTE FUNCTION kedge.refuse();

CREATE TABLE kedge.inbox (
  source text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  received_at bigint NOT NULL,
  body bytea NOT NULL,
  done_at bigint,
  PRIMARY KEY (source, id)
);
CREATE INDEX inbox_pending ON kedge.inbox (received_at) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON kedge.inbox (received_at) WHERE done_at IS NOT NULL;

CREATE TABLE kedge.leader (
  cluster text PRIMARY KEY,
  number bigint NOT NULL,
  holder text NOT NULL,
  until timestamptz NOT NULL
);
`
