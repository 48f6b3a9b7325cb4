import { readRevisions } from '../../../../src/reconcile/git-facts/revisions/revisions.ts'
import type { Told } from '../../../../src/reconcile/git-facts/syncs/told-by-content.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, web, type Story, type Sync } from '../a-question.ts'
import { orRefusal } from '../syncs/telling.ts'

/** What each commit makes of the Rollout; `side` is of another branch. */
export const COMMITS = {
  first: web('v0'),
  n: web('v1'),
  other: web('v3'),
  next: web('v2'),
  later: web('v4'),
  side: { files: { [FILE]: web('v5') }, upon: 'n' },
}
/** Every operation since the sync of N. */
export const SEEN = { seenSince: at(10) }
/** The sync of N+1. */
export const NEXT: Sync = ['next', 50]

export interface Asking extends Partial<Story> {
  /** What was told by rendering to have brought N, if anything was. */
  readonly told?: string | null
}

/** Asks for the commits of both versions, by default of N that is remembered and synced in minute 10, and N+1 that was in minute 50. */
export function asked({ told, ...story }: Asking) {
  const found = aQuestion({
    commits: COMMITS,
    synced: [['n', 10], NEXT],
    head: 'later',
    application: SEEN,
    ...story,
    release: (of) => ({ applied: of.applied('next'), goodApplied: of.applied('n'), ...story.release?.(of) }),
  })
  const brought = { applied: found.applied('next'), goodApplied: told === null ? null : found.applied(told ?? '') }
  return {
    ...found,
    read: () =>
      readRevisions(
        found.question,
        found.sha(story.head ?? 'later'),
        told === undefined ? undefined : ({ brought, live: found.live } satisfies Told),
      ),
  }
}

/** N+1's commit, N's, and what else is told of them; or the check that refuses and why. */
export async function read(story: Asking): Promise<unknown> {
  const found = asked(story)
  return orRefusal(found.read(), ({ revision, good, goodStandsIn, beganWith }) =>
    found.named([revision.sha, good.sha, ...(goodStandsIn ? ['stands in'] : []), ...(beganWith ? beganWith.revisions : [])]),
  )
}
