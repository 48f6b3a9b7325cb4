import type { Card } from '../../../src/domain/notice/card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Kedge } from '../kedge.ts'
import type { Observer } from '../play.ts'
import type { ShownCard } from '../watched.ts'
import { REPO } from '../world/repository.ts'
import type { World } from '../world/world.ts'
import { innocentsTold } from './announced.ts'
import { factsOf, keyAt, rolloutsOf, type FailureFacts } from './facts.ts'
import type { Judgement, Opened, Violation } from './judgement.ts'
import { leftWrong, whyNotIts } from './left.ts'
import { judgePull, readPull, type OpenedPull } from './pull-request.ts'
import { isRequired, PATIENCE_MS } from './required.ts'
import { dueBy, nameAt, nameOf, toldBy } from './sight.ts'

/** No history has as many. */
const MOST_RELEASES = 10_000

/** Follows one history, and says in the end what Kedge did wrong. Knows of Kedge no more than its PRs and its cards. */
export function createJudge(world: World, kedge: Kedge): Observer & { judgement: Judgement } {
  const judgement: Judgement = { violations: [], pulls: 0, failures: 0, required: 0, late: 0, refusals: [] }
  const began = world.clock.now()
  const opened: Opened[] = []
  const blame = (kind: Violation['kind'], what: string, why: string, at = world.clock.now()): void =>
    void judgement.violations.push({ kind, what, why, at: at - began })

  return {
    judgement,
    opened(request) {
      judgement.pulls += 1
      const pull = readPull(world, { ...request, number: kedge.forges.pullRequests(REPO).length })
      const { rightFor, wrong } = judgePull(world, pull, (cluster) => nameOf(kedge, cluster))
      if (wrong !== undefined) blame('false', request.title, wrong)
      const second = opened.find((one) => isSecond(kedge, one, { pull, rightFor }))
      if (second) blame('second', request.title, `after #${second.pull.number}`)
      const whyNot = rightFor.map((facts) => whyNotIts(kedge, facts, pull.at))
      if (whyNot[0] !== undefined && !whyNot.includes(undefined)) blame('unseen', request.title, whyNot[0])
      opened.push({ pull, rightFor })
    },
    async ended() {
      const refusalsOf = await readRefusals(kedge)
      for (const what of new Set(kedge.refused)) blame('forbidden', what, 'it was asked for, and the account may not read it')
      for (const { kind, what, why, at } of leftWrong(world, kedge, opened)) blame(kind, what, why, at)
      for (const commit of innocentsTold(world, kedge)) blame('false', `status of ${commit.slice(0, 12)}`, 'nothing failed by this commit')
      for (const { application, rollout } of rolloutsOf(world)) {
        for (const failure of rollout.failures) {
          judgement.failures += 1
          const facts = factsOf(world, application, rollout, failure)
          const name = `${rollout.owner.namespace}/${rollout.owner.name}`
          const lasted = { from: failure.from, until: failure.until ?? world.clock.now() }
          const told = toldBy(world, kedge, rollout.cluster, lasted)
          if (told !== undefined && !isTold(kedge, facts)) blame('untold', name, `${failure.cause} and no card`, failure.from)
          const due = dueBy(world, kedge, rollout.cluster, lasted)
          if (due === undefined) continue
          const pulls = opened.map(({ pull }) => pull)
          const required = isRequired(world, facts, { pulls, until: due })
          if (required) judgement.required += 1
          if (required && due > failure.from + PATIENCE_MS) judgement.late += 1
          if (isCovered(world, kedge, pulls, { ...facts, due }) || lasted.until < due) continue
          const checks = refusalsOf(facts, due)
          judgement.refusals.push({ checks, required })
          if (required) blame('missed', name, checks.join('; ') || 'no decision', failure.from)
        }
      }
    },
  }
}

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

/**
 * By a card of its own, or by that of several Rollouts that failed for one cause, as it stood since: that one is again of one Rollout alone
 * once the storm is over, and then says nothing more of the others.
 */
function isTold(kedge: Kedge, { rollout, failure }: FailureFacts): boolean {
  const isIts = ({ key }: Card): boolean => key.includes(failure.uid) && key.includes(failure.key)
  const isAmong = ({ card, since, until = Infinity }: ShownCard): boolean =>
    until > failure.from && namesIn(card, `${rollout.owner.namespace}/${rollout.owner.name}`, nameAt(kedge, rollout.cluster, since))
  return kedge.shown.some((shown) => isIts(shown.card) || isAmong(shown))
}

/** Whether the card of a storm names a Rollout: by its cluster as well, where it has others that are called the same. */
function namesIn({ fields, evidence }: Card, name: string, cluster: string | undefined): boolean {
  if (!fields.some(({ label }) => label === 'Storm')) return false
  const clusters = fields.find(({ label }) => label === 'Cluster')?.value.split(', ') ?? []
  const isNamesake = evidence.some((line) => line.startsWith(`${name} (`))
  return evidence.some((line) => line.startsWith(isNamesake ? `${name} (${cluster}) ` : `${name} `)) && clusters.includes(cluster ?? '')
}

/**
 * By a PR that stood by then (epoch ms) while the failure lasted, or that a person has ended. One commit to several overlays has a PR for
 * each: that of another restores nothing here.
 */
function isCovered(world: World, kedge: Kedge, opened: readonly OpenedPull[], facts: FailureFacts & { due: number }): boolean {
  const pulls = kedge.forges.pullRequests(REPO)
  const { maker, failure, due } = facts
  return opened.some((pull) => {
    if (maker === undefined || pull.at > due || !pull.culprits.includes(maker)) return false
    if (hasOverlays(world, facts) && keyAt(world, facts, pull.commit) !== failure.stable) return false
    return !kedge.closed.has(pull.number) || (pulls[pull.number - 1]?.closedAt ?? Infinity) > due
  })
}

function hasOverlays({ applications }: World, { application: { folder } }: FailureFacts): boolean {
  return applications.some((other) => other.folder.name === folder.name && other.folder.overlay !== folder.overlay)
}

/** For the table alone: what Kedge itself gave as its reason by the end of people's patience. */
async function readRefusals(kedge: Kedge): Promise<(facts: FailureFacts, due: number) => readonly string[]> {
  const releases = await kedge.store.load('release', { limit: MOST_RELEASES })
  const records = await Promise.all(releases.map(({ key }) => kedge.store.history('release', key)))
  const inOrder = records.flat().toSorted((a, b) => a.sequence - b.sequence)
  const decisions = inOrder.flatMap(({ key, document }) => {
    const { decision } = document as Release
    return decision ? [{ key, decision }] : []
  })
  return ({ failure }, due) => {
    const own = decisions.filter(({ key }) => key.includes(failure.uid) && key.includes(failure.key))
    const last = own.findLast(({ decision }) => decision.at <= due && decision.at >= failure.from)
    const failed = (last?.decision.checks ?? []).filter(({ outcome }) => outcome === 'failed')
    return failed.map(({ id, detail }) => `${id}: ${detail}`)
  }
}
