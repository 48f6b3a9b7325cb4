import type { Card } from '../../../src/domain/notice/card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Kedge } from '../kedge.ts'
import type { Observer } from '../play.ts'
import { REPO } from '../world/repository.ts'
import type { World } from '../world/world.ts'
import { innocentsTold } from './announced.ts'
import { factsOf, rolloutsOf, type FailureFacts } from './facts.ts'
import { judgePull, readPull, type OpenedPull } from './pull-request.ts'
import { isRequired, PATIENCE_MS } from './required.ts'

export interface Violation {
  kind: 'false' | 'second' | 'untold' | 'missed'
  /** `namespace/name`; of a PR, what it says. */
  what: string
  why: string
  /** Milliseconds since the world began. */
  at: number
}

export interface Judgement {
  violations: Violation[]
  pulls: number
  failures: number
  required: number
  /** Of each failure that lasted and got no PR: the checks that refused. */
  refusals: { checks: readonly string[]; required: boolean }[]
}

/** How long Kedge must have had to tell of a failure, milliseconds. */
const TELL_MS = 15_000
/** No verdict can be had before all is listed. */
const WAKING_MS = 2_000
/** No history has as many. */
const MOST_RELEASES = 10_000

/** Follows one history, and says in the end what Kedge did wrong. Knows of Kedge no more than its PRs and its cards. */
export function createJudge(world: World, kedge: Kedge): Observer & { judgement: Judgement } {
  const judgement: Judgement = { violations: [], pulls: 0, failures: 0, required: 0, refusals: [] }
  const began = world.clock.now()
  const opened: { pull: OpenedPull; rightFor: readonly FailureFacts[] }[] = []
  const blame = (kind: Violation['kind'], what: string, why: string, at = world.clock.now()): void =>
    void judgement.violations.push({ kind, what, why, at: at - began })

  return {
    judgement,
    opened(request) {
      judgement.pulls += 1
      const pull = readPull(world, { ...request, number: kedge.forges.pullRequests(REPO).length })
      const { rightFor, wrong } = judgePull(world, pull)
      if (wrong !== undefined) blame('false', request.title, wrong)
      const second = opened.find((one) => isSecond(kedge, one, { pull, rightFor }))
      if (second) blame('second', request.title, `after #${second.pull.number}`)
      opened.push({ pull, rightFor })
    },
    async ended() {
      const refusalsOf = await readRefusals(kedge)
      for (const commit of innocentsTold(world, kedge)) blame('false', `status of ${commit.slice(0, 12)}`, 'nothing failed by this commit')
      for (const { application, rollout } of rolloutsOf(world)) {
        for (const failure of rollout.failures) {
          judgement.failures += 1
          const facts = factsOf(world, application, rollout, failure)
          const name = `${rollout.owner.namespace}/${rollout.owner.name}`
          const lasted = { from: failure.from, until: failure.until ?? world.clock.now() }
          if (isNearAway(world, rollout.cluster, failure)) continue
          if (couldSee(kedge, lasted, TELL_MS) && !isTold(kedge, facts)) blame('untold', name, `${failure.cause} and no card`, failure.from)
          if (!couldSee(kedge, { from: failure.from, until: failure.from + PATIENCE_MS }, PATIENCE_MS)) continue
          const required = isRequired(
            world,
            facts,
            opened.map(({ pull }) => pull),
          )
          if (required) judgement.required += 1
          if (isCovered(kedge, opened, facts) || lasted.until - lasted.from < PATIENCE_MS) continue
          const checks = refusalsOf(facts)
          judgement.refusals.push({ checks, required })
          if (required) blame('missed', name, checks.join('; ') || 'no decision', failure.from)
        }
      }
    },
  }
}

