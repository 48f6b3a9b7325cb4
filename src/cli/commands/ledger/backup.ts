import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import type { AddCommand } from '../../context.ts'
import { helpWith } from '../../options.ts'
import type { CliIo } from '../../terminal/io.ts'
import { describeVerdict, reading, verify } from './look.ts'
import { checkFree } from './new-file.ts'
import { ledgerAt, openForReading, type LedgerAt } from './place.ts'

/** `kedge ledger backup` and its flags. */
export const addBackup: AddCommand = (ledger, context, settle) => {
  ledger
    .command('backup')
    .description('copy the ledger to a new file, beside a running service, and verify the copy')
    .argument('<file>', 'file to write; one that is there already is left alone')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addHelpText(
      'after',
      helpWith(['kedge ledger backup /backup/ledger-$(date +%F).db'], 'Note the head elsewhere: it tells a backup that was cut off later.'),
    )
    .action(async (file: string, { config }: { config?: string }) => {
      await settle(runLedgerBackup(await ledgerAt(undefined, config, context), file, context.io))
    })
}

/** @returns 0 written and intact, 1 the ledger is broken @throws KedgeError */
async function runLedgerBackup(from: LedgerAt, file: string, io: CliIo): Promise<ExitCode> {
  return reading(from.path, async () => {
    checkFree(file)
    {
      await using ledger = await openForReading(from)
      await ledger.backup(file)
    }
    const verdict = await verify({ path: file }, io)
    io.stdout(describeVerdict(file, verdict))
    return verdict.intact ? EXIT.fine : EXIT.bad
  })
}
