import { stateWords } from '../alert/words.ts'
import { isExperiment } from '../experiment/name.ts'
import { burnOf } from '../release/burned.ts'
import { flagsOf } from '../release/flag-files.ts'
import type { Release } from '../release/release.ts'
import { whyClosed } from '../revert/closing-words.ts'
import type { Revert } from '../revert/revert.ts'
import { plainText } from '../words/plain-text.ts'
import { pullRequestName } from '../words/pull-request.ts'
import { isBackAndBurns } from './burned.ts'
import { experimentMerged, MERGE_EXPERIMENT } from './experiment.ts'

/** A reader at night must not take the cluster's going back for the end of it. */
function mergeIt(release: Release): string {
  const { cause } = release
  const burn = burnOf(release)
  if (isExperiment(release)) return MERGE_EXPERIMENT
  if (burn?.flags && burn.state === 'firing') return MERGE_FLAG
  if (burn) return burn.state === 'firing' ? MERGE_BURN : `The alert does not stand by now, so look at it first.${stateWords(burn)}`
  const next = cause === 'undone' ? 'a sync can bring the version that was undone back' : CAN_FAIL_AGAIN
  return `Look at it and merge it: until then ${next}.`
}

const MERGE_BURN =
  'Look at it and merge it: the cluster runs what the alert is about, and is rolled back to the version before step by step.'

const MERGE_FLAG = 'Look at it and merge it: the flag goes back once Argo CD has synced it, and the version that serves stays as it is.'

/** How, and since when, is a line of its own on cards, pages and PRs. */
const CAN_FAIL_AGAIN = 'the failed version can come back'

function stillAsked({ state, serving, wish }: Release): string {
  if (wish) return ''
  if (state === 'failed' && serving === 'undone') return ' Git still asks for what does not run.'
  return state === 'failed' && serving === 'split' ? ' Git still asks for the failed version.' : ''
}

/** What has become of the revert PR, in one or two sentences. */
export function revertSentence(release: Release, revert: Revert): string {
  const number = revert.pullRequest ? pullRequestName(revert.pullRequest) : 'The revert PR'
  if (revert.outcome === 'merged') return afterMerge(release, revert, number)
  if (revert.outcome === 'declined')
    return `${number} was closed by somebody: declined. Kedge will not open it again.${stillAsked(release)}`
  if (revert.state === 'closing') return `${number} is being closed: ${whyClosed(revert, isExperiment(release))}.`
  if (revert.state === 'ended') return closed(release, revert, number)
  if (release.state === 'ended' && release.outcome === 'superseded')
    return `${number} stays open while Git asks for ${isExperiment(release) ? 'the failed Experiment' : 'this version'}.`
  if (release.state === 'ended') return `${number} is not needed any more.`
  if (revert.state === 'open' && revert.mergesInto !== undefined) return turnedAway(revert, number)
  if (revert.state === 'open' && release.state === 'rolling')
    return `${number} stays open while the release is tried again. Do not merge it before that has ended.`
  return revert.state === 'open' ? `${number} reverts it, with proof. ${mergeIt(release)}` : beingOpened(revert)
}

/** Of a revert that is planned, and has no PR yet. */
export function beingOpened({ awaitsTurn }: Pick<Revert, 'awaitsTurn'>): string {
  return awaitsTurn
    ? 'Its revert PR waits for its turn: the forge takes only so much from one account in a minute.'
    : 'A revert PR is being opened.'
}

function afterMerge(release: Release, revert: Revert, number: string): string {
  if (isExperiment(release) && revert.mergesInto === undefined) return experimentMerged(release, number, revert.toldNotRestored)
  if (release.outcome === 'restored' && flagsOf(release)) return `${number} was merged, and the flag is back as it was.`
  if (release.outcome === 'restored') return `${number} was merged, and the version before is back.`
  if (release.state === 'ended') return `${number} was merged.`
  if (revert.mergesInto !== undefined) return mergedElsewhere(release, revert, number)
  if (revert.toldNotRestored)
    return release.decision?.reason ?? `${number} was merged, but the version before is not back in time. See Argo CD.`
  if (flagsOf(release)) return `${number} was merged. Its sync, and the end of the alert, are waited for.`
  if (isBackAndBurns(release, revert)) return `${number} was merged, and the version before is back. The alert is waited for.`
  return `${number} was merged. Waiting for Argo CD to bring the version before back.`
}

function turnedAway({ mergesInto = '', baseBranch }: Revert, number: string): string {
  const base = plainText(baseBranch, 100)
  const now = plainText(mergesInto, 100)
  return `${number} was turned to the branch ${now}: merged there, it takes nothing back in ${base}. Turn it to ${base}.`
}

function mergedElsewhere(release: Release, { mergesInto = '', baseBranch }: Revert, number: string): string {
  const where = `into ${plainText(mergesInto, 100)}, and not into ${plainText(baseBranch, 100)}`
  return `${number} was merged ${where}: it brings nothing back by itself, and Kedge opens no other.${stillAsked(release)}`
}

function closed(release: Release, revert: Revert, number: string): string {
  const why = whyClosed(revert, isExperiment(release))
  if (!revert.pullRequest) return `No revert PR was opened: ${why}.`
  return revert.touchedByOthers
    ? `${number} is not needed any more: ${why}. Somebody else has pushed to it, so closing it is left to people.`
    : `${number} was closed: ${why}.`
}
