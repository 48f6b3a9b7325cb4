import { expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { summariseRollout } from '../../../src/http/views/rollout-summary.ts'
import { aLedger } from '../fleet-fixture.ts'
import { theFleet } from '../story.ts'

const SYNCED = 'a'.repeat(40)

it.each([
  ['what Argo CD synced last, where one Application owns the Rollout', ['checkout'], SYNCED],
  ['no sync, where two claim it', ['checkout', 'twin'], null],
])('what serves before Kedge has kept it in mind is put down to %s', async (_, names, revision) => {
  await using ledger = await aLedger()
  const fleet = theFleet()
  const rollout = fleet.rollout('shop', 'checkout')!
  const operation = { phase: 'Succeeded', revisions: [SYNCED] } as unknown as ApplicationSnapshot['operation']
  const applications = names.map((name) => ({ namespace: 'argocd', name, driftedRollouts: [] as readonly string[], operation }))
  const serving = { ...rollout, currentPodHash: 'good', stableRS: 'good' }
  const { gitWants } = summariseRollout(
    { view: fleet, rollout: serving, serving: 'in-step', reason: '' },
    { ledger, ownersOf: () => applications as ApplicationSnapshot[] },
  )
  expect(gitWants.revision).toBe(revision)
})
