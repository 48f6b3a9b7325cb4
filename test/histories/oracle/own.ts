import { fileOf, isInput } from '../world/manifests.ts'
import type { WorldRollout } from '../world/truth.ts'
import type { World } from '../world/world.ts'
import { keyAt, type FailureFacts } from './facts.ts'

/** Whether anything but Rollouts differs between N and N+1: then no Rollout's version is known to do with the other state of it. */
export function changesShared(world: World, { application, before, newest }: FailureFacts): boolean {
  const [then, now] = [before, newest].map((sync) => sync && world.repository.rendered(application.folder, sync.revision)?.rest)
  return then !== now
}

/** Whether a commit changes no file of the Application but those that declare one other Rollout each, in a release of Rollouts alone. */
export function isOthersOwn(world: World, facts: FailureFacts, commit: string): boolean {
  const { application, rollout } = facts
  const others = application.rollouts.filter((one) => one !== rollout).map(({ owner }) => fileOf(application.folder, owner.name))
  const files = world.repository.changed(commit).filter((path) => isInput(application.folder, path))
  return files.length > 0 && files.every((path) => others.includes(path)) && !changesShared(world, facts)
}

/**
 * Another Rollout that came with the release and stays, while what came with it and is no Rollout goes back. One that was synced with that
 * other state before came with nothing: it does not run, or has run so, and a sync has only brought it back after a rollback.
 */
export function tornIn(world: World, { base, commit }: { base: string; commit: string }, facts: FailureFacts): string | undefined {
  const { application, before, newest } = facts
  const restAt = (at: string): string | undefined => world.repository.rendered(application.folder, at)?.rest
  const [head, after] = [restAt(base), restAt(commit)]
  if (!before || !newest || head === after) return undefined
  const torn = application.rollouts.find((rollout) => {
    const at = (revision: string): string | undefined => keyAt(world, { application, rollout }, revision)
    return (
      rollout !== facts.rollout &&
      at(before.revision) !== at(newest.revision) &&
      at(base) === at(commit) &&
      at(base) === at(newest.revision) &&
      !hasFailed(rollout, at(base)) &&
      !(
        (rollout.stable.key !== at(base) || rollout.ran.some(({ key }) => key === at(base))) &&
        application.applied.some(({ revision }) => at(revision) === at(base) && restAt(revision) === after)
      )
    )
  })
  return torn?.owner.name
}

/** What has failed as well does not run, and has a PR of its own. */
function hasFailed({ failures }: WorldRollout, key: string | undefined): boolean {
  const last = failures.at(-1)
  return last !== undefined && last.until === undefined && last.key === key
}
