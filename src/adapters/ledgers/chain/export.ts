import { canonicalJson } from '../../../domain/canonical-json.ts'
import type { LedgerRecord, LedgerStore, LedgerVerdict } from '../../../ports/ledger.ts'
import { createChainWalk } from './chain.ts'
import type { StoredLink } from './row.ts'

/**
 * The chain as JSON lines, oldest first, each ending in a line feed: `verifyExport` checks them anywhere, with nothing
 * but SHA-256.
 */
export async function* exportLedger(ledger: Pick<LedgerStore, 'records'>): AsyncGenerator<string> {
  for await (const record of ledger.records()) yield `${canonicalJson(record)}\n`
}

/**
 * Verifies an exported chain, line by line, without a database: what an auditor runs on a copy.
 * @param lines as `exportLedger` wrote them; blank lines are passed over
 */
export async function verifyExport(lines: Iterable<string> | AsyncIterable<string>): Promise<LedgerVerdict> {
  const walk = createChainWalk()
  for await (const line of lines) {
    if (line.trim() === '') continue
    const link = parseLine(line)
    const what = link ? walk.step(link) : 'the line is not a ledger record'
    if (what !== undefined) return { intact: false, sequence: walk.length() + 1, what }
  }
  return { intact: true, records: walk.length(), head: walk.head() }
}

function parseLine(line: string): StoredLink | undefined {
  try {
    const record = JSON.parse(line) as LedgerRecord | null
    if (record === null || typeof record !== 'object') return undefined
    return { ...record, document: canonicalJson(record.document) }
  } catch {
    return undefined
  }
}
