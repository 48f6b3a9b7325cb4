import { canonicalJson } from '../../../domain/canonical-json.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerChain, LedgerHead, LedgerRecord, LedgerStore, LedgerVerdict } from '../../../ports/ledger.ts'
import { createChainWalk, type ChainWalk } from './chain.ts'

type Lines = Iterable<string> | AsyncIterable<string>

/** A line of an export: a record, or the one that those after it follow; undefined for anything else. */
type Line = { record: LedgerRecord } | { after: LedgerHead } | undefined

/**
 * The chain as JSON lines, oldest first, each ending in a line feed: `verifyExport` checks them anywhere, with nothing
 * but SHA-256. Where its beginning was archived, the first line says after which record it goes on: both exports, one behind the other,
 * are an export of the whole.
 * @param isWanted ends the export before the first record that is not
 */
export async function* exportLedger(
  ledger: Pick<LedgerStore, 'records' | 'archived'>,
  isWanted: (record: LedgerRecord) => boolean = () => true,
): AsyncGenerator<string> {
  const after = await ledger.archived()
  if (after) yield `${canonicalJson({ after })}\n`
  for await (const record of ledger.records()) {
    if (!isWanted(record)) return
    yield `${canonicalJson(record)}\n`
  }
}

/**
 * Verifies an exported chain, line by line, without a database: what an auditor runs on a copy.
 * @param lines as `exportLedger` wrote them; blank lines are passed over
 * @param see is given each record that holds, oldest first, and before them the one that they go on after
 */
export async function verifyExport(lines: Lines, see?: (head: LedgerHead) => void): Promise<LedgerVerdict> {
  let walk: ChainWalk | undefined
  let start: LedgerHead | undefined
  for await (const line of parse(lines)) {
    if (line && 'after' in line) {
      if (!walk) {
        start = line.after
        see?.(line.after)
      } else if (!isAt(walk, line.after)) return { intact: false, sequence: walk.next(), what: 'what begins here follows another record' }
      walk ??= createChainWalk(line.after)
      continue
    }
    walk ??= createChainWalk()
    const what = line ? walk.step({ ...line.record, document: canonicalJson(line.record.document) }) : NO_RECORD
    if (what !== undefined) return { intact: false, sequence: walk.next(), what }
    see?.({ sequence: walk.next() - 1, hash: walk.head() })
  }
  walk ??= createChainWalk()
  return { intact: true, records: walk.length(), head: walk.head(), ...(start && { after: start }) }
}

/** The chain that an export holds; it is for whoever takes it to check it. @throws KedgeError E_LEDGER_BROKEN, on the way too */
export async function readExport(lines: Lines): Promise<LedgerChain> {
  const parsed = parse(lines)
  const first = await parsed.next()
  const line = first.done ? undefined : first.value
  async function* records(): AsyncGenerator<LedgerRecord> {
    if (!first.done) yield* recordOf(line)
    for await (const next of parsed) yield* recordOf(next)
  }
  return { after: line && 'after' in line ? line.after : undefined, records: records() }
}

function recordOf(line: Line): readonly LedgerRecord[] {
  if (!line) throw new KedgeError('E_LEDGER_BROKEN', NO_RECORD)
  return 'record' in line ? [line.record] : []
}

function isAt(walk: ChainWalk, { sequence, hash }: LedgerHead): boolean {
  return walk.next() === sequence + 1 && walk.head() === hash
}

const NO_RECORD = 'the line is not a ledger record'

async function* parse(lines: Lines): AsyncGenerator<Line> {
  for await (const line of lines) if (line.trim() !== '') yield parseLine(line)
}

function parseLine(line: string): Line {
  try {
    const parsed = JSON.parse(line) as LedgerRecord | { after?: LedgerHead } | null
    if (parsed === null || typeof parsed !== 'object') return undefined
    if ('after' in parsed) return isHead(parsed.after) ? { after: parsed.after } : undefined
    return { record: parsed as LedgerRecord }
  } catch {
    return undefined
  }
}

function isHead(head: LedgerHead | undefined): head is LedgerHead {
  return typeof head === 'object' && Number.isSafeInteger(head.sequence) && /^[0-9a-f]{64}$/.test(head.hash)
}
