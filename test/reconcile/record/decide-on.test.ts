import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { AlertView } from '../../../src/reconcile/alerts/alert-view.ts'
import { beginPass } from '../../../src/reconcile/decide/case.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { createFollowUp } from '../../../src/reconcile/record/follow-up.ts'
import { aBurn, anAttempt } from '../../domain/an-attempt.ts'
import { anAlert } from '../../domain/release/a-look.ts'
import { aFailure } from '../act/a-failure.ts'
import { NOW } from '../act/a-host.ts'
import { known } from '../an-environment.ts'

const REF = { cluster: 'prod', namespace: 'shop', name: 'web' }
const MINUTE = 60_000
const LATER = NOW + 2 * MINUTE
/** Promoted a minute and a half after its sync, and named by an alert since. */
const BURN = aBurn({ objective: {}, beganAt: LATER - 10_000, promotedAt: LATER - 30_000, bakeMs: 25_000 })
const BURNS: Partial<Release> = { cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', seenAt: LATER, burn: BURN })] }

type Reread = () => ReturnType<ClusterView['reread']>

/** A failure that all speaks for reverting, and whose revert was withdrawn some time ago. */
async function deciding(fields: Partial<Release> = {}, live = (reread: Reread): ReturnType<Reread> => reread()) {
  const failure = await aFailure(fields)
  if (fields.cause) await failure.clock.advanceTo(LATER, async () => undefined)
  const { environment, ledger, clock, planned, decided, world } = failure
  const revert = planned({ state: 'ended', outcome: 'withdrawn', endedAt: clock.now() - MINUTE })
  const release = { ...failure.release, revertKey: null }
  await ledger.append([known('release', release), known('revert', revert)])
  const followUp = createFollowUp(environment, createJournal(ledger), decided)
  return {
    ...failure,
    follow: () => {
      const view = world.clusterOf(undefined).view()
      const pass = beginPass(environment, { ...view, reread: async (...ref) => live(() => view.reread(...ref)) }, REF)
      if (!fields.cause) return followUp.follow(pass, release)
      // Its version was promoted, and serves.
      const { podTemplateHash, rolloutRevision } = release
      const serving: Look['serving'] = {
        state: 'in-step',
        reason: '',
        failure: undefined,
        current: { podTemplateHash, rolloutRevision } as never,
      }
      const look = { ...pass.look, serving, observation: { ...pass.look.observation, serving, past: [release] } }
      return followUp.follow({ ...pass, look }, release)
    },
    present: () => ledger.read('release', release.key),
    state: () => ledger.read('revert', revert.key)?.state,
    taken: () => decided.take(revert.key),
  }
}

describe('a revert is planned', () => {
  it('where it is right, and still is past the cache; the push finds what was asked', async () => {
    const { follow, present, state, taken, clock } = await deciding()
    expect(await follow()).toBeUndefined()
    expect([present()?.decision?.action, state()]).toEqual(['open-revert', 'planned'])
    expect(taken()).toMatchObject({ at: clock.elapsed(), known: { release: { key: 'r' } } })
  })

  it('not where the cluster has moved on past the cache', async () => {
    const { follow, present, state, taken } = await deciding({}, async () => undefined)
    await follow()
    expect([present()?.decision?.action, state(), taken()]).toEqual(['wait', 'ended', undefined])
  })

  it('not while the cluster does not answer: that is written, and thrown to be asked again', async () => {
    const fault = new KedgeError('E_CLUSTER_UNREACHABLE', 'no answer')
    const { follow, present, state } = await deciding({}, () => Promise.reject(fault))
    await expect(follow()).rejects.toThrow('no answer')
    expect([present()?.decision?.action, state()]).toEqual(['notify', 'ended'])
  })

  it('not where we are at fault, of which nothing is written', async () => {
    const { follow, present } = await deciding({}, () => Promise.reject(new TypeError('ours')))
    await expect(follow()).rejects.toThrow('ours')
    expect(present()?.decision).toBeNull()
  })

  it('not for a moment where another Rollout fails of which nothing is written yet', async () => {
    let asked = 0
    const { follow, present, state, world } = await deciding({}, (reread) => {
      asked += 1
      return reread()
    })
    const worker = world.addRollout({ name: 'worker' })
    worker.healthy('v1')
    worker.canary('v2')
    worker.abort()
    world.list()
    expect(await follow()).toBe(250)
    expect([present()?.decision, state(), asked]).toEqual([null, 'ended', 0])
  })

  it.each([
    ['once more after its alert was asked for', BURNS, 1],
    ['without a word of alerts where none names it', {}, 0],
  ])('%s', async (_, fields, times) => {
    const { follow, present, environment, policy } = await deciding(fields)
    let asked = 0
    const standing = { askedAt: NOW, fault: undefined, alerts: [anAlert({ beganAt: BURN.beganAt })] }
    environment.alerts = { refresh: async () => void (asked += 1), of: () => standing } as unknown as AlertView
    policy.current = { prCauses: ['slo-burn', 'analysis-failed'] }
    await follow()
    expect([present()?.decision?.action, asked]).toEqual(['open-revert', times])
  })
})
