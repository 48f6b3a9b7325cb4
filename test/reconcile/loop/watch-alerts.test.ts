import { describe, expect, it } from 'vitest'
import type { AppliedSync } from '../../../src/domain/application/applied.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { alertsOf } from '../../../src/reconcile/loop/alerts-of.ts'
import { watchAlerts } from '../../../src/reconcile/loop/watch-alerts.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { AT, burning, FLAGS } from '../../domain/an-attempt.ts'
import { anAlert } from '../../domain/release/a-look.ts'
import { aReplicaSet, aRollout } from '../../http/fleet-fixture.ts'
import { aCluster, aWorld } from '../a-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A window of an hour, and an hour more: a condition may have held for long when its alert fires. */
const promoted = (at: number | null): Release => aRelease({ key: 'p', state: 'ended', outcome: 'promoted', endedAt: at })
const sync = (startedAt?: number, endedAt?: number): AppliedSync => ({ application: 'argocd/web', revisions: [], startedAt, endedAt })

interface Given {
  past?: readonly Release[]
  flags?: Observation['flags']
  syncs?: readonly AppliedSync[]
  policy?: { flags?: readonly string[]; bakeMs?: number }
}

/** Until when the alerts are asked for. */
function watched({ past = [], flags, syncs = [], policy }: Given): unknown {
  const calls: unknown[] = []
  const clock = { now: () => AT }
  const alerts = { watch: (key: string, until: number | undefined) => void calls.push([key, until]) }
  const environment = { alerts, clock } as unknown as Environment
  const observation = { past, syncs, ...(flags && { flags }) }
  watchAlerts(environment, 'east/shop/web', { look: { observation }, policy: { bakeMs: HOUR, flags: [], ...policy } } as unknown as Pass)
  expect(calls).toHaveLength(1)
  const [[key, until]] = calls as [[string, number | undefined]]
  expect(key).toBe('east/shop/web')
  return until === undefined ? undefined : until - AT
}

describe('the alerts of a Rollout are asked for', () => {
  it.each<[string, Given, number | undefined]>([
    ['not, where nothing was promoted', {}, undefined],
    ['while the newest that was promoted bakes', { past: [promoted(AT - 9 * HOUR), promoted(AT - HOUR)] }, HOUR],
    ['no more once that is over', { past: [promoted(AT - 2 * HOUR)] }, undefined],
    ['not, where what ended was not promoted', { past: [aRelease({ key: 'r', state: 'ended', outcome: 'gone', endedAt: AT })] }, undefined],
    ['though something else was promoted never', { past: [promoted(AT), aRelease({ key: 'r' })] }, 2 * HOUR],
    ['while one of its releases burns, for a day at each look', { past: [promoted(AT - 9 * HOUR), burning()] }, DAY],
    ['not for what has failed otherwise', { past: [aRelease({ key: 'r' })] }, undefined],
    ['not for what burned and is over', { past: [burning({ promotedAt: AT - DAY }, { state: 'ended', outcome: 'restored' })] }, undefined],
    ['while flags of it burn', { flags: { releases: [burning(FLAGS)] } }, DAY],
    ['not where the policy never lets anything bake', { past: [promoted(AT)], policy: { bakeMs: 0 } }, undefined],
    ['not even for what burns there', { past: [burning()], policy: { bakeMs: 0 } }, undefined],
    ['after a sync, where the policy names flags', { syncs: [sync(AT - 9, AT - HOUR)], policy: { flags: ['*'] } }, HOUR],
    ['after a sync that goes on', { syncs: [sync(AT - HOUR)], policy: { flags: ['*'] } }, HOUR],
    ['after the newest of them, where one says no time', { syncs: [sync(), sync(AT - HOUR)], policy: { flags: ['*'] } }, HOUR],
    ['after no sync where the policy names no flags', { syncs: [sync(AT, AT)] }, undefined],
  ])('%s', (_, given, until) => {
    expect(watched(given)).toBe(until)
  })

  it('of nobody where there is nobody to be asked', () => {
    const environment = { clock: { now: () => AT } } as unknown as Environment
    expect(() => watchAlerts(environment, 'k', {} as unknown as Pass)).not.toThrow()
  })
})

describe('what each alert says of a Rollout', () => {
  const web = aRollout({ name: 'web' })
  const serving = { ...aCluster('east', ['web']), replicaSets: () => [aReplicaSet(web, {})] }
  const REF = { cluster: 'east', namespace: 'shop', name: 'web' }
  async function asked(of: object, entries: readonly Release[] = []) {
    const alerts = { of: () => ({ askedAt: undefined, fault: undefined, alerts: [], ...of }) } as unknown as Environment['alerts']
    const { environment, put } = await aWorld({ bakeMs: HOUR }, { views: [aCluster('west', []), serving], alerts })
    for (const one of entries) await put(releaseEntry(one))
    return { environment, items: alertsOf(environment, REF) }
  }

  it('is nothing while nobody has told any', async () => {
    const { items } = await asked({})
    expect(items).toEqual({ askedAt: null, fault: null, items: [] })
  })

  it('is nothing that is known where nobody is asked, or nobody watches', async () => {
    const { environment } = await asked({})
    expect(alertsOf({ ...environment, alerts: undefined }, REF)).toBeUndefined()
    expect(alertsOf(environment, { ...REF, cluster: 'gone' })).toBeUndefined()
  })

  it('is said of the flags that it names, and else of what runs', async () => {
    const flags = burning({ ...FLAGS, fingerprint: 'f', beganAt: AT, promotedAt: AT - 60_000 }, { uid: 'uid-web' })
    const over = burning({ ...FLAGS, fingerprint: 'over' }, { key: 'over', uid: 'uid-web', state: 'ended', outcome: 'restored' })
    const other = burning(FLAGS, { key: 'other', uid: 'uid-web', cause: 'undone' })
    const alerts = ['f', 'over', 'g'].map((fingerprint) => anAlert({ fingerprint, name: fingerprint, beganAt: AT }))
    const { items } = await asked({ askedAt: AT, fault: 'it is away\n', alerts }, [other, over, flags])
    const unseen = 'Kedge has not seen the version that runs being promoted'
    expect(items).toEqual({
      askedAt: AT,
      fault: 'it is away',
      items: [
        { name: 'f', beganAt: AT, words: expect.not.stringContaining(unseen) },
        { name: 'over', beganAt: AT, words: unseen },
        { name: 'g', beganAt: AT, words: unseen },
      ],
    })
  })
})
