import type { Query } from '../database.ts'
import { nameOlder } from '../names.ts'

const TABLE = `
CREATE TABLE kedge.name (
  term bigint NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (term, sequence)
)`

/** `name` finds releases and reverts by what they name, see chain/names.ts: `sequence` is the first record of the document. */
export async function addNames(query: Query): Promise<void> {
  await query(TABLE)
  await nameOlder(query)
}
