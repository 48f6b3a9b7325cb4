import type { Policy } from '../../domain/policy/policy.ts'
import type { KeptPolicy, Release } from '../../domain/release/release.ts'
import {
  moveRelease,
  type ReleaseEffect,
  type ReleaseEvent,
  type ReleaseNews,
  type ReleaseTransition,
} from '../../domain/release/transitions.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { moveRevert, type RevertEffect, type RevertEvent, type RevertTransition } from '../../domain/revert/transitions.ts'
import { isSameJson } from '../../domain/same-json.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment } from '../environment.ts'
import { liveRevertOf, releasesOf, revertOf } from '../look/stands-for.ts'
import { intendImages } from '../outbox/intend-images.ts'
import { intendTrace } from '../outbox/intend-trace.ts'
import { intend } from '../outbox/intent.ts'
import { gather, type Gathered } from '../storm/gather.ts'
import { tellReleases } from '../tell/tell-releases.ts'
import { tell } from '../tell/tell.ts'

// The only writers of releases and reverts. All are to be called within `Journal.commit`: they read the document as it is in that moment,
// let the table say what may happen to it, and return what is to be written with it. What the table does not allow writes nothing.

/** The effects that reach beyond the ledger. */
const OUTSIDE: readonly RevertEffect[] = ['open-revert', 'close-revert', 'delete-branch']

/** What is to be written, and the document as it is from then on. */
export interface Move<Document> {
  document: Document | undefined
  entries: readonly LedgerEntry[]
}

/** News of a release: none of them has effects in the table. For what has, see {@link followStep} and {@link followExperiment}. */
export function recordRelease({ ledger }: Pick<Environment, 'ledger'>, key: string, news: ReleaseNews): Move<Release> {
  const present = ledger.read('release', key)
  const step = moveRelease(present, news)
  return step ? { document: step.release, entries: releaseEntry(step, present) } : { document: present, entries: [] }
}

/** What is to be written for each effect of a release's row: the compiler asks for every one of them. */
type Follows = Readonly<Record<ReleaseEffect, () => readonly LedgerEntry[]>>

/** A step that a look at the cluster has shown, with all that follows from it. */
export function followStep(environment: Environment, { look, policy }: Pass, step: ReleaseTransition): readonly LedgerEntry[] {
  const seen = look.rollout ? { ...step.release, policy: kept(policy) } : step.release
  const { release, entries: gathered } = gatherStep(environment, { ...step, release: seen }, policy)
  const follows: Follows = {
    'trace-release': () => intendTrace(environment, look, release),
    'follow-revert': () => followedRevert(environment, release),
    'tell-people': () => tell(environment, release, revertOf(environment, release), policy),
  }
  return [
    ...gathered,
    ...releaseEntry({ ...step, release }, environment.ledger.read('release', release.key)),
    ...intendImages(environment, release),
    ...step.effects.flatMap((effect) => follows[effect]()),
  ]
}

/** Something has happened to the release of a standalone Experiment, with all that follows from it. What changes nothing writes nothing. */
export function followExperiment(environment: Environment, policy: Policy, key: string, event: ReleaseEvent): readonly LedgerEntry[] {
  const present = environment.ledger.read('release', key)
  const step = moveRelease(present, event)
  const entries = step ? releaseEntry(step, present) : []
  if (!step || entries.length === 0) return []
  const { release, effects } = step
  const told = (): readonly LedgerEntry[] => tell(environment, release, revertOf(environment, release), policy)
  const follows: Follows = {
    // It is no version that anybody runs: Git is asked about it while a PR may be opened for it, and not for its own sake.
    'trace-release': () => [],
    'follow-revert': () => followedRevert(environment, release),
    'tell-people': told,
  }
  // Of what is not decided yet, whoever decides tells, or its first words do.
  const isNews = release.decision !== null && !effects.includes('tell-people')
  return [...entries, ...effects.flatMap((effect) => follows[effect]()), ...(isNews ? told() : [])]
}

/** What the policy says of telling people is kept with every release that is not over, for when its Rollout is gone. */
export function keepPolicy(environment: Environment, { look, policy }: Pass, steps: readonly ReleaseTransition[]): readonly LedgerEntry[] {
  if (!look.rollout) return []
  const said = kept(policy)
  const others = look.releases.filter(({ key }) => steps.every(({ release }) => release.key !== key))
  return others.flatMap((release) => {
    const isOver = release.state === 'ended' && !liveRevertOf(environment, release)
    if (isOver || isSameJson(release.policy, said)) return []
    return recordRelease(environment, release.key, { type: 'release-policy', facts: { policy: said } }).entries
  })
}

