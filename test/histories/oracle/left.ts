import type { Kedge } from '../kedge.ts'
import { REPO } from '../world/repository.ts'
import type { World } from '../world/world.ts'
import { rolloutsOf, type FailureFacts } from './facts.ts'
import type { Opened, Violation } from './judgement.ts'
import { nameAt, type Span } from './sight.ts'

/** A PR that people have ended is no more than so long in following, milliseconds. */
const FOLLOW_MS = 90_000

type Wrong = Pick<Violation, 'kind' | 'what' | 'why'> & { at?: number }

/**
 * Why nothing was to be decided for a failure at a time (epoch ms): nobody could see it, or it was there when its cluster was first seen
 * under its name.
 */
export function whyNotIts(kedge: Pick<Kedge, 'ran'>, { rollout, failure }: FailureFacts, at: number): string | undefined {
  const name = nameAt(kedge, rollout.cluster, at)
  if (name === undefined) return 'the configuration does not have the cluster of what it is for'
  const first = kedge.ran.find(({ names }) => names.get(rollout.cluster) === name)
  return first && failure.from < first.from ? 'what it is for was broken before its cluster was there under this name' : undefined
}

/** What Kedge did about clusters that it does not have in its configuration, or did not do about the PRs that were opened for them. */
export function leftWrong(world: World, kedge: Kedge, opened: readonly Opened[]): readonly Wrong[] {
  return [...decidedWrong(world, kedge), ...closedWrong(world, kedge, opened), ...endedWrong(world, kedge, opened)]
}

/** Nothing is told first of a failure whose cluster is not in the configuration. */
function decidedWrong(world: World, kedge: Kedge): readonly Wrong[] {
  return rolloutsOf(world).flatMap(({ rollout }) =>
    rollout.failures.flatMap(({ uid, key, from }): readonly Wrong[] => {
      const first = kedge.shown.find(({ card }) => card.key.includes(uid) && card.key.includes(key))
      if (!first || first.since < from || nameAt(kedge, rollout.cluster, first.since) !== undefined) return []
      return [
        { kind: 'unseen', what: `card of ${rollout.cluster} ${uid}`, why: 'the configuration does not have its cluster', at: first.since },
      ]
    }),
  )
}

/** None is closed by Kedge while it sees none of those that it was opened for, and nobody else has come to need it. */
function closedWrong(world: World, kedge: Kedge, opened: readonly Opened[]): readonly Wrong[] {
  return opened.flatMap(({ pull, rightFor }): readonly Wrong[] => {
    const at = kedge.closed.get(pull.number)
    if (at === undefined || rightFor.length === 0) return []
    // Under a name that it had before, it is followed like any other, whoever opened it.
    const isLeft = rightFor.every((facts) => whyNotIts(kedge, facts, at) !== undefined)
    const keys = new Set(rightFor.map(({ failure }) => failure.key))
    const others = rolloutsOf(world).some(({ rollout }) =>
      rollout.failures.some((one) => keys.has(one.key) && one.from < at && !rightFor.some(({ failure }) => failure === one)),
    )
    if (!isLeft || others) return []
    return [{ kind: 'unfollowed', what: `#${pull.number}`, why: 'closed though nobody sees what it was opened for', at }]
  })
}

/** One that people have ended is over for Kedge as well, whatever its cluster is called or whether it has one: its branch is deleted. */
function endedWrong(world: World, kedge: Kedge, opened: readonly Opened[]): readonly Wrong[] {
  const away = world.clusters.flatMap(({ aways }) => aways)
  return opened.flatMap(({ pull: { number } }): readonly Wrong[] => {
    const { branch = '', state, closedAt } = kedge.forges.pullRequests(REPO)[number - 1] ?? {}
    if (closedAt === undefined || kedge.closed.has(number) || world.repository.remote.branch(branch) === undefined) return []
    const isQuiet = (span: Span): boolean => !away.some(({ from, until }) => from < span.until && span.from < until)
    const ran = kedge.ran.map(({ from, until = world.clock.now() }) => ({ from: Math.max(from, closedAt), until }))
    if (!ran.some((span) => span.until - span.from >= FOLLOW_MS && isQuiet(span))) return []
    return [{ kind: 'unfollowed', what: `#${number}`, why: `${state} by people, and its branch is there`, at: closedAt }]
  })
}
