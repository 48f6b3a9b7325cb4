import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail, failure, ok, type Finding } from '../../../ports/finding.ts'
import type { LedgerLook } from '../../../ports/manifest.ts'
import { createSqliteLedger } from './sqlite-ledger.ts'
import { checkUnfinished } from './unfinished.ts'

/** Whether the ledger at `path` is intact, or can be made there. */
export async function examineLedger(path: string, { now, folder }: LedgerLook): Promise<Finding> {
  try {
    checkUnfinished(path)
    if (!existsSync(path)) {
      const found = folder(dirname(path))
      return found.level === 'ok' ? ok('ledger', `there is none yet at ${path}; the first start makes it`) : found
    }
    await using ledger = createSqliteLedger({ path, clock: { now }, readOnly: true })
    const verdict = await ledger.verify()
    if (verdict.intact) return ok('ledger', `is intact: ${verdict.records} record(s), head ${verdict.head.slice(0, 12)}`)
    return fail(
      'ledger',
      `is broken at record ${verdict.sequence}: ${verdict.what}`,
      'See E_LEDGER_BROKEN in docs/runbook.md. Kedge refuses to act on it.',
    )
  } catch (fault) {
    return failure('ledger', fault)
  }
}
