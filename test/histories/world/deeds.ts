import type { Step, StepOf } from '../script.ts'
import { commit, rolloutsIn } from './commits.ts'
import { createReleases } from './releases.ts'
import { without } from './removal.ts'
import { takeBack } from './take-back.ts'
import { KINDS } from './watches.ts'
import type { Tag } from './world-application.ts'
import type { World } from './world.ts'

/** Does what a step says to the world. What concerns Kedge itself or its PRs is not done here. */
export function createDeeds(world: World): (step: Step) => unknown {
  const { repository } = world
  const release = createReleases(world)

  return (step): unknown => {
    switch (step.kind) {
      case 'commit':
        return release(step)
      case 'remove':
        return remove(world, step)
      case 'commit-elsewhere':
        return elsewhere(world, step)
      case 'revert':
        return takeBack(world, step.app, ['change', 'bot', 'reapply'], (subject, of) => ({
          message: step.subject === 'git' ? `Revert "${subject}"\n\nThis reverts commit ${of}.` : `${step.app}: back to what was`,
          kind: 'revert',
          how: step.how,
        }))
      case 'reapply':
        return takeBack(world, step.app, ['revert', 'kedge'], (subject) => ({ message: `Reapply: ${subject}`, kind: 'reapply' }))
      case 'force-push':
        repository.drop(step.drop)
        return world.pushed()
      case 'controller-away':
        return cluster(world, step.cluster)?.rollouts.forEach((rollout) => rollout.stopController(world.host.now() + step.ms))
      case 'away':
        return goAway(world, step)
      case 'hush':
      case 'lose':
        return cluster(world, step.cluster)?.watches.hush(step.kinds, step.ms, step.kind === 'lose')
      default:
        return toArgoCd(world, step) || byHand(world, step)
    }
  }
}

/** A Rollout is taken out of Git; the last one stays. */
function remove(world: World, { app, rollout }: StepOf<'remove'>): void {
  const { repository } = world
  const folder = world.folder(app)
  const there = rolloutsIn(world, folder)
  const name = there[rollout % there.length]
  if (name === undefined || there.length < 2) return
  commit(world, without(folder, repository.at(repository.head()), name), { message: `${folder.name}: without ${name}`, kind: 'others' })
}

function elsewhere(world: World, { value }: StepOf<'commit-elsewhere'>): void {
  commit(world, { 'teams/other/values.yaml': `value: ${value}\n` }, { message: `other team ${value}`, kind: 'others' })
}

/** What happens there meanwhile is heard of by a list. */
function goAway(world: World, { cluster: name, ms }: StepOf<'away'>): void {
  const gone = cluster(world, name)
  gone?.aways.push({ from: world.host.now(), until: world.host.now() + ms })
  gone?.watches.hush(KINDS, ms, true)
}

const cluster = (world: World, name: string) => world.clusters.find((one) => one.name === name)

/** Whether it is done to an Application as a whole. */
function toArgoCd(world: World, step: Step): boolean {
  if (!('app' in step)) return false
  const application = world.application(step.app)
  if (step.kind === 'sync-fails') application.failNext(step.when)
  else if (step.kind === 'sync-off' || step.kind === 'sync-on') application.setAutoSync(step.kind === 'sync-on')
  else if (step.kind === 'sync-now') application.syncNow()
  else if (step.kind === 'roll-back') application.rollBack()
  else if (step.kind === 'deny-syncs') application.denySyncs(step.ms)
  else if (step.kind === 'hard-refresh') application.refreshIn(0)
  else if (step.kind === 'app-anew') application.makeAnew(step.cascade, step.ms)
  else if (step.kind === 'retarget') application.retarget(step.to === 'main' ? undefined : tagOf(world, step.ago))
  else return false
  return true
}

/** Of a commit of `main`, so many before its newest. */
function tagOf({ repository }: World, ago: number): Tag {
  const all = repository.between(undefined, repository.head())
  const commit = all.at(-1 - Math.min(ago, all.length - 1)) ?? repository.head()
  return { name: `release-${commit.slice(0, 7)}`, commit }
}

function byHand(world: World, step: Step): void {
  if (!('rollout' in step) || step.kind === 'commit' || step.kind === 'remove') return
  const { rollouts } = world.application(step.app)
  const rollout = rollouts[step.rollout % rollouts.length]
  if (!rollout || rollout.isGone) return
  if (step.kind === 'undo') rollout.undo()
  else if (step.kind === 'retry') rollout.retry()
  else if (step.kind === 'abort') rollout.abort()
  else if (step.kind === 'promote-full') rollout.promoteFull()
  else if (step.kind === 'delete-rollout') rollout.remove()
  else if (step.kind === 'scale') rollout.scale()
  else if (step.kind === 'drain') rollout.drain(step.ms)
  else {
    rollout.setImage(`by-hand-${step.at}`)
    if (!world.verdicts.has(rollout.spec.key)) world.verdicts.set(rollout.spec.key, step.verdict)
  }
}
