import { exposedSince, exposureWords } from '../release/exposure.ts'
import { snoozedUntil } from '../release/handling.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { holdOf, isTakenBack, type StormFacts } from '../storm/hold.ts'
import { countRollouts } from '../storm/members.ts'
import type { Storm } from '../storm/storm.ts'
import { evidenceLine } from '../words/evidence.ts'
import { pullRequestName } from '../words/pull-request.ts'
import { failedVersion, rolloutName } from '../words/wording.ts'
import { outcomeWith, snoozeWords, type Card, type Tone } from './card.ts'
import { broughtBy, whatIsBack } from './git-wants.ts'
import { toDo } from './to-do.ts'

/** A release of a storm, with the revert that stands for it, and what keeps that from being opened. */
export interface StormMember {
  readonly release: Release
  readonly revert: Revert | undefined
  readonly trouble?: string | undefined
}

interface Told {
  readonly facts: StormFacts
  /** Those that are told on this card. */
  readonly members: readonly StormMember[]
}

/** Names in full; the others are counted. */
const MOST_NAMED = 8
/** Different sentences on one card. */
const MOST_SAID = 20

/**
 * Builds the one card of a storm, in place of a card for each of its releases. Its key is that of the release whose card it is. Pure: the
 * same state gives the same card. `now`, epoch ms, tells only whether a snooze is over.
 */
export function buildStormCard(given: Told & { lead: Release; links: Card['links']; now: number }): Card {
  const { facts, lead, members, links, now } = given
  const open = members.filter(({ release }) => release.state !== 'ended')
  const snooze = snoozeOf(open, now)
  const { storm } = facts
  const releases = members.map(({ release }) => release)
  const pulls = [...new Map(members.flatMap(({ revert }) => (revert?.pullRequest ? [[revert.key, revert.pullRequest]] : []))).values()]
  return {
    key: lead.key,
    tone: tone(storm, members),
    todo: todo(given),
    title: title(facts, releases),
    gist: gist(given),
    fields: [
      { label: 'Cause', value: storm.cause.words },
      { label: 'Rollouts', value: countWords(releases) },
      { label: 'Cluster', value: [...new Set(releases.map(({ cluster }) => cluster))].join(', ') },
      { label: 'Storm', value: storm.key },
      ...exposure(open),
      ...handledBy(open),
      ...(snooze ? [{ label: 'Snoozed', value: snooze }] : []),
    ],
    evidence: [...memberLines(members), ...evidenceOf(lead)],
    outcome: outcome(given),
    links: [...pulls.slice(0, 3).map((pull) => ({ text: pullRequestName(pull), url: pull.url })), ...links],
    ...(open.length > 0 && { snooze: snooze === undefined ? 'off' : 'on' }),
  }
}

/** Since the first of them that Git still asks for. */
function exposure(open: readonly StormMember[]): Card['fields'] {
  const all = open.flatMap(({ release }) => {
    const since = exposedSince(release)
    return since === undefined ? [] : [{ release, since }]
  })
  const words = all.toSorted((a, b) => a.since - b.since).map(({ release }) => exposureWords(release))[0]
  return words === undefined ? [] : [{ label: 'Exposed', value: words }]
}

/** People who are on any of them. */
function handledBy(open: readonly StormMember[]): Card['fields'] {
  const names = [...new Set(open.flatMap(({ release: { onIt } }) => (onIt ? [onIt.by] : [])))]
  return names.length > 0 ? [{ label: 'On it', value: namesOf(names) }] : []
}

/** Nobody is called for a storm while nobody is for any of its open releases; until then, and by whom. */
function snoozeOf(open: readonly StormMember[], now: number): string | undefined {
  const all = open.map(({ release, revert }) => ({ until: snoozedUntil(release, revert, now) ?? 0, by: release.snooze?.by ?? '' }))
  const first = all.toSorted((a, b) => a.until - b.until)[0]
  return first && first.until > 0 ? snoozeWords(first.until, first.by) : undefined
}

/** Where a revert of theirs stands, what is to be done about it; else about the cause. Of who has just joined nobody knows yet. */
function todo({ facts, members }: Told): string {
  const own = members.filter((member) => hasRevert(facts, member))
  const [first] = [
    ...own.filter(({ revert }) => revert?.state === 'open'),
    ...own,
    ...decidedOf(members.filter(({ release }) => release.state !== 'ended')),
  ]
  if (!first) return 'Nothing to do'
  if (own.length > 0 || holdOf(facts) !== 'all') return toDo(first.release, first.revert)
  return facts.storm.state === 'passed' ? 'Try them again' : 'Mend the cause, then try them again'
}

/** Whether there is something to say of a release's own revert, whatever is held. */
function hasRevert(facts: StormFacts, { release, revert }: StormMember): boolean {
  if (!revert || revert.outcome === 'held') return false
  if (revert.state === 'open' && isTakenBack(facts, release)) return false
  return release.state !== 'ended' || revert.state !== 'ended'
}

function title({ storm, live }: StormFacts, releases: readonly Release[], count = countRollouts(releases)): string {
  const many = `${count} Rollouts`
  if (releases.every(({ state }) => state === 'ended'))
    return `${many} failed for one cause; ${live.size > 0 ? 'none of the releases is open any more' : 'all of it is over'}`
  return `${many} failed for one cause: ${storm.cause.words}`
}