/** What fails while its cluster or the hub is away, or soon before or after, may be told late. Another cluster's absence is no excuse. */
function isNearAway(
  { clusters, setup, clock }: World,
  cluster: string,
  { from, until }: { from: number; until: number | undefined },
): boolean {
  const near = clusters.filter(({ name }) => name === cluster || name === setup.clusters[0]).flatMap(({ aways }) => aways)
  return near.some((away) => away.from - PATIENCE_MS < (until ?? clock.now()) && from - PATIENCE_MS < away.until)
}

type Opened = { pull: OpenedPull; rightFor: readonly FailureFacts[] }

/**
 * Two for one release, unless the world had made an end of the first; or two open at once that take one commit back in one file. (Of a
 * commit to two Applications that both fail, each has its own files.)
 */
function isSecond(kedge: Kedge, earlier: Opened, later: Opened): boolean {
  const { state } = kedge.forges.pullRequests(REPO)[earlier.pull.number - 1] ?? {}
  const share = (of: 'culprits' | 'paths'): boolean => earlier.pull[of].some((one) => later.pull[of].includes(one))
  if (state === 'open' && share('culprits') && share('paths')) return true
  if (state === 'closed' && kedge.closed.has(earlier.pull.number)) return false
  return earlier.rightFor.some((a) =>
    later.rightFor.some((b) => a.rollout === b.rollout && a.newest !== undefined && a.newest === b.newest),
  )
}

/** Whether Kedge ran for so long of this time, without a stop, and had not found it there when it first began. */
function couldSee(kedge: Kedge, { from, until }: { from: number; until: number }, ms: number): boolean {
  const first = kedge.ran[0]?.from ?? Infinity
  if (from < first + WAKING_MS) return false
  return kedge.ran.some((ran) => Math.min(until, ran.until ?? Infinity) - Math.max(from, ran.from) >= ms)
}

/**
 * By a card of its own, or by that of several Rollouts that failed for one cause, as it stood since: that one is again of one Rollout alone
 * once the storm is over, and then says nothing more of the others.
 */
function isTold(kedge: Kedge, { rollout, failure }: FailureFacts): boolean {
  const { namespace, name } = rollout.owner
  const isIts = ({ key }: Card): boolean => key.includes(failure.uid) && key.includes(failure.key)
  const isAmong = ({ fields, evidence }: Card): boolean =>
    fields.some(({ label }) => label === 'Storm') && evidence.some((line) => line.startsWith(`${namespace}/${name} `))
  return kedge.shown.some(({ card, until = Infinity }) => isIts(card) || (until > failure.from && isAmong(card)))
}

/** By a PR that stood while the failure lasted, or that a person has ended. */
function isCovered(kedge: Kedge, opened: readonly Opened[], { failure, maker }: FailureFacts): boolean {
  const pulls = kedge.forges.pullRequests(REPO)
  return opened.some(({ pull }) => {
    if (maker === undefined || pull.at > failure.from + PATIENCE_MS || !pull.culprits.includes(maker)) return false
    return !kedge.closed.has(pull.number) || (pulls[pull.number - 1]?.closedAt ?? Infinity) > failure.from + PATIENCE_MS
  })
}

/** For the table alone: what Kedge itself gave as its reason by the end of people's patience. */
async function readRefusals(kedge: Kedge): Promise<(facts: FailureFacts) => readonly string[]> {
  const releases = await kedge.store.load('release', { limit: MOST_RELEASES })
  const records = await Promise.all(releases.map(({ key }) => kedge.store.history('release', key)))
  const inOrder = records.flat().toSorted((a, b) => a.sequence - b.sequence)
  const decisions = inOrder.flatMap(({ key, document }) => {
    const { decision } = document as Release
    return decision ? [{ key, decision }] : []
  })
  return ({ failure }) => {
    const own = decisions.filter(({ key }) => key.includes(failure.uid) && key.includes(failure.key))
    const last = own.findLast(({ decision }) => decision.at <= failure.from + PATIENCE_MS && decision.at >= failure.from)
    const failed = (last?.decision.checks ?? []).filter(({ outcome }) => outcome === 'failed')
    return failed.map(({ id, detail }) => `${id}: ${detail}`)
  }
}
