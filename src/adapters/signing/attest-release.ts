import type { KeyObject } from 'node:crypto'
import { releaseStatement, type RecordRef } from '../../domain/attest/statement.ts'
import type { LedgerKind, LedgerStore } from '../../ports/ledger.ts'
import { sealStatement } from './dsse.ts'

/**
 * Signs what a ledger has of a release.
 * @returns a DSSE envelope as JSON; undefined where it has no such release @throws KedgeError E_LEDGER_*
 */
export async function attestRelease(
  ledger: Pick<LedgerStore, 'load' | 'history'>,
  key: string,
  { origin, signingKey }: { origin: string; signingKey: KeyObject },
): Promise<string | undefined> {
  const [found] = await ledger.load('release', { key, limit: 1 })
  if (!found) return undefined
  const release = found.document
  const { revertKey } = release
  const [kept] = revertKey === null ? [] : await ledger.load('revert', { key: revertKey, limit: 1 })
  const refsOf = async (kind: LedgerKind, of: string): Promise<RecordRef[]> =>
    (await ledger.history(kind, of)).map(({ sequence, hash }) => ({ kind, sequence, hash }))
  const records = [...(await refsOf('release', key)), ...(revertKey === null ? [] : await refsOf('revert', revertKey))]
  const inOrder = records.toSorted((a, b) => a.sequence - b.sequence)
  const spellTime = (at: number): string => new Date(at).toISOString()
  return sealStatement(releaseStatement({ release, revert: kept?.document, records: inOrder, origin, spellTime }), signingKey)
}
