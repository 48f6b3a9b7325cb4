import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { commitsOf } from '../storm/hold.ts'
import { countRollouts } from '../storm/members.ts'
import type { Storm } from '../storm/storm.ts'
import { evidenceLine } from '../words/evidence.ts'
import { failedVersion, rolloutName } from '../words/wording.ts'
import { outcomeSentence, type Card, type Tone } from './card.ts'
import { toDo } from './to-do.ts'

/** A release of a storm, with the revert that stands for it. */
export interface StormMember {
  readonly release: Release
  readonly revert: Revert | undefined
}

/** Names in full; the others are counted. */
const MOST_NAMED = 8

/**
 * Builds the one card of a storm, in place of a card for each of its releases. Its key is that of the release whose card it is. Pure: the
 * same state gives the same card.
 */
export function buildStormCard(given: { storm: Storm; lead: Release; members: readonly StormMember[]; links: Card['links'] }): Card {
  const { storm, lead, members, links } = given
  const releases = members.map(({ release }) => release)
  const pulls = [...new Map(members.flatMap(({ revert }) => (revert?.pullRequest ? [[revert.key, revert.pullRequest]] : []))).values()]
  return {
    key: lead.key,
    tone: tone(storm, members),
    todo: todo(storm, members),
    title: title(storm, releases),
    fields: [
      { label: 'Cause', value: storm.cause.words },
      { label: 'Rollouts', value: countWords(releases) },
      { label: 'Cluster', value: [...new Set(releases.map(({ cluster }) => cluster))].join(', ') },
      { label: 'Storm', value: storm.key },
    ],
    evidence: [...memberLines(members), ...evidenceOf(lead)],
    outcome: outcome(storm, members),
    links: [...pulls.slice(0, 3).map(({ number, url }) => ({ text: `PR #${number}`, url })), ...links],
  }
}

/** Where one commit brought all, what is to be done about its revert; else about the cause. */
function todo(storm: Storm, members: readonly StormMember[]): string {
  const releases = members.map(({ release }) => release)
  const open = members.filter(({ release }) => release.state !== 'ended')
  const [first] = open
  if (!first) return 'Nothing to do'
  const reverted = open.find(({ revert }) => revert?.state === 'open') ?? open.find(({ revert }) => revert !== undefined)
  if (reverted && (storm.cause.kind === 'commit' || commitsOf(releases) === 'one')) return toDo(reverted.release, reverted.revert)
  if (storm.state === 'holding') return 'Mend the cause, then try them again'
  if (storm.state === 'passed') return 'Try them again'
  return toDo((reverted ?? first).release, (reverted ?? first).revert)
}

function title(storm: Storm, releases: readonly Release[]): string {
  const many = `${countRollouts(releases)} Rollouts`
  if (releases.every(({ state }) => state === 'ended')) return `${many} failed for one cause; all of it is over`
  return `${many} failed for one cause: ${storm.cause.words}`
}

function countWords(releases: readonly Release[]): string {
  const counts = [
    [releases.filter(({ state }) => state === 'failed').length, 'failed'],
    [releases.filter(({ state }) => state === 'rolling').length, 'being tried again'],
    [releases.filter(({ outcome: end }) => end === 'restored').length, 'restored'],
    [releases.filter(({ outcome: end }) => end === 'promoted').length, 'made it after all'],
    [releases.filter(({ outcome: end }) => end === 'superseded' || end === 'gone').length, 'superseded or gone'],
  ] as const
  return counts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ')
}

/** Those that wait for somebody first. */
function memberLines(members: readonly StormMember[]): readonly string[] {
  const order = ['failed', 'rolling', 'ended'] as const
  const sorted = members.toSorted((a, b) => order.indexOf(a.release.state) - order.indexOf(b.release.state))
  const lines = sorted.slice(0, MOST_NAMED).map(({ release, revert }) => {
    const pull = revert?.pullRequest && revert.state !== 'ended' ? `, PR #${revert.pullRequest.number}` : ''
    return `${rolloutName(release)} ${failedVersion(release)}: ${stateWords(release)}${pull}`
  })
  const left = members.length - lines.length
  return left > 0 ? [...lines, `and ${left} more`] : lines
}

function stateWords({ state, outcome: end }: Release): string {
  if (state === 'rolling') return 'being tried again'
  if (state === 'failed') return 'failed'
  return end === 'promoted' ? 'made it after all' : end
}

function evidenceOf(lead: Release): readonly string[] {
  return (lead.attempts.at(-1)?.evidence ?? []).slice(0, 1).map(evidenceLine)
}

function tone(storm: Storm, members: readonly StormMember[]): Tone {
  const releases = members.map(({ release }) => release)
  if (releases.every(({ outcome: end }) => end === 'restored' || end === 'promoted')) return 'good'
  if (releases.every(({ state }) => state === 'ended')) return 'info'
  if (storm.state === 'passed') return 'waiting'
  return members.some(({ revert }) => revert?.state === 'open') ? 'waiting' : 'bad'
}

/** What is done about it, and what is left to people. Where one commit brought all, its revert is what matters. */
function outcome(storm: Storm, members: readonly StormMember[]): string {
  const releases = members.map(({ release }) => release)
  if (releases.every(({ state }) => state === 'ended')) return 'None of its releases is open any more.'
  const isOneCommit = storm.cause.kind === 'commit' || commitsOf(releases) === 'one'
  const reverted = members.find(({ release, revert }) => revert && release.state !== 'ended')
  if (isOneCommit && reverted) return `One commit brought all of them. ${outcomeSentence(reverted.release, reverted.revert)}`
  const release = `Where the releases themselves are at fault: kedge storm release ${storm.key}, and each is decided by itself.`
  switch (storm.state) {
    case 'holding':
      return `No revert PR is opened: the cause is hardly any of the releases. Mend it, then try them again. ${release}`
    case 'passed':
      return `The cause has passed, and proves nothing against what was released: try them again. ${release}`
    case 'released':
      return `Released by ${storm.releasedBy ?? 'somebody'}: each is decided by itself.`
    default:
      return each(members)
  }
}

/** While there are few, what was decided on each says more than any word about all. Whatever is not decided yet is no news. */
function each(members: readonly StormMember[]): string {
  const decided = members.filter(({ release, revert }) => revert !== undefined || release.decision !== null)
  const [first] = members
  if (decided.length === 0 && first) return outcomeSentence(first.release, first.revert)
  const sentences = decided.map(({ release, revert }) => `${rolloutName(release)}: ${outcomeSentence(release, revert)}`)
  return sentences.slice(0, 3).join('\n')
}
