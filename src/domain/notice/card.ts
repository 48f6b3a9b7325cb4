import { isBackInGit } from '../decision/back-in-git.ts'
import { isExperiment } from '../experiment/name.ts'
import type { Evidence } from '../release/evidence.ts'
import { exposureWords } from '../release/exposure.ts'
import { flagsOf } from '../release/flag-files.ts'
import { timeOfDay } from '../release/handling.ts'
import type { End, Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { dayOf } from '../words/calendar.ts'
import { evidenceLine } from '../words/evidence.ts'
import { plainText } from '../words/plain-text.ts'
import { pullRequestName } from '../words/pull-request.ts'
import { causeOf, failedVersion, hasVersionBefore, rolloutName, versionName } from '../words/wording.ts'
import { burnBeginning, burnEvidence, burnEnded, burnTitle, isBackAndBurns } from './burned.ts'
import { factsOf, type CardFacts } from './card-facts.ts'
import { asSynced, commitWords } from './commit-words.ts'
import { experimentEnded, experimentFields, experimentTitle } from './experiment.ts'
import { askedInstead, broughtBy, gitBesideUndone, gitMeanwhile, whatIsBack } from './git-wants.ts'
import { nextStep } from './next-step.ts'
import { revertSentence } from './revert-sentence.ts'
import { toDo } from './to-do.ts'

/** A mark that says at a glance how a release stands. */
export type Tone = 'bad' | 'waiting' | 'good' | 'info'

/**
 * What people are told about one release, for any channel: plain text everywhere, escaped by each Channel for its own markup.
 * The same card is published again and again as the state moves.
 */
export interface Card {
  /** One card per release: the release's key. */
  key: string
  tone: Tone
  /** What a person has to do, before all else. Absent in cards of before. */
  todo?: string
  title: string
  /** Title and outcome without what grows from minute to minute: where these are as before, it is no news. Absent where they are that. */
  gist?: { title: string; outcome: string }
  /** Pairs such as `Git wants` / `Cluster runs`. */
  fields: readonly { label: string; value: string }[]
  /** One line per failing metric. */
  evidence: readonly string[]
  /** What Kedge did or did not do, and why. */
  outcome: string
  links: readonly { text: string; url: string }[]
  /** Whether people are called for it, while they may say that they are on it, or snooze it. Absent once it is over. */
  snooze?: 'on' | 'off'
  /** The same for programs. Absent where a card is of several releases, and in old rows. */
  facts?: CardFacts
}

/** Where a published card is, as the channel names it. */
export interface CardRef {
  channel: string
  timestamp: string
}

/**
 * Builds the card of a release as it stands. Pure: the same state gives the same card, so an unchanged one is not published again.
 * `quietUntil`: see `snoozedUntil`.
 */
export function buildCard(
  release: Release,
  revert: Revert | undefined,
  more: { links: Card['links']; trouble?: string | undefined; quietUntil?: number | undefined },
): Card {
  const failures = release.attempts.length
  const { quietUntil } = more
  return {
    key: release.key,
    tone: tone(release, revert),
    todo: toDo(release, revert),
    title: title(release, revert),
    fields: [
      ...versions(release, revert),
      ...(release.cause ? [{ label: 'Cause', value: `${causeOf(release)}${failures > 1 ? ` (attempt ${failures})` : ''}` }] : []),
      { label: 'Cluster', value: release.cluster },
      ...quarantineField(release),
      ...exposure(release),
      ...handledBy(release, quietUntil),
    ],
    evidence: [...burnEvidence(release), ...measured(release).slice(0, 5).map(evidenceLine)],
    outcome: outcomeWith(release, revert, more.trouble),
    links: [...linkOf(revert?.pullRequest ?? release.decision?.theirs), ...more.links],
    ...(release.state !== 'ended' && { snooze: quietUntil === undefined ? 'off' : 'on' }),
    facts: factsOf(release, revert),
  }
}

function measured({ waiting, attempts }: Release): readonly Evidence[] {
  return waiting?.evidence ?? attempts.at(-1)?.evidence ?? []
}

/** Once Git asks for something else, it is none. */
function exposure(release: Release): Card['fields'] {
  const words = exposureWords(release)
  return words === undefined ? [] : [{ label: 'Exposed', value: words }]
}

function handledBy({ state, onIt, snooze }: Release, quietUntil: number | undefined): Card['fields'] {
  if (state === 'ended') return []
  return [
    ...(onIt ? [{ label: 'On it', value: onIt.by }] : []),
    ...(snooze && quietUntil !== undefined ? [{ label: 'Snoozed', value: snoozeWords(quietUntil, snooze.by) }] : []),
  ]
}

/** `until`: epoch ms. */
export function snoozeWords(until: number, by: string): string {
  return `until ${timeOfDay(until)}, by ${by}`
}

/** Once it is over, nobody waits for the version any more. */
function quarantineField({ state, quarantine }: Release): Card['fields'] {
  if (state === 'ended' || !quarantine) return []
  return [{ label: 'Quarantine', value: `until ${dayOf(quarantine.until)} (${quarantine.key})` }]
}

function linkOf(pull: { number: number; url: string } | null | undefined): Card['links'] {
  return pull ? [{ text: pullRequestName(pull), url: pull.url }] : []
}

function title(release: Release, revert: Revert | undefined): string {
  const name = rolloutName(release)
  const version = failedVersion(release)
  if (isExperiment(release)) return `${name}: ${experimentTitle(release)}`
  switch (release.outcome) {
    case 'restored':
      if (release.restoredBy) return `${name}: restored. The parameters of the Application ask for the version before`
      return `${name}: restored. Git and cluster agree again`
    case 'promoted':
      if (release.cause === 'slo-burn') return `${name}: ${version} stays; the alert after ${burnBeginning(release)} is over`
      return release.cause === 'undone' ? `${name}: ${version} is back, as Git asks` : `${name}: ${version} made it after all`
    case 'superseded':
      return `${name}: ${flagsOf(release) ? 'something newer' : 'a newer release'} took the place of ${version}`
    case 'gone':
      return `${name}: the Rollout is gone`
    case 'open':
      return `${name}: ${openTitle(release, version, revert)}`
  }
}

function openTitle(release: Release, version: string, revert: Revert | undefined): string {
  if (release.waiting) return `${version} is paused: the analysis was inconclusive, a person has to decide`
  if (release.state === 'rolling') return release.attempts.length > 0 ? `${version} is being tried again` : `${version} goes on`
  if (release.cause === 'slo-burn') return burnTitle(release, version)
  if (release.cause === 'undone') return `${version} was undone by hand; ${gitBesideUndone(release, 'it', revert)}`
  if (release.serving === 'undone')
    return `${version} failed; ${whatIsBack(release)} by hand, ${gitBesideUndone(release, 'the failed one', revert)}`
  const brought = release.serving === 'split' ? broughtBy(release) : undefined
  if (brought) return `${version} was brought ${brought} and failed; the cluster went back`
  if (release.serving === 'split') return `${version} failed; the cluster went back, ${gitMeanwhile(release, revert)}`
  if (release.serving === 'aborting') return `${version} was aborted; it is not proven yet that the version before serves`
  if (release.serving === 'stuck') return `${version} is stuck, and not aborted`
  if (release.serving === 'first-deploy-failed') return `${version} failed, and there is no version before it`
  if (release.serving === 'invalid-spec') return 'the controller refuses the new spec'
  return `${version} failed`
}

/** While it is open, the two sides; afterwards what failed and what was before it, because then the sides agree. */
function versions(release: Release, revert: Revert | undefined): Card['fields'] {
  if (isExperiment(release)) return experimentFields(release)
  const [wants, runs] = release.outcome === 'open' ? ['Git wants', 'Cluster runs'] : ['Failed version', 'Version before']
  return [
    { label: wants, value: wanted(release, revert) },
    { label: runs, value: running(release, revert) },
  ]
}

function wanted(release: Release, revert: Revert | undefined): string {
  if (flagsOf(release) && isBackInGit(release, revert)) return 'it as it was before'
  return wantedVersion(release, revert)
}

function wantedVersion(release: Release, revert: Revert | undefined): string {
  const { wish } = release
  if (release.outcome === 'open' && wish) return askedInstead(wish)
  if (isFailed(release) && isBackInGit(release, revert)) return `${versionName(release.stableImages, release.stableHash)}, not synced yet`
  return `${failedVersion(release)}${commitWords(release)}`
}

function isFailed({ state, serving }: Release): boolean {
  return state === 'failed' && (serving === 'split' || serving === 'undone')
}

function running(release: Release, revert: Revert | undefined): string {
  if (flagsOf(release)) return `${versionName(release.stableImages, release.stableHash)}, as before it`
  if (release.outcome === 'open' && release.cause === 'slo-burn' && release.serving !== 'undone') {
    if (release.serving !== 'in-step') return 'between two versions'
    if (!isBackAndBurns(release, revert)) return failedVersion(release)
  }
  if (release.serving === 'stuck' || release.serving === 'aborting' || (release.outcome === 'open' && release.state === 'rolling'))
    return 'between two versions'
  if (!hasVersionBefore(release)) return 'nothing that ever served'
  const { stableImages, stableHash, goodRevision, goodApplied, instead } = release
  if (release.outcome === 'open' && instead) return versionName(instead.images, instead.podTemplateHash)
  return `${versionName(stableImages, stableHash)}${goodRevision ? ` (${goodRevision.slice(0, 7)})` : asSynced(goodApplied)}`
}

function tone(release: Release, revert: Revert | undefined): Tone {
  if (release.outcome === 'restored' || release.outcome === 'promoted') return 'good'
  if (release.outcome !== 'open') return 'info'
  return revert?.pullRequest || release.state === 'rolling' ? 'waiting' : 'bad'
}

const UNDECIDED = 'Nothing was decided yet.'

/** How a release ended of which no revert has to tell. A reply, too: nobody has to look at the card to learn of it. */
const ENDED: Readonly<Record<End, string>> = {
  restored: 'Git and cluster agree again.',
  promoted: 'Its version serves, as Git asks.',
  superseded: 'A newer release took its place.',
  gone: 'The Rollout is gone.',
}

const BY_PARAMETERS =
  'The parameters of the Application ask for the version before by now. The branch asks for the failed one as before: should they be ' +
  'taken back, it comes again.'

/** Whether a card says nothing yet of what was done. */
export function isUndecided({ outcome }: Card): boolean {
  return outcome.startsWith(UNDECIDED)
}

/** A refusal by a rule holds the rule's own lines. */
const MOST_TROUBLE = 800

/** What was done, with what has kept the revert PR from being opened so far. */
export function outcomeWith(release: Release, revert: Revert | undefined, trouble: string | undefined): string {
  const sentence = outcomeSentence(release, revert)
  return trouble === undefined ? sentence : `${sentence} So far it failed: ${plainText(trouble, MOST_TROUBLE)}`
}

/** What was done, in one or two sentences. */
export function outcomeSentence(release: Release, revert: Revert | undefined): string {
  if (revert) return revertSentence(release, revert)
  if (release.waiting) return 'Nothing has failed, so nothing is reverted. Promote it, or abort it.'
  // Why nothing was opened is of the failure, and that is over.
  if (release.outcome === 'restored' && release.restoredBy) return BY_PARAMETERS
  if (release.outcome !== 'open' && isExperiment(release)) return experimentEnded(release.outcome)
  if (release.outcome !== 'open') return burnEnded(release) ?? ENDED[release.outcome]
  if (release.state === 'rolling' && release.attempts.length > 0)
    return 'It is being tried again. Should it fail once more, that is decided anew.'
  return [release.decision?.reason ?? UNDECIDED, nextStep(release)].filter((sentence) => sentence !== '').join(' ')
}
