import { describe, expect, it } from 'vitest'
import type { ApplicationSnapshot, HistoryEntry } from '../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { NOW } from '../../http/fleet-fixture.ts'
import { cardEntry, placed } from '../tell/a-card.ts'
import { aKnown, decided, failed } from './a-known.ts'
import { anExperiment, aPlace, KEY, listing, MINUTE, type Place } from './a-place.ts'

const SECOND = 1_000

describe('what a look at an Experiment shows', () => {
  const settleMs = 20 * SECOND

  it.each([
    ['once it has failed', anExperiment({ phase: 'Running' })],
    ['for another object of its name', anExperiment({ uid: 'experiment-0' })],
  ])('has to hold anew %s', async (_, before) => {
    const { experiments, now, wait, clock, releases } = await aPlace({ experiments: [before], policy: { settleMs } })
    const made = experiments()
    await made.look(KEY)
    await wait(settleMs)
    now.experiments = [anExperiment()]
    expect(await made.look(KEY)).toEqual({ at: clock.elapsed() + settleMs, follows: false })
    expect(releases()).toEqual([])
    await wait(settleMs)
    await made.look(KEY)
    expect(releases()).toMatchObject([{ uid: 'experiment-1', state: 'failed' }])
  })

  it.each<[string, Place]>([
    ['that nobody follows', { isOwned: false }],
    ['that had failed before', {}],
  ])('is kept of one %s: it need not hold again', async (_, place) => {
    const { experiments, wait } = await aPlace({ ...place, policy: { settleMs } })
    const made = experiments()
    await made.look(KEY)
    await wait(settleMs)
    const settled = { at: undefined, follows: false }
    expect([await made.look(KEY), await made.look(KEY)]).toEqual([settled, settled])
  })

  it('waits for nobody’s turn where it is nothing new', async () => {
    const { look, turns } = await aKnown({})
    await look()
    const before = turns.length
    await look()
    expect(turns.slice(before)).toEqual([])
  })

  it('is told in half a second, where nothing was decided', async () => {
    const { look, wait, clock, ledger } = await aKnown({ policy: { channel: '#shop' } })
    const cards = (): number => ledger.pendingEffects().filter(({ action }) => action.type === 'publish-card').length
    expect(await look()).toMatchObject({ at: clock.elapsed() + 500 })
    expect(cards()).toBe(0)
    await wait(500)
    expect(await look()).toMatchObject({ at: undefined })
    expect(cards()).toBe(1)
  })

  it('completes what people are owed of one that is over', async () => {
    const { look, ledger } = await aKnown({
      release: { state: 'ended', outcome: 'gone', endedAt: NOW },
      policy: { channel: '#shop' },
      more: [cardEntry(placed({ contentHash: '' }))],
    })
    await look()
    expect(ledger.pendingEffects()).toMatchObject([{ action: { type: 'publish-card', releaseKey: 'r' } }])
  })

  it('comes again when a snooze is over, or sooner, when its mute is', async () => {
    const snooze = { until: NOW + 20 * MINUTE, by: 'Ada', user: 'U1', channel: 'C1', at: NOW, pullRequest: null }
    const { look, clock } = await aKnown({
      release: { ...decided('notify', NOW), snooze },
      policy: { mutedUntil: NOW + 30 * MINUTE, channel: '#shop' },
    })
    expect(await look()).toMatchObject({ at: clock.elapsed() + 20 * MINUTE })
  })
})

describe('a failed Experiment is recorded', () => {
  const synced = (id: number, revision: string, at: number): HistoryEntry => {
    return { id, revisions: [revision], sources: [], deployStartedAt: at, deployedAt: at + SECOND }
  }
  const history = [synced(1, 'a', NOW - 60 * MINUTE), synced(2, 'b', NOW)]
  const syncs: Partial<ApplicationSnapshot> = { history, seenSince: 0 }
  const applied = (revision: string) => ({ application: 'argocd/web', revisions: [revision] })
  const tracked = (trackingId: string | undefined) => anExperiment({ own: { trackingId, settings: {}, labels: {}, failedAnalyses: [] } })
  const elsewhere = tracked('other:argoproj.io/Experiment:shop/web-ab')
  const untracked = tracked(undefined)
  const twice = { applications: [listing(syncs), listing({ ...syncs, name: 'too' })] }

  it.each<[string, Place, readonly unknown[]]>([
    ['with the sync that made it, and what was applied before', {}, [applied('b'), applied('a')]],
    ['without them where several Applications list it', { ...twice, experiments: [untracked] }, [null, null]],
    ['without them where its tracking id names another Application', { experiments: [elsewhere] }, [null, null]],
    ['without them while no Applications are seen', { seesApplications: false }, [null, null]],
    [
      'without them where nothing was synced at its time',
      { applications: [listing({ ...syncs, history: [synced(1, 'a', NOW - 60 * MINUTE)] })] },
      [null, null],
    ],
    [
      'without what came before where nobody saw what came between',
      { applications: [listing({ history, seenSince: NOW })] },
      [applied('b'), null],
    ],
  ])('%s', async (_, place, expected) => {
    const { experiments, releases } = await aPlace({ applications: [listing(syncs)], policy: { settleMs: 0 }, ...place })
    await experiments().look(KEY)
    expect(releases().map((one) => [one.applied, one.goodApplied])).toEqual([expected])
  })

  it.each<[string, Partial<Release>, Place, readonly unknown[]]>([
    ['both, once they are known', {}, {}, [applied('b'), applied('a')]],
    ['what was known first stays', { applied: applied('x'), goodApplied: applied('w') }, {}, [applied('x'), applied('w')]],
    ['nothing while no Applications are seen', { applied: applied('b') }, { seesApplications: false }, [applied('b'), null]],
    ['nothing once none lists it', { applied: applied('b') }, { applications: [] }, [applied('b'), null]],
  ])('and learns of its syncs later: %s', async (_, known, place, expected) => {
    const { look, ledger } = await aKnown(
      { release: { ...decided('notify', NOW), ...known } },
      { applications: [listing(syncs)], ...place },
    )
    await look()
    const release = ledger.read('release', 'r')
    expect([release?.applied, release?.goodApplied]).toEqual(expected)
    expect(release).toMatchObject({ startedAt: 1_000, attempts: failed().attempts, decision: { reason: 'why' } })
  })

  it.each([
    ['with a decision, where Git is not asked', 'notify', {}, 'release r: release-decided'],
    ['with news alone, where it is', 'pr', decided('notify', NOW), 'release r: release-updated'],
  ] as const)('%s', async (_, mode, release, line) => {
    const { look, turns, ledger } = await aKnown({ release, policy: { mode } }, { applications: [listing(syncs)] })
    await look()
    expect(turns.flat().filter((one) => one.startsWith('release'))).toEqual([line])
    expect(ledger.read('release', 'r')).toMatchObject({ decision: { action: 'notify' }, applied: applied('b') })
  })
})
