import { KedgeError } from '../../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import type { HeldLedger } from '../../../ports/held-ledger.ts'
import type { LedgerChain, LedgerStore, LedgerVerdict } from '../../../ports/ledger.ts'
import type { AddCommand } from '../../context.ts'
import { helpWith } from '../../options.ts'
import type { CliIo } from '../../terminal/io.ts'
import { describeVerdict, reading, verify } from './look.ts'
import { destination, isDatabase, linesOf, openForReading, writableLedger, type LedgerAt, type WritableLedger } from './place.ts'

/** `kedge ledger restore` and its flags. */
export const addRestore: AddCommand = (ledger, context, settle) => {
  ledger
    .command('restore')
    .description('put a backup, or an export, in the place of the ledger of the configuration; the service must not run')
    .argument('<file>', 'what `kedge ledger backup` or `kedge ledger export` wrote')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .option('--without-log', 'also where it was copied while it was written to, without its -wal file: what stood there alone is lost')
    .option('--replace', 'also where the ledger has records: its files are renamed')
    .addHelpText(
      'after',
      helpWith(
        ['kedge ledger restore /backup/ledger-2026-11-28.db --replace'],
        'What happened since the backup is found again at the forge, in Git and in the cluster when the service starts.',
      ),
    )
    .action(async (file: string, options: { config?: string; replace?: boolean; withoutLog?: boolean }) => {
      const { config, replace = false, withoutLog = false } = options
      const to = await writableLedger(config, context)
      await settle(runLedgerFill({ from: { path: file, withoutLog }, to, replace, only: 'any' }, context.io))
    })
}

/** `kedge ledger import` and its flags. */
export const addImport: AddCommand = (ledger, context, settle) => {
  ledger
    .command('import')
    .description('read an export into the empty ledger of the configuration, hashes unchanged')
    .argument('<file>', 'what `kedge ledger export` wrote')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addHelpText('after', helpWith(['kedge ledger import ledger.jsonl --config kedge.yaml']))
    .action(async (file: string, { config }: { config?: string }) => {
      await settle(
        runLedgerFill({ from: { path: file }, to: await writableLedger(config, context), replace: false, only: 'export' }, context.io),
      )
    })
}

/** `kedge ledger move` and its flags. */
export const addMove: AddCommand = (ledger, context, settle) => {
  ledger
    .command('move')
    .description('copy the ledger of the configuration to another, empty one, hashes unchanged; the service must not run')
    .requiredOption('--to <place>', 'configuration (.yaml) that names the other ledger, or a file of its own')
    .option('-c, --config <file>', 'configuration that names the ledger as it is now')
    .addHelpText(
      'after',
      helpWith(
        ['kedge ledger move --config kedge.yaml --to kedge-new.yaml'],
        'The old ledger is left as it is. Start the service with the new configuration, never again with the old one.',
      ),
    )
    .action(async ({ config, to }: { config?: string; to: string }) => {
      await settle(runLedgerMove(await writableLedger(config, context), await destination(to, context), context.io))
    })
}

interface Fill {
  from: LedgerAt
  to: WritableLedger
  replace: boolean
  only: 'export' | 'any'
}

/** @returns 0 written and intact, 1 what was to be read is broken @throws KedgeError */
async function runLedgerFill({ from, to, replace, only }: Fill, io: CliIo): Promise<ExitCode> {
  const { path: source } = from
  return reading(source, async () => {
    const isExport = !isDatabase(source)
    if (only === 'export' && !isExport)
      throw new KedgeError('E_FILE_UNREADABLE', `${source} is a ledger, not an export of one; \`kedge ledger restore\` takes it`)
    const found = await verify(from, io)
    if (!found.intact) {
      io.stdout(describeVerdict(source, found))
      return EXIT.bad
    }
    if (found.records === 0) throw new KedgeError('E_FILE_UNREADABLE', `${source} holds no record: what it fills would start as new`)
    if (isExport) {
      const { readExport } = await import('../../../adapters/ledgers/chain/export.ts')
      return await fill({ to, source, replace, found }, await readExport(linesOf(source)), io)
    }
    await using ledger = await openForReading(from)
    return await fill({ to, source, replace, found }, await chainOf(ledger), io)
  })
}

/** @returns see `runLedgerFill` @throws KedgeError */
async function runLedgerMove(from: WritableLedger, to: WritableLedger, io: CliIo): Promise<ExitCode> {
  const { path: source } = from
  return reading(source, async () => {
    // Held, not only read: what a service appended meanwhile would be left behind.
    await using ledger = await from.hold()
    const found = await ledger.verify()
    if (!found.intact) {
      io.stdout(describeVerdict(source, found))
      return EXIT.bad
    }
    return await fill({ to, source, replace: false, found }, await chainOf(ledger), io)
  })
}

async function chainOf(ledger: LedgerStore): Promise<LedgerChain> {
  return { after: await ledger.archived(), records: ledger.records() }
}

interface Target {
  to: WritableLedger
  /** What the chain is read from. */
  source: string
  replace: boolean
  /** What a walk of the source has found. */
  found: LedgerVerdict
}

/** Takes the chain over, and walks it as the service will open it. Nothing is replaced by less than the whole of it. */
async function fill({ to, source, replace, found }: Target, chain: LedgerChain, io: CliIo): Promise<ExitCode> {
  if (!to.beginAnew) return tell(to, await take(() => to.hold(), chain), found, io)
  await using anew = await to.beginAnew(source)
  if (!replace && (await anew.holdsRecords())) throw new KedgeError('E_LEDGER_NOT_EMPTY', `ledger ${to.path} has records already`)
  const written = await take(() => anew.open(), chain)
  if (isSame(written, found)) {
    const aside = await anew.takePlace()
    if (aside !== undefined) io.stdout(`${to.path}: what was there is now ${aside}\n`)
  }
  return tell(to, written, found, io)
}

async function take(open: () => Promise<HeldLedger>, chain: LedgerChain): Promise<LedgerVerdict> {
  {
    await using ledger = await open()
    await ledger.importChain(chain)
  }
  await using ledger = await open()
  return await ledger.verify()
}

function isSame(written: LedgerVerdict, found: LedgerVerdict): boolean {
  return written.intact && found.intact && written.head === found.head
}

function tell({ path }: WritableLedger, written: LedgerVerdict, found: LedgerVerdict, io: CliIo): ExitCode {
  io.stdout(describeVerdict(path, written))
  if (isSame(written, found)) return EXIT.fine
  io.stderr('kedge: this is not the chain that was read. Keep the old ledger, and report this.\n')
  return EXIT.bad
}
