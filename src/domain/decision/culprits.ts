import type { GitCommit } from '../application/commit.ts'
import type { Release } from '../release/release.ts'
import { plainText } from '../words/plain-text.ts'
import type { DecisionInput } from './facts.ts'
import { fails, holds, type Finding } from './finding.ts'

/** Reverts follow soon on what they revert: so many states before a commit are looked at. */
export const STATES_LOOKED_AT = 6

/** P8: whether one of the culprits is a revert, or a bot that tries again what has failed. */
export function checkCulprits(input: DecisionInput): Finding {
  const { source, policy, counts, imageUpdater, mergedReverts, sameRevert, failedCommits } = input
  if (!source || source.culprits.length === 0) return undefined
  const revert = source.culprits.find((commit) => isRevert(commit) || mergedReverts.includes(commit.sha))
  if (revert) return fails(`${nameOf(revert)} is itself a revert. Kedge never reverts a revert.`)
  const failed = whatFailedBefore(input)
  // What failed before and is asked for again was released again, whatever files it restores.
  const older = failed === undefined ? source.culprits.find(({ sha }) => source.backToOlder.includes(sha)) : undefined
  if (older) return fails(`${nameOf(older)} brings back files as they were before: it is itself a revert. Kedge never reverts a revert.`)
  if (failed === undefined && source.tooMuchForOlder !== null)
    return fails(`${source.tooMuchForOlder}, it was not looked at whether one brings back files as they were before: that is too much.`)
  if (failed === undefined)
    return holds(`None says that it is a revert, or brings back one of the ${STATES_LOOKED_AT} states before it that has not failed.`)
  const hasFailed = ({ sha }: GitCommit): boolean => failedCommits.includes(sha)
  if (sameRevert || (source.revision && hasFailed(source.revision)))
    return holds('They are the same commits as before: the cluster has tried them again, and nobody has pushed them again.')
  // What a bot had pushed when it failed is not pushed again by a person's commit on top of it.
  const bot = source.culprits.find((commit) => isBot(commit, policy.bots) && !hasFailed(commit))
  const advice = `${failed}: pin the good tag or let the bot ignore the bad one.`
  if (bot || imageUpdater) return fails(`${bot ? nameOf(bot) : 'an image bot'} pushed it again. ${advice}`)
  if (counts.revertsOfTemplate >= 2) return fails(`it was reverted ${counts.revertsOfTemplate} times already. ${advice}`)
  return holds(`A person released it again. ${advice}`)
}

/** The same template, or an image that is new with this release, and failed here with another one. */
function whatFailedBefore({ release, failedImages }: DecisionInput): string | undefined {
  if (release.recurrence > 1) return `This very template has now failed ${release.recurrence} times`
  const image = newImages(release).find((one) => failedImages.includes(one))
  return image === undefined ? undefined : `The image ${plainText(image, 200)} has failed here before`
}

/** Those images of a release that the version before does not run. */
export function newImages({ images, stableImages }: Pick<Release, 'images' | 'stableImages'>): readonly string[] {
  return images.filter((image) => !stableImages.includes(image))
}

/** The forms in which Git and the common forges write down a revert, ours, and `revert:` as a kind of commit. */
const SUBJECTS = [
  /^(?:revert|reapply) ["'\u201c]/i,
  /^revert(?:\([^)]*\))?!?:/i,
  /^Revert \d+ commits up to "/,
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
