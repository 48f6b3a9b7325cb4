import type { CommitSha } from '../application/commit.ts'
import { outcomeSentence } from '../notice/card.ts'
import { evidenceLine } from '../words/evidence.ts'
import { inlineCode, type Markup } from '../words/markdown.ts'
import { pullRequestName } from '../words/pull-request.ts'
import { failedVersion, rolloutName } from '../words/wording.ts'
import { happened, inOrder, verdictOf, verdictOfAll, type Told } from './said.ts'

/** What a comment is made of. */
export interface CommentInput {
  commit: CommitSha
  told: readonly Told[]
  /** Of the forge that it is on. */
  markup: Markup
  linksFor: (told: Told) => readonly { text: string; url: string }[]
}

/** More would not be read. */
const MOST_SHOWN = 20
const MOST_EVIDENCE = 5

/**
 * The comment on the pull request that brought a commit, for the person who wrote it: what failed where, why, and what is done about it.
 * All text from outside is escaped. The hidden marker is not in it.
 */
export function commentText(input: CommentInput): string {
  const { told } = input
  const shown = inOrder(told).slice(0, MOST_SHOWN)
  const more = told.length - shown.length
  return [
    `**${headline(input)}**`,
    ...(shown.length > 0 ? [shown.map((one) => paragraph(one, input)).join('\n')] : []),
    ...(more > 0 ? [`And ${more} more.`] : []),
    '<sub>Kedge keeps this comment up to date. `announce` in its configuration says whether it writes any.</sub>',
  ].join('\n\n')
}

function headline({ commit, told }: CommentInput): string {
  const release = `The release of ${inlineCode(commit.slice(0, 12))}`
  if (told.length === 0) return `${release} was said to have failed. It was another commit.`
  const failed = told.filter((one) => verdictOf(one.release) === 'failure')
  if (verdictOfAll(told) === 'success') return `${release} failed at first, and made it after all.`
  if (failed.length === 0) return `${release} failed, and is being tried again.`
  const isBack = failed.every(({ release: { outcome } }) => outcome === 'restored')
  return isBack ? `${release} failed, and was taken back.` : `${release} failed.`
}

function paragraph(one: Told, { told, markup, linksFor }: CommentInput): string {
  const { release, revert } = one
  const { inlineText } = markup
  const where = `${inlineCode(rolloutName(release), 120)} (cluster ${inlineCode(release.cluster, 60)})`
  const pull = revert?.pullRequest ?? release.decision?.theirs
  const links = [...(pull ? [{ text: pullRequestName(pull), url: pull.url }] : []), ...linksFor(one)]
  // The first measurement is in the sentence.
  const measured = release.attempts.at(-1)?.evidence ?? []
  const more = told.length === 1 && measured.length > 1 ? measured.slice(0, MOST_EVIDENCE) : []
  return [
    `- ${inlineCode(failedVersion(release), 120)} in ${where} ${inlineText(happened(one), 400)}. ` +
      `${inlineText(outcomeSentence(release, revert), 500)}`,
    ...more.map((evidence) => `  - ${inlineText(evidenceLine(evidence), 300)}`),
    ...(links.length > 0 ? [`  ${links.map(({ text, url }) => markup.link(text, url)).join(' · ')}`] : []),
  ].join('\n')
}
