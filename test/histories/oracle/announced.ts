import type { Kedge } from '../kedge.ts'
import { REPO } from '../world/repository.ts'
import type { World } from '../world/world.ts'
import { factsOf, keyAt, rolloutsOf } from './facts.ts'
import { isOthersOwn } from './own.ts'

/** The world counts what went back as failures, and not what is stuck half-way. */
const STUCK = /was not aborted/

/** The commits that the forge says have failed, by its newest word on each, and that nothing failed by. */
export function innocentsTold(world: World, kedge: Kedge): readonly string[] {
  const newest = new Map(kedge.forges.statuses(REPO).map((status) => [`${status.context} ${status.commit}`, status]))
  const told = [...newest.values()].flatMap(({ commit, state, description }): string[] =>
    state === 'failure' && !STUCK.test(description) ? [commit] : [],
  )
  const all = rolloutsOf(world).flatMap(({ application, rollout }) =>
    rollout.failures.map((failure) => factsOf(world, application, rollout, failure)),
  )
  return told.filter(
    (commit) => !all.some((facts) => keyAt(world, facts, commit) === facts.failure.key && !isOthersOwn(world, facts, commit)),
  )
}
