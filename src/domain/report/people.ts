import { starterWords, type PullRequestPeople } from '../people.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'
import { plainText } from '../words/plain-text.ts'

/** Who did it. Null: somebody or something did, and who is not known. The empty text: nobody has, as far as was recorded. */
export type Who = string | null

/** The same of several. Without any, the forge says that there was nobody; the empty text: there was nothing to do. */
export type Several = readonly string[] | null | ''

/** Any of both. */
export type Named = string | readonly string[] | null

/** Everybody who had to do with one release, by what they did. Names are harmless lines, and still no markup. */
export interface ReportPeople {
  /** Of the commit that brought it, as Git has it: anybody may write any name there. */
  readonly commitAuthor: Who
  /** Of the pull request that brought it, as the forge has them. */
  readonly author: Who
  readonly approvers: Several
  readonly mergedBy: Who
  /** Who started the sync that began it, by Argo CD's word. */
  readonly syncStartedBy: Who
  /** The controller, by its own judgement; a person whose name Argo Rollouts does not keep is null. */
  readonly abortedBy: Who
  /** Of the revert PR: the empty text while none was merged. */
  readonly revertApprovers: Several
  readonly revertMergedBy: Who
  readonly adoptedBy: Who
  /** Who was on it last, and who last snoozed it or ended that. */
  readonly onItBy: Who
  readonly snoozedBy: Who
  /** Who lifted the quarantine of its version, and who released the storm that it failed in. */
  readonly liftedBy: Who
  readonly stormReleasedBy: Who
  /** Why some of them are not known, in sentences. */
  readonly notes: readonly string[]
}

/** What the ledger keeps beside a release. */
export interface Beside {
  readonly revert: Revert | null
  readonly quarantine: { readonly liftedBy?: string | null } | null
  readonly storm: { readonly releasedBy?: string | null } | null
}

const MOST = 100

/** What aborts for analyses, deadlines and steps. */
const CONTROLLER = 'Argo Rollouts'

/** Who had to do with a release, as far as anybody has told. Nothing is guessed: who is not known is null. */
export function peopleOf(release: Release, { revert, quarantine, storm }: Beside): ReportPeople {
  const { sourcePr, applied, adoptedBy = '', onIt, snooze, author } = release
  const merged = mergedBy(revert)
  return {
    commitAuthor: line(author),
    author: line(sourcePr?.author),
    approvers: approversOf(sourcePr),
    mergedBy: line(sourcePr?.mergedBy),
    syncStartedBy: line(starterWords(applied?.startedBy)),
    abortedBy: abortedBy(release),
    revertApprovers: merged === undefined ? '' : approversOf(merged),
    revertMergedBy: merged === undefined ? '' : line(merged?.mergedBy),
    adoptedBy: line(adoptedBy),
    onItBy: line(onIt?.by ?? ''),
    snoozedBy: line(snooze?.by ?? ''),
    liftedBy: line(quarantine?.liftedBy ?? ''),
    stormReleasedBy: line(storm?.releasedBy ?? ''),
    notes: notesOf([sourcePr, merged]),
  }
}

/** The people of a revert that was merged, null where they are not known; undefined where none was. */
function mergedBy(revert: Revert | null): PullRequestPeople | null | undefined {
  return revert?.outcome === 'merged' ? (revert.people ?? null) : undefined
}

function notesOf(asked: readonly (PullRequestPeople | null | undefined)[]): readonly string[] {
  return asked.flatMap((people) => (people?.unread === undefined ? [] : [plainText(people.unread, 300)]))
}

/** Nobody at all has approved where the forge says so; where it was not asked, or may not be, that is not known. */
function approversOf(people: PullRequestPeople | null): readonly string[] | null {
  if (people === null || (people.unread !== undefined && people.approvers.length === 0)) return null
  return people.approvers.map((name) => plainText(name, MOST))
}

function line(name: string | null | undefined): Who {
  return name === null || name === undefined ? null : plainText(name, MOST)
}

/** Argo Rollouts writes down that somebody aborted, never who: `status.abort` has no name. */
function abortedBy({ attempts }: Release): Who {
  const last = attempts.findLast(({ abortedAt }) => abortedAt !== null)
  if (last === undefined) return ''
  return last.cause === 'human-abort' || last.cause === 'unknown' ? null : CONTROLLER
}

const LABELS: Readonly<Record<Exclude<keyof ReportPeople, 'notes'>, string>> = {
  commitAuthor: 'Wrote the commit',
  author: 'Opened its PR',
  approvers: 'Approved it',
  mergedBy: 'Merged it',
  syncStartedBy: 'Started the sync',
  abortedBy: 'Aborted',
  revertApprovers: 'Approved the revert',
  revertMergedBy: 'Merged the revert',
  adoptedBy: 'Adopted it',
  onItBy: 'Was on it',
  snoozedBy: 'Snoozed it',
  liftedBy: 'Lifted the quarantine',
  stormReleasedBy: 'Released the storm',
}

/** How people read that something is not known, and never guessed. */
export const NOT_KNOWN = 'not known'

/** One person or several as a text; empty where there was nothing to do. */
export function whoWords(who: Named): string {
  if (who === null) return NOT_KNOWN
  if (typeof who === 'string') return who
  return who.length === 0 ? 'nobody' : who.join(', ')
}

/** Everybody as lines with what they did; without those things that nobody has done. */
export function peopleLines({ notes, ...people }: ReportPeople): readonly { label: string; value: string }[] {
  const keys = Object.keys(LABELS) as (keyof typeof LABELS)[]
  const lines = keys.map((key) => ({ label: LABELS[key], value: whoWords(people[key]) })).filter(({ value }) => value !== '')
  return [...lines, ...notes.map((value) => ({ label: 'Why not', value }))]
}
