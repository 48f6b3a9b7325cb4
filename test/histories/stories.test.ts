import { describe, expect, it } from 'vitest'
import { judge } from './history.ts'
import { judgePull, type OpenedPull } from './oracle/pull-request.ts'
import type { Setup, Step } from './script.ts'
import { TOLD, type Told } from './told.ts'
import { createDeeds } from './world/deeds.ts'
import { BEGINNING, createWorld, type World } from './world/world.ts'

const BEGINS = 60_000

function setupOf({ selfHeal }: Told): Setup {
  const app = {
    name: 'shop',
    tool: 'plain',
    rollouts: ['web'],
    oneFile: false,
    cluster: 'prod',
    autoSync: true,
    selfHeal,
    waves: 'none',
  } as const
  const lags = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
  return { clusters: ['prod'], apps: [app], webhook: true, pollMs: 600_000, lags, twice: 0 }
}

/** The steps with their times, and when all is told. */
function stepsOf({ parts }: Told): { steps: readonly Step[]; end: number } {
  let at = BEGINS
  const steps: Step[] = []
  for (const { seconds, deeds } of parts) {
    for (const deed of deeds) steps.push({ ...deed, at } as Step)
    at += seconds * 1_000
  }
  return { steps, end: at }
}

/** A world without Kedge after a story, and its commits in order. */
async function tell(told: Told): Promise<{ world: World; commits: readonly string[] }> {
  const world = createWorld(setupOf(told), 1)
  const deeds = createDeeds(world)
  const { steps, end } = stepsOf(told)
  const commits: string[] = []
  for (const step of steps) {
    world.clock.after(step.at, () => {
      if (commits.length === 0) commits.push(world.repository.head())
      if (step.kind !== 'slow-push') deeds(step)
      if (world.repository.head() !== commits.at(-1)) commits.push(world.repository.head())
    })
  }
  await world.clock.advanceTo(BEGINNING + end, async () => undefined)
  return { world, commits }
}

interface Pull {
  culprits: readonly number[]
  /** The commit whose files it brings back. */
  good: number
  /** What it says that it reverts, where that is something else. */
  says?: readonly number[]
  /** What it does with one of them instead. */
  but?: (path: string, restored: string | undefined, base: string | undefined) => string | undefined
}

/** What is wrong with a PR, opened at the end, that reverts these commits by the files of another. */
async function wrongWith(story: keyof typeof TOLD, { culprits, good, says = culprits, but }: Pull): Promise<string | undefined> {
  const { world, commits } = await tell(TOLD[story])
  const { repository } = world
  const [base, then] = [repository.head(), repository.at(commits[good] ?? '')]
  const [undone, shas] = [culprits.map((index) => commits[index] ?? ''), says.map((index) => commits[index] ?? '')]
  const paths = [...new Set(undone.flatMap((sha) => repository.changed(sha)))]
  const under = repository.at(base)
  const made = (path: string): string | undefined => (but ? but(path, then(path), under(path)) : then(path))
  const files = Object.fromEntries(paths.map((path) => [path, made(path) ?? null]))
  const commit = repository.commit(files, { message: 'revert', kind: 'kedge' })
  repository.remote.move('main', base)
  const pull: OpenedPull = { number: 1, at: world.clock.now(), commit, base, culprits: shas, paths: repository.changed(commit), body: '' }
  return judgePull(world, pull).wrong
}

describe('a PR is judged by what the world did', () => {
  it.each<[keyof typeof TOLD, number[], number, RegExp]>([
    ['A1', [2], 1, /restores something else than N/],
    ['A1', [1, 2], 0, /^right/],
    ['A2', [1, 2, 3], 0, /innocent commit that came after/],
    ['A2', [1], 0, /^right/],
    ['A3', [3], 2, /restores something else than N/],
    ['A4 by undo', [2], 1, /^N was made by hand/],
    ['A4 by undo', [1, 2], 0, /^N was made by hand/],
    ['A4 by image', [2], 1, /^N was made by hand/],
    ['A5', [1, 2], 0, /^what fails was made by hand/],
    ['A6', [1], 0, /^right/],
    ['A7', [1, 2], 0, /innocent commit from before/],
    ['A7', [2], 1, /^right/],
    ['A8', [3], 1, /restores something else than N/],
    ['A8', [3], 2, /^right/],
    ['A9', [1], 0, /^nothing fails/],
    ['A10', [1], 0, /^nothing fails/],
    ['A11', [2], 1, /restores something else than N/],
    ['A11', [1, 2], 0, /^right/],
    ['A12', [1], 0, /^nothing fails/],
    ['forced', [3], 0, /^right/],
    ['forced back', [1], 0, /^right/],
    ['forced on', [2], 1, /^right/],
    ['forced on', [1, 2], 0, /innocent commit from before/],
    ['on top, and back', [2], 1, /^right/],
    ['on top, and back', [3, 4], 1, /takes back what/],
    ['on top, and back', [1, 2], 0, /innocent commit from before/],
    ['made anew', [2], 1, /^right/],
    ['tag', [2], 1, /follows a tag/],
    ['window', [1, 2], 0, /^right/],
    ['steps', [1, 2], 0, /^right/],
    ['with measures', [1, 2], 0, /^right/],
    ['with measures', [1], 0, /leaves of the release: the commit “/],
  ])('%s: culprits %j by the files of %i', async (story, culprits, good, wrong) => {
    expect((await wrongWith(story, { culprits, good })) ?? 'right').toMatch(wrong)
  })
})

it('a PR that leaves other objects as the release made them, or makes something else of a file, is wrong', async () => {
  const given = { culprits: [1, 2], good: 0 }
  const leaves = await wrongWith('with measures', { ...given, but: (path, then, base) => (path.includes('analysis') ? base : then) })
  expect(leaves).toMatch(/leaves of the release: other objects/)
  const spoils = await wrongWith('with measures', { ...given, but: (path, then) => (path.includes('analysis') ? `${then} ` : then) })
  expect(spoils).toMatch(/gives .*analysis.* another state than N's/)
})

it.each<[keyof typeof TOLD, number[], RegExp]>([
  // All of them restore N; none says which commit on the branch has made what fails.
  ['forced on', [1], /made it is not among the culprits: “shop: tag 3”/],
  ['forced on', [3], /made it is not among the culprits: “shop: tag 3”/],
  ['forced on', [4], /made it is not among the culprits: “shop: tag 3”/],
  ['on top, and back', [1], /made it is not among the culprits: “Revert/],
  ['on top, and back', [3], /made it is not among the culprits: “Revert/],
])('%s: a PR that says that it reverts %j is wrong', async (story, says, wrong) => {
  expect(await wrongWith(story, { culprits: [2], good: 1, says })).toMatch(wrong)
})

describe.each(['rendering', 'files'] as const)('Kedge does nothing wrong, by %s', (by) => {
  it.each(Object.entries(TOLD))('in %s', async (_, told) => {
    const { steps, end } = stepsOf(told)
    const { violations } = await judge({ seed: 1, setup: setupOf(told), steps, endsAt: end + 90_000 }, by)
    expect(violations.filter(({ kind }) => by === 'rendering' || kind !== 'missed')).toEqual([])
  })
})
