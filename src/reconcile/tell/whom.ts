import type { Effect } from '../../domain/effect.ts'
import { sameChannel } from '../../domain/notice/placed-card.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { beginPass, hasSeenApplications, keptPolicy } from '../decide/case.ts'
import type { Environment } from '../environment.ts'

/** Where people are to be told of a release; undefined where nobody is. `now`: epoch milliseconds. */
export function channelFor(release: Release, policy: Pick<Policy, 'mode' | 'channel' | 'mutedUntil'>, now: number): string | undefined {
  return isTold(release, policy, now) ? policy.channel : undefined
}

function isTold({ preExisting }: Release, { mode, mutedUntil }: Pick<Policy, 'mode' | 'mutedUntil'>, now: number): boolean {
  return !preExisting && mode !== 'observe' && !(mutedUntil !== undefined && mutedUntil > now)
}

/** One channel that is told of a release. `also`: besides the one that the policy names first. */
export interface Place {
  channel: string
  also: boolean
}

/** All channels where people are to be told of a release, that of {@link channelFor} first. */
export function placesFor(
  release: Release,
  policy: Pick<Policy, 'mode' | 'channel' | 'alsoTell' | 'mutedUntil'>,
  now: number,
): readonly Place[] {
  if (!isTold(release, policy, now)) return []
  const { channel, alsoTell } = policy
  const besides = alsoTell.filter((one) => channel === undefined || !sameChannel(one, channel)).map((one) => ({ channel: one, also: true }))
  return [...(channel === undefined ? [] : [{ channel, also: false }]), ...besides]
}

/** What the policy says now of a release's Rollout; what it last said, where the Rollout is gone or its cluster is not watched any more. */
export function policyOf(environment: Environment, release: Release): Policy {
  const { cluster, namespace, rollout: name } = release
  const view = viewOf(environment, release)
  return view ? beginPass(environment, view, { cluster, namespace, name }).policy : keptPolicy(environment, [release])
}

/** An annotation on an Application may name another channel, or none: so long, people wait for the first list of them after a start. */
const UNSEEN_MS = 30_000

const TELLING: readonly Effect['action']['type'][] = ['publish-card', 'announce-release', 'mark-commit', 'show-deployment']

/** Made at a start: whether it is known by now where an effect's card goes. */
export function createIsReady(environment: Environment): (effect: Effect) => boolean {
  const { clock } = environment
  const startedAt = clock.elapsed()
  return (effect) => {
    const isTelling = TELLING.includes(effect.action.type)
    const isSeen = !isTelling || hasSeenApplications(environment) || clock.elapsed() - startedAt >= UNSEEN_MS
    return isSeen && isPolicyKnown(environment, effect) && !isBeforeNew(environment, effect)
  }
}

/**
 * Whether a card would be said to be told elsewhere before it is: the new address may lead to the same message, and who writes last is
 * read.
 */
function isBeforeNew({ ledger }: Pick<Environment, 'ledger'>, { action }: Effect): boolean {
  if (action.type !== 'publish-card' || action.leaves !== true) return false
  return ledger.pendingEffects().some(({ action: one }) => {
    return one.type === 'publish-card' && one.releaseKey === action.releaseKey && one.also !== true
  })
}

/** Whether {@link policyOf} can be asked about what an effect tells. */
function isPolicyKnown({ ledger, ...environment }: Environment, { action }: Effect): boolean {
  const keys = action.type === 'announce-release' ? ledger.read('announcement', action.announcement)?.releases : undefined
  const told = keys ?? (TELLING.includes(action.type) && 'releaseKey' in action ? [action.releaseKey] : [])
  return told.every((key) => {
    const release = ledger.read('release', key)
    return !release || isPolicyOfKnown({ ledger, ...environment }, release)
  })
}

/**
 * Whether {@link policyOf} can be asked about a release. After a start no Rollout is in view yet, and none of them is gone for that: a card
 * that waited must not go out by a policy that holds no more.
 */
export function isPolicyOfKnown(environment: Environment, release: Release): boolean {
  const view = viewOf(environment, release)
  // What was seen once says it while the cluster is out of sight, too: no news of the forge waits for that.
  return !view || view.rollout(release.namespace, release.rollout) !== undefined || view.freshness('rollouts').fresh
}

function viewOf({ views }: Environment, { cluster }: Release): ClusterView | undefined {
  return views.find((view) => view.cluster === cluster)
}
