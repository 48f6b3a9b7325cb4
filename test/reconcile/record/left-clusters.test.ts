import { expect, it } from 'vitest'
import type { KeptPolicy, Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { followAtForge, isFollowedAtForge, leftClusters, leftReverts, tellLeft } from '../../../src/reconcile/record/left-clusters.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aView } from '../../http/fleet-fixture.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'

const REPO = 'https://forge.example/acme/shop'

/** A failed release of a Rollout of a cluster, by that one's name. */
const failed = (cluster: string, fields: Partial<Release> = {}) =>
  known(
    'release',
    aRelease({ key: `r-${cluster}`, cluster, uid: cluster, attempts: [anAttempt()], revertKey: 'v', policy: TOLD_IN_C, ...fields }),
  )
const standing = (clusters: readonly string[], fields: Partial<Revert> = {}) =>
  known('revert', aRevert({ key: 'v', repoURL: REPO, releases: clusters.map((cluster) => `r-${cluster}`), ...fields }))

it.each<{ what: string; clusters: readonly string[]; revert?: Partial<Revert>; isLeft: boolean }>([
  { what: 'whose cluster is watched', clusters: ['east'], isLeft: false },
  { what: 'whose cluster is not watched any more', clusters: ['gone'], isLeft: true },
  { what: 'one of whose clusters is watched', clusters: ['gone', 'east'], isLeft: false },
  { what: 'of which no release is known', clusters: [], isLeft: false },
  { what: 'that has ended', clusters: ['gone'], revert: { state: 'ended', outcome: 'merged', endedAt: 1 }, isLeft: false },
])('a revert $what: left behind $isLeft', async ({ clusters, revert, isLeft }) => {
  const views = ['east', 'west'].map((cluster) => aView(cluster, { rollouts: [] }))
  const { environment } = await anEnvironment([...clusters.map((one) => failed(one)), standing(clusters, revert)], { views })
  expect(leftReverts(environment).map(({ key }) => key)).toEqual(isLeft ? ['v'] : [])
  expect(leftClusters(environment)).toEqual(isLeft ? ['gone'] : [])
  expect(isFollowedAtForge(environment, 'gone/shop/web')).toBe(isLeft)
  expect(isFollowedAtForge(environment, 'gone/shop/other')).toBe(false)
  expect(isFollowedAtForge(environment, 'nothing')).toBe(false)
})

/** A PR that is open at the forge, of a Rollout whose cluster has left. */
async function left(fields: { revert?: Partial<Revert>; policy?: KeptPolicy } = {}) {
  const place = await anEnvironment([failed('gone', { policy: fields.policy ?? TOLD_IN_C })])
  const title = 'Revert'
  const number = await place.forges.openByHuman(REPO, { branch: 'kedge/revert/x', base: 'main', title, body: '', author: 'kedge' })
  const pull = await place.forges.forRepository(REPO).get(number)
  await place.ledger.append([
    standing(['gone'], { pullRequest: { number, url: 'https://forge.example/1' }, commit: null, ...fields.revert }),
  ])
  const follow = (): Promise<boolean> => followAtForge(place.environment, place.journal, 'gone/shop/web')
  return { ...place, pull, follow }
}

it('its PR is followed at the forge until people end it, and then no more', async () => {
  const { follow, forges, ledger, pull } = await left()
  expect(await follow()).toBe(true)
  expect(ledger.read('revert', 'v')).toMatchObject({ state: 'open', outcome: null })
  forges.closeByHuman(REPO, pull.number)
  expect(await follow()).toBe(false)
  expect(ledger.read('revert', 'v')).toMatchObject({ state: 'ended', outcome: 'declined', endedAt: NOW })
  expect(ledger.pendingEffects().map(({ action }) => action.type)).toContain('delete-branch')
})

it.each([{ mode: 'observe' as const }, { mode: 'notify' as const }])(
  'in mode $mode its branch is touched accordingly',
  async ({ mode }) => {
    const { follow, forges, ledger, pull } = await left({ policy: { ...TOLD_IN_C, mode } })
    forges.closeByHuman(REPO, pull.number)
    await follow()
    expect(ledger.pendingEffects().some(({ action }) => action.type === 'delete-branch')).toBe(mode === 'notify')
  },
)

it('one whose PR is not there yet is left as it is', async () => {
  const { follow, ledger } = await left({ revert: { pullRequest: null, state: 'planned' } })
  expect(await follow()).toBe(true)
  expect(ledger.read('revert', 'v')?.state).toBe('planned')
})

it.each(['merged', 'declined'] as const)('what was %s while the forge was asked stays so: its answer is of before', async (outcome) => {
  const place = await left()
  const ended = aRevert({ ...place.ledger.read('revert', 'v'), key: 'v', state: 'ended', outcome, endedAt: 7 })
  const journal: typeof place.journal = {
    commit: async (entries) => {
      await place.ledger.append([known('revert', ended)])
      await place.journal.commit(entries)
    },
  }
  expect(await followAtForge(place.environment, journal, 'gone/shop/web')).toBe(false)
  expect(place.ledger.read('revert', 'v')).toEqual(ended)
})

it('that a cluster was left behind is said at a start, with its open PRs, by whoever leads it', async () => {
  const { environment, lines } = await anEnvironment([
    failed('gone'),
    failed('away', { revertKey: 'v' }),
    standing(['gone', 'away']),
    known('release', aRelease({ key: 'r-planned', cluster: 'gone', uid: 'other', rollout: 'other', revertKey: 'w' })),
    known('revert', aRevert({ key: 'w', releases: ['r-planned'], state: 'planned', pullRequest: null })),
    known('release', aRelease({ key: 'r-else', cluster: 'away', uid: 'else', rollout: 'else', revertKey: 'x' })),
    known('revert', aRevert({ key: 'x', releases: ['r-else'], pullRequest: { number: 9, url: 'https://forge.example/9' } })),
  ])
  expect(leftClusters(environment).toSorted()).toEqual(['away', 'gone'])
  tellLeft(environment, (cluster) => cluster === 'gone')
  expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
    ['warn', { cluster: 'gone', pullRequests: ['https://github.com/acme/shop/pull/7'] }],
  ])
})
