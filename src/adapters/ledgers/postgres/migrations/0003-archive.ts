/**
 * What is up to the anchor may go, once the anchor stands at a record that another one follows. Nobody but the owner may set one, or delete
 * anything.
 */
export const ARCHIVE = `
DROP TRIGGER record_is_not_changed ON kedge.record;
CREATE TRIGGER record_is_not_changed BEFORE UPDATE OR TRUNCATE ON kedge.record
FOR EACH STATEMENT EXECUTE FUNCTION kedge.refuse();
DROP TRIGGER document_is_not_deleted ON kedge.document;
CREATE TRIGGER document_is_not_emptied BEFORE TRUNCATE ON kedge.document
FOR EACH STATEMENT EXECUTE FUNCTION kedge.refuse();

CREATE FUNCTION kedge.keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT max(sequence) FROM removed) > coalesce((SELECT max(sequence) FROM kedge.anchor), 0)
  THEN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER record_is_kept AFTER DELETE ON kedge.record
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION kedge.keep();
CREATE TRIGGER document_is_kept AFTER DELETE ON kedge.document
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION kedge.keep();

DROP TRIGGER anchor_is_before_all ON kedge.anchor;
DROP FUNCTION kedge.begin_after();
CREATE FUNCTION kedge.begin_after() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM added) > 1
    OR EXISTS (SELECT FROM added JOIN kedge.anchor ON anchor.sequence > added.sequence)
    OR EXISTS (SELECT FROM kedge.record) AND NOT EXISTS (
      SELECT FROM added JOIN kedge.record USING (sequence, hash) JOIN kedge.record AS next ON next.sequence = added.sequence + 1)
    OR NOT EXISTS (SELECT FROM kedge.record) AND (SELECT count(*) FROM kedge.anchor) > 1
  THEN RAISE EXCEPTION 'the ledger has its beginning' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER anchor_only_rises AFTER INSERT ON kedge.anchor
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION kedge.begin_after();
`