function kept(policy: Policy): KeptPolicy {
  const { mode, channel, alsoTell, mutedUntil, inStorms } = policy
  const announce = policy.announce.filter((way) => way !== 'deployment')
  return {
    mode,
    channel: channel ?? null,
    mutedUntil: mutedUntil ?? null,
    ...(alsoTell.length > 0 && { alsoTell }),
    ...(announce.length > 0 && { announce }),
    ...(policy.announce.includes('deployment') && { deployments: policy.deploymentEnvironment }),
    ...(!inStorms && { inStorms }),
  }
}

/** A release that has failed, in the storm that it belongs to. What fails anew leaves the one that it was in, unless it fits there. */
function gatherStep(
  environment: Environment,
  { event, release: { storm, ...release } }: ReleaseTransition,
  policy: Policy,
): { release: Release; entries: readonly LedgerEntry[] } {
  const failsAnew = event === 'release-failed' || event === 'release-undone' || event === 'release-burned'
  if (storm !== undefined && !failsAnew) return { release: { ...release, storm }, entries: [] }
  const gathered = gather(environment, release, policy, storm)
  return {
    release: gathered.storm === undefined ? release : { ...release, storm: gathered.storm },
    entries: entriesOfGathered(environment, gathered),
  }
}

/** What is to be written for a storm that a release has joined, besides the release itself. */
export function entriesOfGathered(environment: Environment, { storm, others, entries }: Gathered): readonly LedgerEntry[] {
  if (storm === undefined) return []
  return [...entries, ...others.flatMap((key) => recordRelease(environment, key, { type: 'release-gathered', facts: { storm } }).entries)]
}

function followedRevert(environment: Environment, { key, revertKey }: Release): readonly LedgerEntry[] {
  return revertKey === null ? [] : recordRevert(environment, revertKey, { type: 'revert-followed', release: key }).entries
}

function releaseEntry({ release, event }: ReleaseTransition, present: Release | undefined): readonly LedgerEntry[] {
  return isSameJson(release, present) ? [] : [{ kind: 'release', key: release.key, event, document: release }]
}

/**
 * Something has happened to a revert. `observes`: who only observes touches nothing outside, a PR of their own included. `told`: a release
 * whose card the caller brings up to date itself.
 */
export function recordRevert(
  environment: Environment,
  key: string,
  event: RevertEvent,
  { observes = false, told }: { observes?: boolean; told?: string } = {},
): Move<Revert> {
  const present = environment.ledger.read('revert', key)
  const step = moveRevert(present, event)
  if (!step) return { document: present, entries: [] }
  const effects = observes ? step.effects.filter((effect) => !OUTSIDE.includes(effect)) : step.effects
  const follows = effects.flatMap((effect) => entriesOf(environment, effect, step, told))
  if (follows.length === 0 && isSameJson(step.revert, present)) return { document: present, entries: [] }
  return { document: step.revert, entries: [{ kind: 'revert', key, event: event.type, document: step.revert }, ...follows] }
}

function entriesOf(
  environment: Environment,
  effect: RevertEffect,
  { revert, event }: RevertTransition,
  told: string | undefined,
): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const { key } = revert
  switch (effect) {
    case 'open-revert':
      return [intend(`open-revert|${key}|${'attempt' in event ? event.attempt : ''}|${now}`, { type: effect, revertKey: key }, now)]
    case 'close-revert':
      return [intend(`close-revert|${key}|${now}`, { type: effect, revertKey: key, reason: revert.outcome ?? '' }, now)]
    case 'delete-branch':
    case 'trace-revert':
      return [intend(`${effect}|${key}`, { type: effect, revertKey: key }, now)]
    case 'free-releases':
      return releasesOf(environment, revert)
        .filter((release) => release.revertKey === key)
        .flatMap((release) => recordRelease(environment, release.key, { type: 'release-freed', facts: { revertKey: null } }).entries)
    case 'tell-releases':
      return tellReleases(environment, revert, { but: told })
  }
}
