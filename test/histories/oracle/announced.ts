import type { Kedge } from '../kedge.ts'
import { REPO } from '../world/repository.ts'
import type { World } from '../world/world.ts'
import { factsOf, keyAt, rolloutsOf, type FailureFacts } from './facts.ts'
import { isOthersOwn } from './own.ts'

/** The world counts what went back as failures, and not what is stuck half-way. */
const STUCK = /was not aborted/

/** The commits that the forge says have failed, by its newest word on each, and that nothing failed by. */
export function innocentsTold(world: World, kedge: Pick<Kedge, 'forges'>): readonly string[] {
  const newest = new Map(kedge.forges.statuses(REPO).map((status) => [`${status.context} ${status.commit}`, status]))
  const told = [...newest.values()].filter(({ state, description }) => state === 'failure' && !STUCK.test(description))
  const all = rolloutsOf(world).flatMap(({ application, rollout }) =>
    rollout.failures.map((failure) => factsOf(world, application, rollout, failure)),
  )
  const isRight = (context: string, commit: string) => (facts: FailureFacts) =>
    (keyAt(world, facts, commit) === facts.failure.key && !isOthersOwn(world, facts, commit)) ||
    (context === 'kedge/quarantine' && bringsImages(world, facts, commit))
  return told.flatMap(({ context, commit }) => (all.some(isRight(context, commit)) ? [] : [commit]))
}

/**
 * Whether it brings the images that failed, which those before it in the branch and N have not, beside something else that is new; and they
 * have not served since.
 */
function bringsImages(world: World, facts: FailureFacts, commit: string): boolean {
  const { began, before, failure, rollout } = facts
  if (!began || !before || keyAt(world, facts, began.revision) !== failure.key) return false
  const failed = imagesAt(world, facts, began.revision)
  const [parent] = world.repository.store.commit(commit)?.parents ?? []
  const others = [before.revision, ...(parent === undefined ? [] : [parent])].map((sha) => imagesAt(world, facts, sha))
  if (failed === undefined || imagesAt(world, facts, commit) !== failed || others.includes(failed)) return false
  const since = rollout.ran.filter(({ at }) => at > failure.asked.at)
  return !since.some(({ revision }) => revision !== undefined && imagesAt(world, facts, revision) === failed)
}

function imagesAt(world: World, { application, rollout }: FailureFacts, commit: string): string | undefined {
  const template = world.repository.rendered(application.folder, commit)?.rollouts.get(rollout.owner.name)?.template
  const images = template && [...JSON.stringify(template).matchAll(/"image":"[^"]*"/g)].map(([image]) => image)
  return images && images.length > 0 ? images.join() : undefined
}
