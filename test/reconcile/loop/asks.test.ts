import { describe, expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { ExperimentSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { EVIDENCE } from '../../domain/an-evidence.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aRollout, aView } from '../../http/fleet-fixture.ts'
import { anApplication } from '../an-application.ts'
import { cardEntry, placed } from '../tell/a-card.ts'
import { kept, stormEntry } from '../tell/a-told-storm.ts'
import { aReconciler as createDesk, KEY, SPLIT } from './a-reconciler.ts'

const MERGE = 'a'.repeat(40)
/** A canary that is on its way to the version that fails. */
const ROLLING = aRollout({ name: 'web', currentPodHash: 'bad', rolloutRevision: 9, phase: 'Progressing', stepCount: 8 })

/** A Rollout of one Application, whose repository counts how often it is opened, and is away. */
async function aKept(rollout: RolloutSnapshot, fields: Partial<ApplicationSnapshot> = {}) {
  const opened: string[] = []
  const repositories: Environment['repositories'] = {
    open(url) {
      opened.push(url)
      return Promise.reject(new KedgeError('E_GIT_UNREACHABLE', 'away', { retryable: true }))
    },
  }
  const hub = aView('hub', { rollouts: [], applications: [anApplication([{}], fields)] })
  const desk = await createDesk([rollout], {}, { applications: hub, repositories })
  await desk.put({ kind: 'baseline', key: 'east', event: 'baseline-taken', document: { cluster: 'east', at: 1, experiments: true } })
  return { ...desk, opened }
}

describe('Git is asked', () => {
  it('ahead of a decision, once, while a new failure settles', async () => {
    const desk = await aKept(ROLLING)
    await desk.look()
    await desk.wait(1_000)
    await desk.look()
    expect(desk.release()).toMatchObject({ state: 'rolling', attempts: [] })
    // Of what does not fail, nothing is asked, and nobody comes again.
    expect([await desk.follow(), desk.opened.length]).toEqual([[], 0])
    desk.now.rollouts = [SPLIT]
    await desk.look()
    expect([await desk.follow(), desk.opened.length]).toEqual([[], 1])
    expect([await desk.follow(), desk.opened.length]).toEqual([[], 1])
  })

  it('whether it has moved where a version is back, and the next look has the answer', async () => {
    const history = [{ id: 1, revisions: [MERGE], sources: [], deployStartedAt: AT, deployedAt: AT }]
    const desk = await aKept(aRollout({ name: 'web' }), { history, comparedRevisions: [MERGE] })
    const of = { uid: 'uid-web', podTemplateHash: 'bad', stableHash: 'good', templateKey: 'east|uid-web|bad', rolloutRevision: 7 }
    const applied = { application: 'argocd/web', revisions: ['b'.repeat(40)] }
    await desk.put(releaseEntry(aRelease({ key: 'east|uid-web|bad|7', ...of, attempts: [anAttempt()], applied })))
    expect([await desk.follow(), desk.again, desk.opened.length]).toEqual([[], [KEY], 1])
    // It could not say, which is not asked anew for now: the release is followed all the same.
    await expect(desk.follow()).rejects.toThrow('away')
    expect(desk.again).toEqual([KEY])
  })
})

describe('a hint', () => {
  it('has the forge asked at once about what was asked a moment ago', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    await desk.baseline()
    await desk.look()
    desk.now.rollouts = [SPLIT]
    await desk.look()
    await desk.wait(1_000)
    await desk.look()
    await desk.follow()
    await desk.wait(10_000)
    const rest = [
      [KEY, 20_000],
      [KEY, 30_000],
    ]
    expect(await desk.follow()).toEqual(rest)
    desk.reconciler.hint(KEY)
    expect(await desk.follow()).toEqual([[KEY, 30_000]])
  })
})

describe('an Experiment of its own', () => {
  const key = 'east/shop/experiment:try'
  const ofExperiment = { rollout: 'experiment:try', uid: 'x', attempts: [anAttempt({ evidence: [EVIDENCE] })] }

  async function aFailed(decidedAt?: number) {
    const desk = await createDesk([], { mode: 'pr', settleMs: 0 })
    desk.now.experiments = [{ namespace: 'shop', name: 'try', uid: 'x', phase: 'Failed', own: {} } as unknown as ExperimentSnapshot]
    const decision = decidedAt === undefined ? null : { action: 'notify' as const, reason: '', checks: [], at: decidedAt }
    await desk.put(releaseEntry(aRelease({ key: 'r', ...ofExperiment, decision })))
    return desk
  }

  it('is followed, and comes again in half a minute', async () => {
    const desk = await aFailed()
    expect(await desk.follow(key)).toEqual([[key, 30_000]])
    expect(desk.ledger.read('release', 'r')?.decision).toMatchObject({ action: 'notify' })
  })

  it('comes no more once nobody asks about it, but for a hint', async () => {
    const desk = await aFailed(AT - 24 * 3_600_000)
    expect(await desk.follow(key)).toEqual([])
    expect(await desk.look(key)).toMatchObject({ follows: false })
    desk.reconciler.hint(key)
    expect(await desk.look(key)).toMatchObject({ follows: true })
  })
})

describe('people', () => {
  const cards = ({ ledger }: Awaited<ReturnType<typeof createDesk>>) =>
    ledger.pendingEffects().flatMap(({ action }) => (action.type === 'publish-card' ? [action.releaseKey] : []))

  it('are told of a pause that waits for them, without a question to Git', async () => {
    const paused = aRollout({ ...ROLLING, phase: 'Paused', pauseReasons: ['InconclusiveAnalysisRun'] })
    const desk = await createDesk([paused])
    await desk.put({ kind: 'baseline', key: 'east', event: 'baseline-taken', document: { cluster: 'east', at: 1, experiments: true } })
    await desk.look()
    await desk.wait(1_000)
    await desk.look()
    expect(desk.release()?.waiting).not.toBeNull()
    expect(cards(desk)).toEqual([desk.release()?.key])
  })

  it('are told how a storm ended once its last release was followed', async () => {
    const desk = await createDesk([aRollout({ name: 'web' })])
    const storm = aStorm({ state: 'over', endedAt: AT })
    const over = { uid: 'uid-web', state: 'ended', outcome: 'restored', endedAt: AT, storm: storm.key, policy: kept('#shop') } as const
    await desk.put(
      ...['a', 'b'].map((key) => releaseEntry(aRelease({ key, ...over }))),
      cardEntry(placed({ releaseKey: 'a', storm: { key: storm.key, isLast: false } })),
      stormEntry(storm),
    )
    await desk.follow()
    expect(cards(desk)).toEqual(['a'])
  })
})
