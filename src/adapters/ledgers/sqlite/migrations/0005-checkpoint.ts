/**
 * `checkpoint` is the record up to which the chain held when it was last walked as a whole, 0 for a ledger that had none; it has one row or
 * none, and is no part of the chain. See `LedgerCheckpoint`.
 */
export const CHECKPOINT = `
CREATE TABLE checkpoint (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
`
