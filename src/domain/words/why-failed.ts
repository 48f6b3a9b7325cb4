import { shortBurn } from '../alert/words.ts'
import type { Attempt } from '../release/release.ts'
import { shortEvidence } from './evidence.ts'

/** The best short thing to say about why an attempt failed: its first failing metric, or its alert; undefined where there is neither. */
export function shortWhy(attempt: Pick<Attempt, 'evidence' | 'burn'> | undefined): string | undefined {
  const [evidence] = attempt?.evidence ?? []
  if (evidence) return shortEvidence(evidence)
  return attempt?.burn && shortBurn(attempt.burn)
}
