import { expect, it } from 'vitest'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { PlannedRevert, RevertEvent } from '../../../src/domain/revert/transitions.ts'
import type { PullRequest } from '../../../src/ports/forge.ts'
import { closed, foundEnded, opened, withdrawn } from '../../../src/reconcile/act/revert-receipts.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import type { Delivered } from '../../../src/reconcile/outbox/delivered.ts'
import { recordRevert } from '../../../src/reconcile/record/moves.ts'
import { anEnvironment } from '../an-environment.ts'

const commit = asCommitSha('c'.repeat(40)) as CommitSha
const pullRequest = { number: 1, url: 'u', state: 'merged', headSha: commit, mergeCommit: 'e'.repeat(40) } as unknown as PullRequest
const plan: PlannedRevert = {
  key: 'k',
  repoURL: 'https://git.example/shop/gitops.git',
  repository: 'git.example/shop/gitops',
  branch: 'kedge/revert/x',
  baseBranch: 'main',
  culprits: [],
  goodRevision: asCommitSha('a'.repeat(40)) as CommitSha,
  paths: [],
  cause: 'analysis-failed',
  otherApplications: [],
  plannedAt: 1,
}
const planned: RevertEvent = { type: 'revert-planned', plan, release: 'r1', attempt: 'a1' }
const open: RevertEvent = { type: 'revert-opened', at: 2, pullRequest: { number: 1, url: 'u' }, commit }
const closing: RevertEvent = { type: 'revert-closing', outcome: 'promoted', headSha: commit }
const shared: RevertEvent = { type: 'revert-shared', release: 'r2', attempt: 'a2' }

/** A ledger to which these things have happened. */
async function after(...events: readonly RevertEvent[]) {
  const { environment, ledger } = await anEnvironment()
  const happens = (event: RevertEvent): Promise<void> => ledger.append(recordRevert(environment, 'k', event).entries)
  for (const event of events) await happens(event)
  const revert = (): Revert => ledger.read('revert', 'k') as Revert
  return { environment, happens, revert, deliver: (receipt: Delivered) => ledger.append(receipt.entries?.() ?? []) }
}

type Receipt = (environment: Environment, revert: Revert) => Delivered
const RECEIPTS: readonly (readonly [string, readonly RevertEvent[], Receipt, Partial<Revert>])[] = [
  ['is open', [planned], (...of) => opened(...of, { pullRequest, commit, people: undefined }), { state: 'open', commit }],
  ['has ended at the forge', [planned], (...of) => foundEnded(...of, pullRequest), { state: 'ended', outcome: 'merged' }],
  ['was withdrawn', [planned], withdrawn, { state: 'ended', outcome: 'withdrawn' }],
]

it.each(RECEIPTS)(
  'the receipt that a revert %s keeps what has happened while the other side was asked',
  async (_, events, receipt, end) => {
    const world = await after(...events)
    const delivered = receipt(world.environment, world.revert())
    await world.happens(shared)
    await world.deliver(delivered)
    expect(world.revert()).toMatchObject({ ...end, releases: ['r1', 'r2'] })
  },
)

it('the receipt that we have closed a PR never stands above the merge that came first', async () => {
  const world = await after(planned, open, closing)
  const delivered = closed(world.environment, world.revert(), false)
  await world.happens({ type: 'revert-merged', at: 3, headSha: commit, mergeCommit: commit })
  await world.deliver(delivered)
  expect(world.revert()).toMatchObject({ state: 'ended', outcome: 'merged', mergeCommit: commit, endedAt: 3 })
})