/** It is worth another message each time that it has become twice as large, and where something else is to be said of what is open. */
function gist({ facts, members }: Told): NonNullable<Card['gist']> {
  const releases = members.map(({ release }) => release)
  const open = members.filter((member) => member.release.state !== 'ended' || hasRevert(facts, member))
  const said = outcome({ facts, members: open }, (sentence) => sentence)
  const powerOfTwo = 2 ** Math.floor(Math.log2(countRollouts(releases)))
  return { title: title(facts, releases, powerOfTwo), outcome: said.split('\n').toSorted().join('\n') }
}

function countWords(releases: readonly Release[]): string {
  const counts = [
    [releases.filter(({ state }) => state === 'failed').length, 'failed'],
    [releases.filter(({ state, serving }) => state === 'failed' && serving === 'aborting').length, 'not proven to be back'],
    [releases.filter(({ state }) => state === 'rolling').length, 'being tried again'],
    [releases.filter(({ outcome: end }) => end === 'restored').length, 'restored'],
    [releases.filter(({ outcome: end }) => end === 'promoted').length, 'made it after all'],
    [releases.filter(({ outcome: end }) => end === 'superseded' || end === 'gone').length, 'superseded or gone'],
  ] as const
  return counts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ')
}

/** Those that wait for somebody first, and of them those that are not as one would think. */
function memberLines(members: readonly StormMember[]): readonly string[] {
  const order = ['failed', 'rolling', 'ended'] as const
  const rank = ({ release: { state, serving } }: StormMember): number => order.indexOf(state) * 2 + (serving === 'split' ? 1 : 0)
  const sorted = members.toSorted((a, b) => rank(a) - rank(b))
  const lines = sorted.slice(0, MOST_NAMED).map(({ release, revert }) => {
    const pull = (revert?.state === 'ended' ? undefined : revert?.pullRequest) ?? release.decision?.theirs
    const where = isNamesake(release, members) ? ` (${release.cluster})` : ''
    return `${rolloutName(release)}${where} ${failedVersion(release)}: ${stateWords(release)}${pull ? `, ${pullRequestName(pull)}` : ''}`
  })
  const left = members.length - lines.length
  return left > 0 ? [...lines, `and ${left} more`] : lines
}

/** Whether one of another cluster is called the same: the cluster alone tells them apart. */
function isNamesake(release: Release, members: readonly StormMember[]): boolean {
  const { cluster, namespace, rollout } = release
  return members.some(({ release: one }) => one.cluster !== cluster && one.namespace === namespace && one.rollout === rollout)
}

function stateWords(release: Release): string {
  const { state, outcome: end, serving } = release
  if (state === 'rolling') return 'being tried again'
  if (state === 'ended') return end === 'promoted' ? 'made it after all' : end
  if (serving === 'aborting') return 'failed, and it is not proven yet that the version before serves'
  if (serving === 'stuck') return 'stuck, and not aborted'
  if (serving === 'first-deploy-failed') return 'failed, and there is no version before it'
  if (serving === 'undone') return `failed; ${whatIsBack(release)} by hand`
  const brought = broughtBy(release)
  return brought ? `brought ${brought}, and failed` : 'failed'
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
function outcome({ facts, members }: Told, line = withNames): string {
  const { storm } = facts
  const own = each(
    members.filter((member) => hasRevert(facts, member)),
    line,
  )
  if (members.every(({ release }) => release.state === 'ended')) return ['None of its releases is open any more.', ...own].join('\n')
  const hold = holdOf(facts)
  if (hold === 'free') return each(decidedOf(members), line).join('\n')
  if (hold === 'after-one') {
    if (own.length === 0) return each(decidedOf(members), line).join('\n')
    const after = `What it brought to other files comes after that: kedge storm release ${storm.key} decides on each by itself now.`
    const isAll = members.every((member) => member.release.state === 'ended' || hasRevert(facts, member))
    return [`One commit brought all of them. ${own.join('\n')}`, ...(isAll ? [] : [after])].join('\n')
  }
  const release = `Where the releases themselves are at fault: kedge storm release ${storm.key}, and each is decided by itself.`
  const no = own.length > 0 ? 'No other revert PR' : 'No revert PR'
  const why =
    storm.state === 'passed'
      ? `The cause has passed, and proves nothing against what was released: try them again. ${release}`
      : `${no} is opened: the cause is hardly any of the releases. Mend it, then try them again. ${release}`
  return [why, ...own].join('\n')
}

/** Whatever is not decided yet is no news. */
function decidedOf(members: readonly StormMember[]): readonly StormMember[] {
  const decided = members.filter(({ release, revert }) => revert !== undefined || release.decision !== null)
  return decided.length > 0 ? decided : members.slice(0, 1)
}

const withNames = (sentence: string, names: readonly string[]): string => `${namesOf(names)}: ${sentence}`

/** What was decided on each, once for all of which it is the same. */
function each(members: readonly StormMember[], line: typeof withNames): readonly string[] {
  const said = new Map<string, string[]>()
  for (const { release, revert, trouble } of members) {
    const sentence = outcomeWith(release, revert, trouble)
    said.set(sentence, [...(said.get(sentence) ?? []), rolloutName(release)])
  }
  const [only, ...more] = said
  if (only && more.length === 0) return [only[0]]
  const lines = [...said].slice(0, MOST_SAID).map(([sentence, names]) => line(sentence, names))
  return said.size > MOST_SAID ? [...lines, `and ${said.size - MOST_SAID} more: kedge explain says it of each.`] : lines
}

function namesOf(names: readonly string[]): string {
  const left = names.length - 3
  return left > 1 ? `${names.slice(0, 3).join(', ')} and ${left} more` : names.join(', ')
}
