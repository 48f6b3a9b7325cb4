import { describe, expect, it } from 'vitest'
import type { ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import { createReconciler } from '../../../src/reconcile/loop/reconciler.ts'
import { createWishes } from '../../../src/reconcile/loop/wishes.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aRollout, aView } from '../../http/fleet-fixture.ts'
import { aCluster } from '../a-world.ts'
import { anApplication } from '../an-application.ts'
import { aReconciler as createDesk, SPLIT } from './a-reconciler.ts'

describe('the baseline of a cluster', () => {
  it('has what was broken before, silently, and is taken once', async () => {
    const { baseline, release, kept, ledger, wait, commits, now } = await createDesk([SPLIT, aRollout({ name: 'api' })])
    expect(await baseline()).toBe(true)
    expect(kept()).toEqual({ cluster: 'east', at: AT, experiments: true })
    expect(release()).toMatchObject({ state: 'failed', preExisting: true, serving: 'split' })
    expect(ledger.read('version', 'east|uid-api|good')).toMatchObject({ podTemplateHash: 'good' })
    expect(ledger.pendingEffects().filter(({ action }) => action.type === 'publish-card')).toEqual([])
    await wait(1_000)
    const before = commits()
    now.fresh = false
    expect([await baseline(), kept()?.at, commits() - before]).toEqual([true, AT, 0])
  })

  it('is none while the cluster cannot be seen, nor where it goes blind on the way', async () => {
    const desk = await createDesk([SPLIT])
    desk.now.fresh = false
    expect([await desk.baseline(), desk.kept(), desk.release()]).toEqual([false, undefined, undefined])
    desk.now.fresh = true
    const answers = [true, false]
    const { reconciler, environment, journal, ledger, clock } = desk
    const blinking = { ...desk.east, freshness: () => ({ fresh: answers.shift() ?? false, asOf: AT, blind: [] }) }
    const views = [blinking]
    const other = createReconciler({ ...environment, views }, journal, {
      later: () => undefined,
      again: () => undefined,
      wishes: createWishes(environment, () => undefined),
      decided: createJustDecided(clock),
    })
    expect([await other.takeBaseline(blinking), ledger.read('baseline', 'east')]).toEqual([false, undefined])
    expect(await reconciler.takeBaseline(desk.east)).toBe(true)
  })

  it('is none where the cluster was out of sight for some of it, though it is seen again at the end', async () => {
    const desk = await createDesk([SPLIT, aRollout({ name: 'api' })])
    function* blinking() {
      for (const [at, rollout] of [SPLIT, aRollout({ name: 'api' })].entries()) {
        desk.now.fresh = at === 0
        yield rollout
        desk.now.fresh = true
      }
    }
    expect([await desk.reconciler.takeBaseline({ ...desk.east, rollouts: blinking }), desk.kept()]).toEqual([false, undefined])
  })

  it('restores what failed before and is back since, as far as Argo CD has synced something else', async () => {
    const history = [{ id: 1, revisions: ['a'.repeat(40)], sources: [], deployStartedAt: AT, deployedAt: AT }]
    const hub = aView('hub', { rollouts: [], applications: [anApplication([{}], { history })] })
    const desk = await createDesk([aRollout({ name: 'web' })], {}, { applications: hub })
    const of = { uid: 'uid-web', podTemplateHash: 'bad', stableHash: 'good', templateKey: 'east|uid-web|bad', rolloutRevision: 7 }
    const applied = { application: 'argocd/web', revisions: ['b'.repeat(40)] }
    await desk.put(releaseEntry(aRelease({ key: 'east|uid-web|bad|7', ...of, attempts: [anAttempt()], applied })))
    expect([await desk.baseline(), desk.release()?.outcome]).toEqual([true, 'restored'])
  })

  it('of before Experiments were looked at is completed, and keeps its time', async () => {
    const desk = await createDesk([SPLIT])
    await desk.put({ kind: 'baseline', key: 'east', event: 'baseline-taken', document: { cluster: 'east', at: 7 } })
    expect([await desk.baseline(), desk.kept()]).toEqual([true, { cluster: 'east', at: 7, experiments: true }])
    // What is broken by then has failed since.
    expect(desk.release()).toBeUndefined()
  })
})

describe('the baseline of Experiments', () => {
  const failed = { namespace: 'shop', name: 'try', uid: 'x', phase: 'Failed', own: undefined } as unknown as ExperimentSnapshot

  it('waits until somebody sees whose they are, and that of the Rollouts holds meanwhile', async () => {
    const desk = await createDesk([SPLIT], {}, { applications: aCluster('hub', [], 'applications') })
    desk.now.experiments = [failed]
    expect([await desk.baseline(), desk.kept()]).toEqual([false, { cluster: 'east', at: AT }])
    expect(desk.release()).toMatchObject({ preExisting: true })
    await desk.wait(5_000)
    const before = desk.commits()
    expect([await desk.baseline(), desk.kept()]).toEqual([false, { cluster: 'east', at: AT }])
    expect(desk.commits()).toBe(before)
    desk.now.experiments = []
    expect([await desk.baseline(), desk.kept()]).toEqual([true, { cluster: 'east', at: AT, experiments: true }])
  })
})
