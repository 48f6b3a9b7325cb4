import { tellByContent } from '../../../../src/reconcile/git-facts/syncs/told-by-content.ts'
import { anAttempt } from '../../../domain/release/a-look.ts'
import { aQuestion, at, web, type Story, type Sync } from '../a-question.ts'

/** What each commit renders: N+1, N, something else, N+1 three times, and something else. */
export const COMMITS = {
  first: web('v2'),
  n: web('v1'),
  other: web('v3'),
  next: web('v2', { more: 'note: 0\n' }),
  again: web('v2', { more: 'note: 1\n' }),
  last: web('v2', { more: 'note: 2\n' }),
  beyond: web('v4'),
}

/** N's own sync. */
export const N: Sync = ['n', 10]

export interface Asking extends Partial<Story> {
  /** Several repositories are read, so that no one commit stands for a sync. */
  readonly several?: boolean
}

/** The commits of the syncs that are told to have brought N+1 and N, or the check that refuses and why. */
export async function told({ several = false, ...story }: Asking): Promise<unknown> {
  const { question, named } = aQuestion({ commits: COMMITS, synced: [], ...story })
  return orRefusal(
    tellByContent(question, several ? undefined : question),
    (found) => found && named([found.brought.applied.revisions[0], found.brought.goodApplied?.revisions[0] ?? null]),
  )
}

/** What was found, or the check that refuses and why. */
export async function orRefusal<Found>(asked: Promise<Found>, read: (found: Found) => unknown): Promise<unknown> {
  try {
    return read(await asked)
  } catch (error) {
    if (!(error instanceof Error && 'check' in error)) throw error
    return [error.check, error.message]
  }
}

/** Of a release that had failed by then, for the first time. */
export const failedAt = (minute: number) => ({ attempts: [anAttempt({ abortedAtMs: at(minute), seenAt: at(minute + 1) })] })
