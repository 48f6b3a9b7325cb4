import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { exportLedger } from '../../adapters/ledgers/sqlite/records.ts'
import { createSqliteLedger, type SqliteLedger } from '../../adapters/ledgers/sqlite/sqlite-ledger.ts'
import { verifyExport } from '../../adapters/ledgers/sqlite/verify.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { LedgerRecord, LedgerVerdict } from '../../ports/ledger.ts'
import type { CliIo } from '../terminal/io.ts'

/**
 * `kedge ledger verify`: walks a ledger, or a file that `kedge ledger export` wrote (`-`: standard input). Works beside
 * a running service.
 * @returns 0 intact, 1 broken, 3 it could not be read
 */
export async function runLedgerVerify(options: { path: string; output?: 'text' | 'json' }, io: CliIo): Promise<number> {
  return guard(options.path, io, async () => {
    const verdict = await verifyPath(options.path, io)
    io.stdout(options.output === 'json' ? `${JSON.stringify(verdict)}\n` : describeVerdict(options.path, verdict))
    return verdict.intact ? 0 : 1
  })
}

/**
 * `kedge ledger export`: the whole chain on standard output. `jsonl` can be verified again anywhere; `csv` is for a
 * spreadsheet and leaves the documents out.
 * @returns 0 written, 1 broken, 2 unknown format, 3 it could not be read
 */
export async function runLedgerExport(options: { path: string; format?: string }, io: CliIo): Promise<number> {
  const spell = EXPORTS.get(options.format ?? 'jsonl')
  if (!spell) {
    io.stderr(`kedge: --format ${options.format ?? ''} is unknown; it is one of ${[...EXPORTS.keys()].join(', ')}\n`)
    return 2
  }
  return guard(options.path, io, async () => {
    await using ledger = openForReading(options.path)
    for (const line of spell(ledger)) io.stdout(line)
    return 0
  })
}

const EXPORTS: ReadonlyMap<string, (ledger: SqliteLedger) => Iterable<string>> = new Map([
  ['jsonl', exportLedger],
  ['csv', exportCsv],
])

function* exportCsv(ledger: SqliteLedger): Generator<string> {
  yield 'sequence,at,kind,key,event,hash\n'
  for (const record of ledger.records()) yield csvLine(record)
}

async function guard(path: string, io: CliIo, run: () => Promise<number>): Promise<number> {
  try {
    return await run()
  } catch (fault) {
    if (!(fault instanceof KedgeError)) {
      io.stderr(`kedge: ${describeUnreadable(path, fault)}\n`)
      return 3
    }
    io.stderr(`kedge: ${fault.message}\n${fault.advice}\n`)
    return fault.code === 'E_LEDGER_BROKEN' ? 1 : 3
  }
}

function describeUnreadable(path: string, fault: unknown): string {
  if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT')
    return `${path} does not exist. Name a ledger or an export of one, or with --config the configuration that names the ledger.`
  return `${path} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`
}

async function verifyPath(path: string, io: CliIo): Promise<LedgerVerdict> {
  if (path === '-') return verifyExport((await io.stdin()).split('\n'))
  if (!isDatabase(path)) return verifyExport(createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
  await using ledger = openForReading(path)
  return ledger.verify()
}

/** First bytes of every SQLite file: https://www.sqlite.org/fileformat.html, 1.3. An empty file is an empty ledger. */
function isDatabase(path: string): boolean {
  const magic = Buffer.alloc(15)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, magic, 0, magic.length, 0)
    return length === 0 || magic.toString('latin1') === 'SQLite format 3'
  } finally {
    closeSync(file)
  }
}

function openForReading(path: string): SqliteLedger {
  return createSqliteLedger({ path, clock: { now: () => 0 }, readOnly: true })
}

function describeVerdict(path: string, verdict: LedgerVerdict): string {
  if (verdict.intact) return `${path}: intact, ${verdict.records} records, head ${verdict.head}\n`
  return (
    `${path}: BROKEN at record ${verdict.sequence}: ${verdict.what}\n` +
    'The records before it are sound. Keep the file as it is; E_LEDGER_BROKEN in docs/runbook.md says what to do.\n'
  )
}

function csvLine(record: LedgerRecord): string {
  const cells = [String(record.sequence), new Date(record.at).toISOString(), record.kind, record.key, record.event, record.hash]
  return `${cells.map(csvCell).join(',')}\n`
}

/** A cell that begins like a formula gets an apostrophe, because spreadsheets run those (CWE-1236). */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
