import { row, type StateTable } from '../state-table.ts'
import type { Mark, Quarantine } from './quarantine.ts'

/** Where a quarantine stands; `none` before its version has failed. */
export type QuarantineStanding = 'none' | Quarantine['state']

/** `mark-commits`: what the forge says of commits is to be made right, by the outbox. `tell-release`: the card of its release is. */
export type QuarantineEffect = 'mark-commits' | 'tell-release'

/** What a version is that has failed, before anything was said of it. */
export type Failed = Omit<Quarantine, 'state' | 'outcome' | 'endedAt' | 'liftedBy' | 'liftedFor' | 'marks' | 'unsaid'>

/** What may happen to a quarantine, under the name that the ledger's record bears. Times (`at`) are epoch milliseconds. */
export type QuarantineEvent =
  | { type: 'quarantine-begun'; failed: Failed }
  | { type: 'quarantine-renewed'; failed: Failed }
  | { type: 'quarantine-traced'; facts: Pick<Quarantine, 'repoURL' | 'repository' | 'baseBranch' | 'culprit' | 'good' | 'paths'> }
  | { type: 'quarantine-narrowed'; images: readonly string[] }
  | { type: 'quarantine-marked'; marks: readonly Mark[] }
  | { type: 'quarantine-unsaid'; why: string | undefined }
  | { type: 'quarantine-lifted'; by: string; reason: string; at: number }
  | { type: 'quarantine-expired'; at: number }
  | { type: 'quarantine-proven'; at: number }
  | { type: 'quarantine-cleared'; at: number }

const OUT = ['mark-commits', 'tell-release'] as const

/** Everything that a quarantine may go through. */
export const QUARANTINE_TABLE: StateTable<QuarantineStanding, Quarantine['state'], QuarantineEvent['type'], QuarantineEffect> = {
  none: {
    'quarantine-begun': row('standing', [], 'A release has failed for a reason that speaks against its version.'),
  },
  standing: {
    'quarantine-renewed': row('standing', ['tell-release'], 'It has failed again: its days begin anew.'),
    'quarantine-traced': row('standing', [], 'Git has told which commit brought it.'),
    'quarantine-narrowed': row('standing', [], 'One of its images serves healthy by now: that one was innocent.'),
    'quarantine-marked': row('standing', ['mark-commits'], 'A commit brings it back, or takes out what one had brought.'),
    'quarantine-unsaid': row('standing', [], 'The forge takes no status of ours, or takes them again.'),
    'quarantine-lifted': row('over', OUT, 'A person wants it out of quarantine.'),
    'quarantine-expired': row('over', OUT, 'Its days are over.'),
    'quarantine-proven': row('over', OUT, 'It serves healthy after all.'),
    'quarantine-cleared': row('over', OUT, 'So many failed for one cause that the cause is hardly the version.'),
  },
  over: {
    'quarantine-begun': row('standing', ['mark-commits'], 'It has failed again.'),
  },
}

/** Where a document stands; `none` without one. */
export function quarantineStanding(quarantine: Quarantine | undefined): QuarantineStanding {
  return quarantine?.state ?? 'none'
}

/** A step that the table allows: the document as it is from now on. */
export interface QuarantineTransition {
  readonly event: QuarantineEvent
  readonly quarantine: Quarantine
  readonly effects: readonly QuarantineEffect[]
}

/**
 * Applies the table to the document as the ledger has it now. Undefined where the event does not apply to where it stands: then nothing is
 * written. Nothing else may write where a quarantine stands.
 */
export function moveQuarantine(quarantine: Quarantine | undefined, event: QuarantineEvent): QuarantineTransition | undefined {
  const step = QUARANTINE_TABLE[quarantineStanding(quarantine)][event.type]
  const next = step && withNews(quarantine, event)
  return next && { event, quarantine: { ...next, state: step.to }, effects: step.effects }
}

/** The document with what the event tells, besides where it stands. */
function withNews(quarantine: Quarantine | undefined, event: QuarantineEvent): Omit<Quarantine, 'state'> | undefined {
  if (event.type === 'quarantine-begun')
    return {
      ...event.failed,
      outcome: null,
      endedAt: null,
      marks: quarantine?.marks ?? [],
      templates: templatesOf(quarantine, event.failed),
    }
  if (!quarantine) return undefined
  switch (event.type) {
    case 'quarantine-renewed':
      return { ...quarantine, ...event.failed, since: quarantine.since, templates: templatesOf(quarantine, event.failed) }
    case 'quarantine-traced':
      return { ...quarantine, ...event.facts }
    case 'quarantine-narrowed':
      return { ...quarantine, images: event.images }
    case 'quarantine-marked':
      return { ...quarantine, marks: mergeMarks(quarantine.marks, event.marks) }
    case 'quarantine-unsaid': {
      const { unsaid: _, ...said } = quarantine
      return event.why === undefined ? said : { ...said, unsaid: event.why }
    }
    case 'quarantine-lifted':
      return { ...quarantine, outcome: 'lifted', endedAt: event.at, liftedBy: event.by, liftedFor: event.reason }
    case 'quarantine-expired':
      return { ...quarantine, outcome: 'expired', endedAt: event.at }
    case 'quarantine-proven':
      return { ...quarantine, outcome: 'proven', endedAt: event.at }
    case 'quarantine-cleared':
      return { ...quarantine, outcome: 'cleared', endedAt: event.at }
  }
}

/** More templates with the same images are not told apart. */
const MOST_TEMPLATES = 20

function templatesOf(before: Quarantine | undefined, { templates }: Failed): readonly string[] {
  return [...new Set([...(before?.templates ?? []), ...templates])].slice(-MOST_TEMPLATES)
}

/** More commits are not kept in mind for one version: the oldest that are settled go first. */
const MOST_MARKS = 100

/** The marks with the news of some commits among them. */
export function mergeMarks(known: readonly Mark[], news: readonly Mark[]): readonly Mark[] {
  const others = known.filter(({ commit }) => news.every((one) => one.commit !== commit))
  const all = [...others, ...news]
  const settled = all.filter(({ brings }) => !brings)
  const left = new Set(settled.slice(0, Math.max(0, all.length - MOST_MARKS)))
  return all.filter((mark) => !left.has(mark)).slice(-MOST_MARKS)
}
