/** The record up to which the chain held when it was last walked as a whole, as in SQLite: one row or none, and no part of the chain. */
export const CHECKPOINT = `
CREATE TABLE kedge.checkpoint (
  id integer PRIMARY KEY CHECK (id = 1),
  sequence bigint NOT NULL,
  hash text NOT NULL
)`
