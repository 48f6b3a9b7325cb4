import type { GitCommit } from '../application/commit.ts'
import { plainText } from '../words/plain-text.ts'
import type { DecisionInput, SourceFacts } from './facts.ts'
import { newImages, type FailedBefore, type ServedBefore } from './failed-before.ts'
import { fails, holds, type Finding } from './finding.ts'
import { quarantineWords } from './quarantined-before.ts'

/** Reverts follow soon on what they revert: so many states before a commit are looked at. */
export const STATES_LOOKED_AT = 6

/** P8: whether one of the culprits is a revert, or a bot that tries again what has failed. */
export function checkCulprits(input: DecisionInput): Finding {
  const { source, policy, counts, imageUpdater, mergedReverts, sameRevert } = input
  if (!source || source.culprits.length === 0) return undefined
  const revert = source.culprits.find((commit) => isRevert(commit) || mergedReverts.includes(commit.sha))
  if (revert) return fails(`${nameOf(revert)} is itself a revert. Kedge never reverts a revert.`)
  const failed = thisFailedBefore(input)
  if (failed.length === 0) return checkOlder(source, input.servedBefore)
  if (sameRevert) return holds(TRIED_AGAIN)
  const advice = `${wordsOf(failed, input)}${quarantineWords(input.quarantined)}: pin the good tag or let the bot ignore the bad one.`
  if (counts.revertsOfTemplate >= 2) return fails(`it was reverted ${counts.revertsOfTemplate} times already. ${advice}`)
  // Pushed once, and tried again by the cluster, or by what a person has put on top of it. With another commit, it was pushed again.
  const isPushedOnce = failed.every(({ commit }) => source.culprits.some(({ sha }) => sha === commit))
  const hasFailed = ({ sha }: GitCommit): boolean => isPushedOnce && failed.some(({ commit }) => commit === sha)
  if (source.revision && hasFailed(source.revision)) return holds(TRIED_AGAIN)
  const lastFailed = source.culprits.findLastIndex(hasFailed)
  // What was there when it failed was not pushed again, nor what came right on top of it.
  const isNew = (at: number): boolean => lastFailed < 0 || at > lastFailed + 1
  const bot = source.culprits.find((commit, at) => isBot(commit, policy.bots) && isNew(at) && !hasPushedOther(commit, input))
  if (bot || imageUpdater) return fails(`${bot ? nameOf(bot) : 'an image bot'} pushed it again. ${advice}`)
  return holds(isPushedOnce ? `${ON_TOP} ${advice}` : `A person released it again. ${advice}`)
}

const ON_TOP = 'What failed before was pushed once, and something else was put on top of it.'

/** Whether a commit brought none of the images, or what has failed as well and is something else: other images, in another template. */
function hasPushedOther({ sha }: GitCommit, input: DecisionInput): boolean {
  if (input.source?.imageCommits?.includes(sha) === false) return true
  const own = input.failedBefore.filter(({ commit }) => commit === sha)
  const same = thisFailedBefore(input)
  return own.length > 0 && !own.some((one) => same.includes(one))
}

const TRIED_AGAIN = 'They are the same commits as before: the cluster has tried them again, and nobody has pushed them again.'

/** What failed before and is asked for again was released again, whatever files it restores: this is asked of what has not. */
function checkOlder({ culprits, backToOlder, tooMuchForOlder }: SourceFacts, served: ServedBefore): Finding {
  const older = culprits.find(({ sha }) => backToOlder.includes(sha))
  if (older)
    return fails(`${nameOf(older)} brings back files or fields as they were before: it is itself a revert. Kedge never reverts a revert.`)
  if (served) return fails(served === 'served' ? SERVED : STOOD)
  if (tooMuchForOlder !== null)
    return fails(`${tooMuchForOlder}, it was not looked at whether one brings back files or fields as they were before: that is too much.`)
  return holds(`None says that it is a revert, or brings back one of the ${STATES_LOOKED_AT} states before it that has not failed.`)
}

const SERVED =
  'this very version has served here before: what brought it back is itself a revert, in whatever file. Kedge never reverts a revert.'
const STOOD =
  'this very version was here before, as its ReplicaSet had another number: if it served then, what brought it back is itself a revert, ' +
  'in whatever file. Kedge never reverts a revert.'

/** Releases of the same template, or with an image that is new with this one; what is in quarantine, where the releases are not known. */
function thisFailedBefore({ release, failedBefore, quarantined }: DecisionInput): readonly FailedBefore[] {
  const images = newImages(release)
  const own = failedBefore.filter((one) => one.isSameTemplate || one.images.some((image) => images.includes(image)))
  return own.length === 0 && quarantined ? [quarantined.failed] : own
}

function wordsOf(failed: readonly FailedBefore[], { release }: DecisionInput): string {
  const times = failed.filter(({ isSameTemplate }) => isSameTemplate).length
  if (times > 0) return `This very template has now failed ${times + 1} times`
  const image = newImages(release).find((one) => failed.some(({ images }) => images.includes(one)))
  return `The image ${plainText(image ?? '', 200)} has failed here before`
}

/** The forms in which Git and the common forges write down a revert, ours, and `revert:` as a kind of commit. */
const SUBJECTS = [
  /^(?:revert|reapply) ["'\u201c]/i,
  /^revert(?:\([^)]*\))?!?:/i,
  // Ours, with the `commits.prefix` of a configuration before it: a squash may keep nothing but the title of the PR.
  /^[^"\u201c]{0,60}\bRevert (?:["\u201c]|\d+ commits up to ")/,
  /^Merge .*\bkedge\/revert\/[0-9a-f]{12}-/,
  /^Merge pull request #\d+ from [^\s/]+\/revert-\d+-/,
  /^Merge branch 'revert-[0-9a-f]+'/,
] as const
const BODIES = [
  /^This reverts (?:commit [0-9a-f]{7,64}|merge request \S*!\d)/m,
  /^Reverts (?:[\w.-]+\/[\w.-]+)?[#!]\d+\s*$/m,
  /^Kedge-Revert-Key:/m,
] as const

/** Whether a commit says that it is a revert, in one of the forms of the forges, or a re-application of what was reverted. */
export function isRevert(commit: GitCommit): boolean {
  return SUBJECTS.some((form) => form.test(commit.subject)) || BODIES.some((form) => form.test(commit.body))
}

/** Whether a commit's author is one of the named bots. */
export function isBot(commit: GitCommit, bots: readonly string[]): boolean {
  const author = `${commit.author.name} <${commit.author.email}>`.toLowerCase()
  return bots.some((bot) => author.includes(bot.toLowerCase()))
}

/** A commit for people: the beginning of its name, and its subject. */
export function nameOf(commit: GitCommit): string {
  return `${commit.sha.slice(0, 12)} “${plainText(commit.subject, 72)}”`
}
