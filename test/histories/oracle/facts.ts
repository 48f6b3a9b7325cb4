import { isInput } from '../world/manifests.ts'
import type { Failure, WorldRollout } from '../world/truth.ts'
import type { Applied, WorldApplication } from '../world/world-application.ts'
import type { World } from '../world/world.ts'

/** What is true of one failure, told from what the world did and not from what its objects say. */
export interface FailureFacts {
  application: WorldApplication
  rollout: WorldRollout
  failure: Failure
  /** The sync that first applied the failing template, in one row with those that applied it after; undefined when none did. */
  began: Applied | undefined
  /**
   * The sync that began the newest attempt: the same, or a later one with other canary steps, or that brought the template again after it
   * was undone. Self-heal only brings what was synced before.
   */
  newest: Applied | undefined
  /** The newest sync before it that applied N. */
  before: Applied | undefined
  /** Commits of the branch after N's, up to the failing one's, that change files of the Application. */
  between: readonly string[]
  /** The commit that made the failing template. */
  maker: string | undefined
}

/** The template that a commit renders for a Rollout. */
export function keyAt(
  world: World,
  { application, rollout }: Pick<FailureFacts, 'application' | 'rollout'>,
  commit: string,
): string | undefined {
  return world.repository.rendered(application.folder, commit)?.rollouts.get(rollout.owner.name)?.key
}

/** See {@link FailureFacts}. */
export function factsOf(world: World, application: WorldApplication, rollout: WorldRollout, failure: Failure): FailureFacts {
  const { repository } = world
  const name = rollout.owner.name
  const log = [...application.applied.filter(({ at }) => at <= failure.from), ...agreedIn(world, application, failure)]
  let first = log.findLastIndex(({ keys }) => keys.get(name) === failure.key)
  while (first > 0 && log[first - 1]?.keys.get(name) === failure.key) first -= 1
  const began = log[first]
  const newest = log.findLast(({ kind, changed }, at) => at === first || (at > first && kind === 'sync' && changed.has(name)))
  const before = first < 0 ? undefined : log.slice(0, first).findLast(({ keys }) => keys.get(name) === failure.stable)
  const base = { application, rollout, failure, began, newest, before }
  if (!began || !newest || !before) return { ...base, between: [], maker: undefined }
  // One that a push by force has dropped since is no commit that others are counted from: what it had taken back is there again.
  const onBranch = repository.store.reachable(newest.revision)
  const bringsN = log.slice(0, first).findLast(({ keys, revision }) => keys.get(name) === failure.stable && onBranch.has(revision))
  const all = repository.between((bringsN ?? before).revision, newest.revision)
  const between = all.filter((commit) => touches(world, application, commit))
  const maker = between.findLast((commit) => {
    const parent = repository.store.commit(commit)?.parents[0] ?? ''
    return keyAt(world, base, commit) === failure.key && keyAt(world, base, parent) !== failure.key
  })
  return { ...base, between, maker }
}

/**
 * What was made by hand, and is what the commit of a sync under way asks for: people's deed was a moment earlier, and that sync has nothing
 * left to change. Git asks for it by that commit.
 */
function agreedIn(world: World, { folder, applied, tag }: WorldApplication, { asked, from }: Failure): readonly Applied[] {
  const { revision, at } = asked
  if (asked.by !== 'compared' || revision === undefined || applied.some((one) => one.revision === revision && one.at <= from)) return []
  const rollouts = world.repository.rendered(folder, revision)?.rollouts ?? new Map<string, never>()
  const keys = new Map([...rollouts].map(([name, { key }]) => [name, key]))
  return [{ at, revision, kind: 'heal', keys, changed: new Set(), tag: tag?.name, made: applied.at(-1)?.made ?? 0 }]
}

/** Whether a commit changes a file that the Application is made of. */
export function touches(world: World, application: WorldApplication, commit: string): boolean {
  return world.repository.changed(commit).some((path) => isInput(application.folder, path))
}

/** Every Rollout with the Application that it belongs to. */
export function rolloutsOf(world: World): readonly { application: WorldApplication; rollout: WorldRollout }[] {
  return world.applications.flatMap((application) => application.rollouts.map((rollout) => ({ application, rollout })))
}
