import { expect, it } from 'vitest'
import type { Step } from '../script.ts'
import { createDeeds } from '../world/deeds.ts'
import { BEGINNING, createWorld, type World } from '../world/world.ts'
import { judgePull } from './pull-request.ts'

type Setup = Parameters<typeof createWorld>[0]

const SETUP: Setup = {
  clusters: ['prod'],
  apps: [
    { name: 'shop', tool: 'plain', rollouts: ['web'], oneFile: false, cluster: 'prod', autoSync: true, selfHeal: false, waves: 'none' },
  ],
  webhook: true,
  pollMs: 600_000,
  lags: { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 },
  twice: 0,
}

const commit = (verdict: 'good' | 'failed', change: 'tag' | 'analysis' | 'config'): Omit<Step & { kind: 'commit' }, 'at'> => ({
  kind: 'commit',
  app: 'shop',
  rollout: 0,
  change,
  verdict,
  how: 'push',
})

const TAKEN_BACK = { kind: 'revert', app: 'shop', how: 'push', subject: 'plain' } as const

type Deeds = readonly (ReturnType<typeof commit> | typeof TAKEN_BACK)[]

/** The state of a world in which these were committed, and then synced at once; and others once that has failed. */
async function played(commits: Deeds, since: Deeds = []): Promise<World> {
  const world = createWorld(SETUP, 1)
  const deeds = createDeeds(world)
  const steps: Step[] = [
    { kind: 'sync-off', app: 'shop', at: 60_000 },
    ...commits.map((one, index) => ({ ...one, at: 61_000 + index * 1_000 })),
    { kind: 'sync-on', app: 'shop', at: 92_000 },
    ...since.map((one, index) => ({ ...one, at: 115_000 + index * 1_000 })),
  ]
  for (const step of steps) world.clock.after(step.at, () => deeds(step))
  await world.clock.advanceTo(BEGINNING + 130_000, async () => undefined)
  return world
}

/** What is said of a PR that takes back the newest but `later` commits, and no more. */
function judged({ repository, clock, ...world }: World, later: number): string | undefined {
  const base = repository.head()
  const sha = repository.between(undefined, base).at(-1 - later) ?? ''
  const then = repository.at(repository.store.commit(sha)?.parents[0] ?? '')
  const paths = repository.changed(sha)
  const files = Object.fromEntries(paths.map((path) => [path, then(path) ?? null]))
  const made = repository.commit(files, { message: 'revert', kind: 'kedge' })
  repository.remote.move('main', base)
  const pull = { number: 1, at: clock.now(), commit: made, base, culprits: [sha], paths, body: '' }
  return judgePull({ ...world, repository, clock }, pull).wrong
}

it('what a commit of the release before the first culprit made of it is left by a PR that takes back less', async () => {
  expect(judged(await played([commit('good', 'analysis'), commit('failed', 'tag')]), 0)).toMatch(/^it leaves of the release: other objects/)
})

it('what a commit of the release after the first culprit made of it is left as well', async () => {
  expect(judged(await played([commit('failed', 'tag'), commit('good', 'analysis')]), 1)).toMatch(/^it leaves of the release: the commit/)
})

it('what somebody has changed of another object since is no excuse for what is left', async () => {
  const released = [commit('good', 'analysis'), commit('failed', 'tag')]
  const wrong = /^it leaves of the release: other objects: analysis/
  expect(judged(await played(released, [commit('good', 'config')]), 1)).toMatch(wrong)
  expect(judged(await played(released, [commit('good', 'analysis')]), 1)).toBeUndefined()
})

it('nothing is left where all of the release goes back', async () => {
  expect(judged(await played([commit('failed', 'tag')]), 0)).toBeUndefined()
})

it('nothing is left of a commit that was taken back before the release failed', async () => {
  expect(judged(await played([commit('good', 'analysis'), TAKEN_BACK, commit('failed', 'tag')]), 0)).toBeUndefined()
})

it('nothing is left of one that was taken back, though somebody has changed the same since the release', async () => {
  const released = [commit('failed', 'tag'), commit('good', 'config'), TAKEN_BACK]
  expect(judged(await played(released, [commit('good', 'config')]), 3)).toBeUndefined()
})
