import { KedgeError, type ErrorCode } from '../../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
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
    .option('--replace', 'also where the ledger has records: its files are renamed first')
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
  const { path: file } = from
  return reading(file, async () => {
    const isExport = !isDatabase(file)
    if (only === 'export' && !isExport)
      throw new KedgeError('E_FILE_UNREADABLE', `${file} is a ledger, not an export of one; \`kedge ledger restore\` takes it`)
    const found = await verify(from, io)
    if (!found.intact) {
      io.stdout(describeVerdict(file, found))
      return EXIT.bad
    }
    if (replace) await makeRoom(to, io)
    if (isExport) {
      const { readExport } = await import('../../../adapters/ledgers/chain/export.ts')
      return finish(to, await fill(to, await readExport(linesOf(file))), found, io)
    }
    await using source = await openForReading(from)
    return finish(to, await fill(to, await chainOf(source)), found, io)
  })
}

/** @returns see `runLedgerFill` @throws KedgeError */
async function runLedgerMove(from: WritableLedger, to: WritableLedger, io: CliIo): Promise<ExitCode> {
  return reading(from.path, async () => {
    // Held, not only read: what a service appended meanwhile would be left behind.
    await using source = await from.hold()
    const found = await source.verify()
    if (!found.intact) {
      io.stdout(describeVerdict(from.path, found))
      return EXIT.bad
    }
    return finish(to, await fill(to, await chainOf(source)), found, io)
  })
}

async function chainOf(ledger: LedgerStore): Promise<LedgerChain> {
  return { after: await ledger.archived(), records: ledger.records() }
}

/** Takes the chain over and walks it where it now is. */
async function fill(to: WritableLedger, chain: LedgerChain): Promise<LedgerVerdict> {
  await using ledger = await to.hold()
  await ledger.importChain(chain)
  return await ledger.verify()
}

async function makeRoom(to: WritableLedger, io: CliIo): Promise<void> {
  if (await isEmpty(to)) return
  if (!to.setAside) throw new KedgeError('E_LEDGER_NOT_EMPTY', `${to.path} has records already, and cannot be put aside from here`)
  io.stdout(`${to.path}: what was there is now ${await to.setAside()}\n`)
}

/** @throws KedgeError E_LEDGER_LOCKED, E_LEDGER_OPEN; what is broken is not empty */
async function isEmpty(to: WritableLedger): Promise<boolean> {
  try {
    await using ledger = await to.hold()
    return (await ledger.head()) === undefined
  } catch (fault) {
    if (fault instanceof KedgeError && BROKEN.includes(fault.code)) return false
    throw fault
  }
}

const BROKEN: readonly ErrorCode[] = ['E_LEDGER_BROKEN', 'E_LEDGER_NO_LOG', 'E_LEDGER_NEWER', 'E_LEDGER_DOCUMENT']

function finish({ path }: WritableLedger, written: LedgerVerdict, found: LedgerVerdict, io: CliIo): ExitCode {
  io.stdout(describeVerdict(path, written))
  const isSame = written.intact && found.intact && written.head === found.head
  if (!isSame) io.stderr('kedge: this is not the chain that was read. Keep the old ledger, and report this.\n')
  return isSame ? EXIT.fine : EXIT.bad
}
