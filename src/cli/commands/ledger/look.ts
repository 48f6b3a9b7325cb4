import { splitLines } from '../../../adapters/ledgers/chain/lines.ts'
import { KedgeError } from '../../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../../domain/exit-code.ts'
import type { LedgerHead, LedgerVerdict } from '../../../ports/ledger.ts'
import { reportFault } from '../../faults.ts'
import type { CliIo } from '../../terminal/io.ts'
import { isDatabase, linesOf, openForReading, type LedgerAt } from './place.ts'

/**
 * Walks the chain of a ledger, or of an export.
 * @param see is given each record of an intact chain, oldest first; a ledger is walked once more for it
 */
export async function verify(at: LedgerAt, io: CliIo, see?: (head: LedgerHead) => void): Promise<LedgerVerdict> {
  const { path, open } = at
  const { exportLedger, verifyExport } = await import('../../../adapters/ledgers/chain/export.ts')
  if (!open && path === '-') return verifyExport(splitLines([await io.stdin()]), see)
  if (!open && !isDatabase(path)) return verifyExport(linesOf(path), see)
  await using ledger = await openForReading(at)
  const verdict = await ledger.verify()
  return verdict.intact && see ? await verifyExport(exportLedger(ledger), see) : verdict
}

/** What a walk has found, for people. */
export function describeVerdict(path: string, verdict: LedgerVerdict): string {
  if (verdict.intact) {
    const { after } = verdict
    const from = after ? ` after record ${after.sequence} (${after.hash}), up to which they were archived` : ''
    return `${path}: intact, ${verdict.records} records${from}, head ${verdict.head}\n`
  }
  return (
    `${path}: BROKEN at record ${verdict.sequence}: ${verdict.what}\n` +
    'The records before it are sound. Keep the file as it is; E_LEDGER_BROKEN in docs/runbook.md says what to do.\n'
  )
}

/** Tells what kept a ledger from being read. */
export async function guard(path: string, io: CliIo, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run()
  } catch (fault) {
    if (!(fault instanceof KedgeError)) io.stderr(`kedge: ${describeUnreadable(path, fault)}\n`)
    // Whatever kept it from being read, the chain was not seen.
    return fault instanceof KedgeError && reportFault(fault, io) === EXIT.bad ? EXIT.bad : EXIT.unseen
  }
}

/**
 * Runs what writes. A file that cannot be read is told as that.
 * @throws KedgeError E_FILE_UNREADABLE, E_LEDGER_*
 */
export async function reading(path: string, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run()
  } catch (fault) {
    if (fault instanceof KedgeError) throw fault
    throw new KedgeError('E_FILE_UNREADABLE', describeUnreadable(path, fault), { cause: fault })
  }
}

function describeUnreadable(path: string, fault: unknown): string {
  if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT')
    return `${path} does not exist. Name a ledger or an export of one, or with --config the configuration that names the ledger.`
  return `${path} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`
}
