import { Option } from 'commander'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import { csvCell } from '../../../domain/words/csv-cell.ts'
import type { LedgerRecord, LedgerStore } from '../../../ports/ledger.ts'
import type { AddCommand } from '../../context.ts'
import { helpWith } from '../../options.ts'
import type { CliIo } from '../../terminal/io.ts'
import { guard } from './look.ts'
import { ledgerAt, openForReading, type LedgerAt } from './place.ts'

/** `kedge ledger export` and its flags. */
export const addExport: AddCommand = (ledger, context, settle) => {
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
  const { exportLedger } = await import('../../../adapters/ledgers/chain/export.ts')
  yield* exportLedger(ledger)
}

async function* exportCsv(ledger: LedgerStore): AsyncGenerator<string> {
  yield 'sequence,at,kind,key,event,hash\n'
  for await (const record of ledger.records()) yield csvLine(record)
}

function csvLine(record: LedgerRecord): string {
  const cells = [String(record.sequence), new Date(record.at).toISOString(), record.kind, record.key, record.event, record.hash]
  return `${cells.map(csvCell).join(',')}\n`
}
