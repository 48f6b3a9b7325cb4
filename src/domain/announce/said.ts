import { outcomeSentence } from '../notice/card.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { cutWithMark, inertText, plainText } from '../words/plain-text.ts'
import { pullRequestNumber } from '../words/pull-request.ts'
import { shortWhy } from '../words/why-failed.ts'
import { causeClause, failedVersion, rolloutName } from '../words/wording.ts'

/** A release as its commit's forge is told of it. */
export interface Told {
  readonly release: Release
  /** The revert that stands for it. */
  readonly revert: Revert | undefined
}

/** How a commit stands: what has failed has failed, taken back or not; nobody but a promotion clears it. */
export type Verdict = 'failure' | 'pending' | 'success'

/** What every forge takes beside a status. */
const MAX_DESCRIPTION = 140
/** A long name must not push what happened out of the line. */
const MAX_NAME = 60

/** How one release fares. */
export function verdictOf({ outcome, state }: Pick<Release, 'outcome' | 'state'>): Verdict {
  if (outcome === 'promoted') return 'success'
  return state === 'rolling' ? 'pending' : 'failure'
}

/** How they fare together: the worst of them counts. None: the commit was taken for the one that failed, and is not. */
export function verdictOfAll(told: readonly Told[]): Verdict {
  const verdicts = told.map(({ release }) => verdictOf(release))
  return (['failure', 'pending'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'success'
}

/** What stands beside the commit, as one line of plain text. */
export function description(told: readonly Told[]): string {
  const ranked = inOrder(told)
  const [first] = ranked
  if (!first) return 'It was another commit that failed.'
  const sentence = `${inertText(rolloutName(first.release), MAX_NAME)} ${happened(first)}`
  const worst = ranked.filter(({ release }) => verdictOf(release) === verdictOfAll(told))
  const count = worst.length > 1 ? `${worst.length} Rollouts ${PLURAL[verdictOfAll(told)]}. ` : ''
  return cutWithMark(plainText(`${count}${sentence}`), MAX_DESCRIPTION)
}

const PLURAL: Readonly<Record<Verdict, string>> = {
  failure: 'failed',
  pending: 'are being tried again',
  success: 'made it after all',
}

/** Those first that people have to look at, each kind in the order in which they failed. */
export function inOrder(told: readonly Told[]): readonly Told[] {
  const rank = ({ release }: Told): number => {
    if (release.state === 'failed') return 0
    if (release.state === 'rolling') return 1
    return release.outcome === 'promoted' ? 3 : 2
  }
  return told.toSorted((a, b) => rank(a) - rank(b))
}

/** What has become of a release, as what is said of its Rollout: `failed at 25 %: success-rate 0.91 < 0.95 (3/5)`. */
export function happened({ release, revert }: Told): string {
  const failed = whyFailed(release)
  switch (release.outcome) {
    case 'promoted':
      return 'made it after all'
    case 'restored':
      return `${restoredBy(release, revert)}; it ${failed}`
    case 'superseded':
      return `got a newer release; this one ${failed}`
    case 'gone':
      return `is gone; it ${failed}`
    case 'open':
      return release.state === 'rolling' ? `is being tried again; it ${failed}` : failed
  }
}

function restoredBy(release: Release, revert: Revert | undefined): string {
  if (release.restoredBy) return "was restored by the Application's parameters"
  const pull = revert?.outcome === 'merged' ? revert.pullRequest : null
  return pull ? `was restored by ${pullRequestNumber(pull)}` : 'was restored in Git'
}

function whyFailed({ attempts, cause }: Release): string {
  const attempt = attempts.at(-1)
  const why = shortWhy(attempt)
  const at = attempt?.percent === undefined ? '' : ` at ${attempt.percent} %`
  return `failed${at}: ${why !== undefined ? inertText(why) : causeClause(attempt?.cause ?? cause)}`
}

/** All that is said of one release: where it is the same, there is nothing new to say. */
export function wordsOf(told: Told): string {
  const { release } = told
  const revert = told.revert && withoutWait(told.revert)
  const pull = revert?.pullRequest?.url ?? release.decision?.theirs?.url
  return [verdictOf(release), failedVersion(release), happened(told), outcomeSentence(release, revert), pull].join('\n')
}

/** That a revert waits because the forge takes no more for now is nothing to ask more of the forge for. */
function withoutWait({ awaitsTurn: _unsaid, ...revert }: Revert): Revert {
  return revert
}
