import type { ReleaseDetail } from '../api/contract.ts'
import { pullRequestWords, type Tone } from '../api/words.ts'
import type { Release } from '../domain/release/release.ts'
import { safeHref } from './html.ts'

/** Ours, or a person's, of which the release tells how it ended. */
export function pullRequestOf(
  { decision, outcome }: Release,
  revert: ReleaseDetail['revert'],
): { words: string; tone: Tone; href: string | undefined } | undefined {
  const pull = revert?.pullRequest ?? decision?.theirs
  if (!pull) return undefined
  const theirs = outcome === 'open' ? { state: 'open' as const, outcome: null } : { state: 'ended' as const, outcome: endOf(outcome) }
  return {
    ...pullRequestWords({ ...pull, ...theirs, ...(revert && { state: revert.state, outcome: revert.outcome }) }),
    href: safeHref(pull.url),
  }
}

function endOf(outcome: Release['outcome']): 'restored' | null {
  return outcome === 'restored' ? outcome : null
}
