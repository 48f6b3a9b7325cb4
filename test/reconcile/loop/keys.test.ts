import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/domain/effect.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import {
  keysLeft,
  keysOfApplication,
  keysOfRepository,
  keysOfView,
  keysUnfinished,
  rolloutsIn,
  rolloutsOf,
} from '../../../src/reconcile/loop/keys.ts'
import { anEffect, aRelease, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { aRollout } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { aCluster, aWorld } from '../a-world.ts'

const OF = 'github.com/acme/shop'
const release = (rollout: string, fields: Partial<Release> = {}): LedgerEntry =>
  releaseEntry(aRelease({ key: rollout, rollout, ...fields }))
const ended = { state: 'ended', outcome: 'restored' } as const
const quarantine = (fields: Parameters<typeof aQuarantine>[0]): LedgerEntry => {
  const document = aQuarantine(fields)
  return { kind: 'quarantine', key: document.key, event: 'quarantine-begun', document }
}

/** A cluster with an Experiment of its own beside its Rollouts. */
const withExperiment = (view: ClusterView): ClusterView => ({
  ...view,
  standaloneExperiments: () => [{ namespace: 'shop', name: 'try' } as ExperimentSnapshot],
  standaloneExperiment: (namespace, name) => (`${namespace}/${name}` === 'shop/try' ? ({ name } as ExperimentSnapshot) : undefined),
})

/** Releases that go on, that ended under a revert that has not, and that are over; the same in another cluster, and quarantines. */
async function aLedger(views: readonly ClusterView[] = [aCluster('east', ['web', 'seen'])], more: Partial<Environment> = {}) {
  const { environment, put } = await aWorld({}, { views, ...more })
  await put(
    release('web', { repository: OF }),
    release('under-revert', { ...ended, repository: OF }),
    release('over', { ...ended, repository: OF }),
    release('west', { cluster: 'west', repository: 'github.com/acme/other' }),
    revertEntry(aRevert({ key: 'v', releases: ['under-revert', 'web', 'forgotten'] })),
    revertEntry(aRevert({ key: 'ended', releases: ['over'], state: 'ended', outcome: 'merged' })),
    quarantine({ key: 'q1', rollout: 'quarantined' }),
    quarantine({ key: 'q2', rollout: 'elsewhere', cluster: 'west', repository: 'github.com/acme/other' }),
    quarantine({ key: 'q3', rollout: 'free', state: 'over', outcome: 'lifted', endedAt: 1 }),
  )
  return environment
}

describe('the Rollouts', () => {
  it('of a cluster are those that are seen, its Experiments, and what is unfinished or in quarantine there', async () => {
    const view = withExperiment(aCluster('east', ['web', 'seen']))
    const environment = await aLedger([view])
    expect(keysOfView(environment, view)).toEqual([
      'east/shop/web',
      'east/shop/seen',
      'east/shop/experiment:try',
      'east/shop/under-revert',
      'east/shop/quarantined',
    ])
  })

  it('that are unfinished have an open release, or a live revert', async () => {
    const { ledger } = await aLedger()
    expect(new Set(keysUnfinished(ledger))).toEqual(new Set(['west/shop/west', 'east/shop/web', 'east/shop/under-revert']))
    expect(keysUnfinished(ledger)).toHaveLength(3)
  })

  it('of a repository have an open release, a live revert or a quarantine from it, however it is spelled', async () => {
    const environment = await aLedger()
    expect(keysOfRepository(environment, 'https://GitHub.com/acme/shop.git')).toEqual([
      'east/shop/under-revert',
      'east/shop/web',
      'east/shop/quarantined',
    ])
    expect(keysOfRepository(environment, 'https://github.com/acme/other')).toEqual(['west/shop/west', 'west/shop/elsewhere'])
  })

  it('that are left have an open PR, and a cluster that nobody watches', async () => {
    expect(keysLeft(await aLedger())).toEqual([])
    const left = await aLedger([aCluster('north', [])])
    expect(keysLeft(left)).toEqual(['east/shop/under-revert', 'east/shop/web'])
  })
})

describe('the Rollouts of an Application', () => {
  const application = {
    ...applicationOf(aRollout({ name: 'web' })),
    rollouts: ['shop/web', 'shop/gone'],
    experiments: ['shop/experiment:try'],
  }
  const hub = { ...aCluster('hub', []), application: (_: string, name: string) => (name === 'web' ? application : undefined) }
  const views = [aCluster('east', ['web', 'api']), withExperiment(aCluster('west', ['web'])), aCluster('north', ['web'])]
  const deploysTo: Environment['deploysTo'] = (_, cluster) => cluster !== 'north'

  it('are those that are there, in each cluster that it deploys to, Experiments too', async () => {
    const environment = await aLedger(views, { applications: hub, deploysTo })
    expect(keysOfApplication(environment, 'argocd', 'web')).toEqual(['east/shop/web', 'west/shop/web', 'west/shop/experiment:try'])
    expect(keysOfApplication(environment, 'argocd', 'gone')).toEqual([])
  })

  it('are no Experiments where it names none', async () => {
    const { experiments: _, ...older } = application
    const environment = await aLedger(views, { applications: { ...hub, application: () => older }, deploysTo })
    expect(keysOfApplication(environment, 'argocd', 'web')).toEqual(['east/shop/web', 'west/shop/web'])
  })
})

describe('the Rollouts that something is about', () => {
  const about: readonly [string, Effect['action'], readonly string[]][] = [
    ['a release', { type: 'trace-release', releaseKey: 'web' }, ['east/shop/web']],
    ['a release that nobody knows', { type: 'trace-release', releaseKey: 'forgotten' }, []],
    ['a revert', { type: 'close-revert', revertKey: 'v', reason: '' }, ['east/shop/under-revert', 'east/shop/web']],
    ['a revert that nobody knows', { type: 'delete-branch', revertKey: 'forgotten' }, []],
  ]
  it.each(about)('are those of %s that an effect is for', async (_, action, keys) => {
    expect(rolloutsOf(await aLedger(), anEffect({ key: 'e', action }))).toEqual(keys)
  })

  it.each<[string, LedgerEntry, readonly string[]]>([
    ['a release', release('web'), ['east/shop/web']],
    ['a quarantine', quarantine({ rollout: 'api' }), ['east/shop/api']],
    ['a revert', revertEntry(aRevert({ key: 'v', releases: ['web', 'forgotten', 'west'] })), ['east/shop/web', 'west/shop/west']],
    [
      'an effect, which one process alone writes',
      effectEntry(anEffect({ key: 'e', action: { type: 'read-pods', releaseKey: 'web' } })),
      [],
    ],
  ])('are those of %s that was appended', async (_, entry, keys) => {
    expect(rolloutsIn(await aLedger(), entry)).toEqual(keys)
  })
})
