import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Option } from 'commander'
import { configFileOf } from '../../config/env.ts'
import { KedgeError } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import type { LedgerRecord, LedgerStore, LedgerVerdict } from '../../ports/ledger.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { reportFault } from '../faults.ts'
import { helpWith, outputOption } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

/** `kedge ledger`, its subcommands and their flags. */
export const addLedger: AddCommand = (program, context, settle) => {
  const ledger = program.command('ledger').description('check or print the journal; works beside a running service')
  addVerify(ledger, context, settle)
  addExport(ledger, context, settle)
}

const addVerify: AddCommand = (ledger, context, settle) => {
  ledger
    .command('verify')
    .description('walk the whole chain')
    .argument('[file]', 'a ledger, an export, or - for standard input; that of the configuration where nothing is said')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge ledger verify', 'kedge ledger export | kedge ledger verify -'],
        'A chain says nothing of what was cut off at its end. Compare the head with one that you have noted elsewhere.',
      ),
    )
    .action(async (file: string | undefined, { config, output }: { config?: string; output: 'text' | 'json' }) => {
      await settle(runLedgerVerify({ ...(await ledgerAt(file, config, context)), output }, context.io))
    })
}

const addExport: AddCommand = (ledger, context, settle) => {
  ledger
    .command('export')
    .description('print every record, oldest first')
    .argument('[file]', 'a ledger; that of the configuration where nothing is said')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addOption(
      new Option('--format <format>', 'jsonl can be verified anywhere; csv is for spreadsheets').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .addHelpText('after', helpWith(['kedge ledger export > ledger.jsonl', 'kedge ledger export --format csv > ledger.csv']))
    .action(async (file: string | undefined, { config, format }: { config?: string; format: string }) => {
      await settle(runLedgerExport({ ...(await ledgerAt(file, config, context)), format }, context.io))
    })
}

/** A ledger, or an export of one. */
interface LedgerAt {
  /** A file, or what the ledger of the configuration is called. */
  path: string
  /** Opens the ledger of the configuration; undefined for a file. */
  open?: () => Promise<LedgerStore>
}

/**
 * Where the ledger is: as was said, or as the configuration says. Without one, at its usual place; one that was named must be readable.
 * @throws KedgeError E_CONFIG_INVALID
 */
async function ledgerAt(named: string | undefined, config: string | undefined, { env }: CliContext): Promise<LedgerAt> {
  if (named !== undefined) return { path: named }
  const { checkConfig, describeFaults } = await import('../../config/load.ts')
  const file = configFileOf(config, env)
  const { loaded, faults } = checkConfig({ file, env }, { secrets: false })
  if (loaded) {
    const { manifest, options } = loaded.config.ledger
    return { path: manifest.placeOf(options), open: () => manifest.openToRead(options, loaded.secrets.ledger) }
  }
  if (config !== undefined || env['KEDGE_CONFIG']) throw new KedgeError('E_CONFIG_INVALID', describeFaults(file, faults))
  return { path: '.kedge/ledger.db' }
}

/**
 * `kedge ledger verify`: walks a ledger, or a file that `kedge ledger export` wrote (`-`: standard input). Works beside
 * a running service.
 * @returns 0 intact, 1 broken, 3 it could not be read
 */
export async function runLedgerVerify(options: LedgerAt & { output?: 'text' | 'json' }, io: CliIo): Promise<ExitCode> {
  return guard(options.path, io, async () => {
    const verdict = await verify(options, io)
    io.stdout(options.output === 'json' ? `${JSON.stringify(verdict)}\n` : describeVerdict(options.path, verdict))
    return verdict.intact ? EXIT.fine : EXIT.bad
  })
}

/**
 * `kedge ledger export`: the whole chain on standard output. `jsonl` can be verified again anywhere; `csv` is for a
 * spreadsheet and leaves the documents out.
 * @returns 0 written, 1 broken, 2 unknown format, 3 it could not be read
 */
export async function runLedgerExport(options: LedgerAt & { format?: string }, io: CliIo): Promise<ExitCode> {
  const spell = EXPORTS.get(options.format ?? 'jsonl')
  if (!spell) {
    io.stderr(`kedge: --format ${options.format ?? ''} is unknown; it is one of ${[...EXPORTS.keys()].join(', ')}\n`)
    return EXIT.misuse
  }
  return guard(options.path, io, async () => {
    await using ledger = await openForReading(options)
    for await (const line of spell(ledger)) io.stdout(line)
    return EXIT.fine
  })
}

const EXPORTS: ReadonlyMap<string, (ledger: LedgerStore) => AsyncIterable<string>> = new Map([
  ['jsonl', exportJsonLines],
  ['csv', exportCsv],
])

async function* exportJsonLines(ledger: LedgerStore): AsyncGenerator<string> {
  const { exportLedger } = await import('../../adapters/ledgers/chain/export.ts')
  yield* exportLedger(ledger)
}

async function* exportCsv(ledger: LedgerStore): AsyncGenerator<string> {
  yield 'sequence,at,kind,key,event,hash\n'
  for await (const record of ledger.records()) yield csvLine(record)
}

async function guard(path: string, io: CliIo, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run()
  } catch (fault) {
    if (!(fault instanceof KedgeError)) io.stderr(`kedge: ${describeUnreadable(path, fault)}\n`)
    // Whatever kept it from being read, the chain was not seen.
    return fault instanceof KedgeError && reportFault(fault, io) === EXIT.bad ? EXIT.bad : EXIT.unseen
  }
}

function describeUnreadable(path: string, fault: unknown): string {
  if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT')
    return `${path} does not exist. Name a ledger or an export of one, or with --config the configuration that names the ledger.`
  return `${path} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`
}

async function verify({ path, open }: LedgerAt, io: CliIo): Promise<LedgerVerdict> {
  const { verifyExport } = await import('../../adapters/ledgers/chain/export.ts')
  if (!open && path === '-') return verifyExport((await io.stdin()).split('\n'))
  if (!open && !isDatabase(path)) return verifyExport(createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
  await using ledger = await openForReading({ path, ...(open && { open }) })
  return await ledger.verify()
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

async function openForReading({ path, open }: LedgerAt): Promise<LedgerStore> {
  if (open) return open()
  const { createSqliteLedger } = await import('../../adapters/ledgers/sqlite/sqlite-ledger.ts')
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
