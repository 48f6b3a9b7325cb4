import type { StepOf } from '../script.ts'
import { commit, overlaysOf, rolloutsIn } from './commits.ts'
import type { Edit } from './edits.ts'
import { filesOf } from './release-files.ts'
import type { NewCommit } from './repository.ts'
import type { World } from './world.ts'

const AUTHORS = { people: 'Ada Author <ada@example.com>', bot: 'argocd-image-updater <noreply@argoproj.io>' }

/** Releases, one commit each: what is new has a number that was not there before, what was there before is remembered. */
export function createReleases(world: World): (step: StepOf<'commit'>) => void {
  const { repository, verdicts } = world
  let value = 1
  const lastBad = new Map<string, { rollout: string; value: number }>()
  const tags = new Map<string, number[]>()

  /** Something new, or what has failed last, or what was there before. */
  function changeOf(step: StepOf<'commit'>): { change: Edit; isBack: boolean } {
    const there = rolloutsIn(world, world.folder(step.app))
    const rollout = there[step.rollout % there.length] ?? ''
    const bad = step.again ? lastBad.get(step.app) : undefined
    // What is gone from Git by now is not tried again.
    if (bad && there.includes(bad.rollout)) return { change: { change: 'tag', rollout: bad.rollout, value: bad.value }, isBack: false }
    const former = step.back ? tags.get(`${step.app} ${rollout}`)?.at(-2) : undefined
    if (former !== undefined) return { change: { change: 'tag', rollout, value: former }, isBack: true }
    return { change: { change: step.change, rollout, value }, isBack: false }
  }

  /** How it will fare, unless that is known, and what may be put back later. */
  function note(step: StepOf<'commit'>, change: Edit): void {
    const folder = world.folder(step.app)
    const ofIt = `${step.app} ${change.rollout}`
    if (change.change === 'tag') tags.set(ofIt, [...(tags.get(ofIt) ?? [1]), change.value])
    for (const one of [folder, ...overlaysOf(world, folder)]) {
      const key = repository.rendered(one, repository.head())?.rollouts.get(change.rollout)?.key ?? ''
      if (!verdicts.has(key)) verdicts.set(key, step.verdict)
    }
    if (step.verdict !== 'good' && change.change === 'tag') lastBad.set(step.app, { rollout: change.rollout, value: change.value })
  }

  return (step) => {
    value += 1
    const { change, isBack } = changeOf(step)
    const isDone = commit(world, filesOf(world, step, change), commitOf(world.folder(step.app).name, step, { change, isBack }))
    if (isDone) note(step, change)
  }
}

/** What the commit says, and who made it. */
function commitOf(folder: string, { how }: StepOf<'commit'>, { change, isBack }: { change: Edit; isBack: boolean }): NewCommit {
  const isBot = how === 'bot'
  return {
    message: `${folder}: ${change.change} ${change.value}${how === 'squash' ? ' (#12)' : ''}`,
    kind: isBack ? 'revert' : isBot ? 'bot' : 'change',
    author: isBot ? AUTHORS.bot : AUTHORS.people,
    how: isBot ? 'push' : how,
  }
}
