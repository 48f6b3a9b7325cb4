/**
 * `name` finds releases and reverts by what they name, see chain/names.ts: `sequence` is the first record of the document. What was written
 * before is named by `nameOlder`, from the record on that `meta` notes.
 */
export const NAMES = `
CREATE TABLE name (
  term INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (term, sequence)
) STRICT, WITHOUT ROWID;
`
