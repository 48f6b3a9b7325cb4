import { writeFile } from 'node:fs/promises'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { countingClock, type tempFolder } from '../adapters/ledgers/sqlite/temp.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'

/** A configuration in a folder, whose ledger holds releases of these keys. */
export async function ledgerOf(folder: ReturnType<typeof tempFolder>, name: string, keys: readonly string[]): Promise<string> {
  const file = folder.file(`${name}.yaml`)
  await writeFile(file, `apiVersion: kedge/v1\nledger: { path: ${name}.db }\n`)
  if (keys.length === 0) return file
  await using ledger = createSqliteLedger({ path: folder.file(`${name}.db`), clock: countingClock() })
  await ledger.append(keys.map((key) => releaseEntry(aRelease({ key }))))
  return file
}
