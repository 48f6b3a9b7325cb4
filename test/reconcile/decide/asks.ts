import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { beginPass, makeCase, type Case } from '../../../src/reconcile/decide/case.ts'
import type { Given } from '../../../src/reconcile/git-facts/ask-git.ts'
import { releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aFailure, type Failure } from '../act/a-failure.ts'

export interface Asked {
  release?: Partial<Release>
  /** What the ledger has of the revert; null: nothing. */
  revert?: Partial<Revert> | null
  given?: Given
  before?: (failure: Failure) => unknown
}

/** What is found of a failure whose revert the ledger has in this state. */
export async function asks({ release, revert = {}, given, before }: Asked = {}) {
  const failure = await aFailure()
  const { ledger, environment, planned, view } = failure
  const kept: Release = { ...failure.release, revertKey: revert ? planned().key : null, ...release }
  await ledger.append([releaseEntry(kept), ...(revert ? [revertEntry(planned(revert))] : [])])
  if (!revert)
    environment.ledger = { ...ledger, read: (kind, key) => (kind === 'revert' ? undefined : ledger.read(kind, key)), reverts: () => [] }
  await before?.(failure)
  const pass = beginPass(environment, view, { cluster: 'prod', namespace: 'shop', name: 'web' })
  const known: Case = await makeCase(environment, pass, kept, given)
  return { ...known, failure }
}
