import type { Release } from '../release/release.ts'
import { dayOf } from '../words/calendar.ts'
import { inlineCode } from '../words/markdown.ts'
import { LIFT_LABEL, QUARANTINE_CONTEXT } from './quarantine.ts'

/** What the revert PR says of how the failed version is kept out once it is merged, and let in again. */
export function bodyLines(releases: readonly Pick<Release, 'quarantine'>[]): readonly string[] {
  const [first] = releases.flatMap(({ quarantine }) => quarantine ?? [])
  if (!first) return []
  return [
    `- The failed version is in quarantine until ${dayOf(first.until)}: a commit or pull request that brings it back gets a red ` +
      `${inlineCode(QUARANTINE_CONTEXT)}. The label ${inlineCode(LIFT_LABEL)} here, or ` +
      `${inlineCode(`kedge quarantine lift ${first.key}`)}, lifts it.`,
  ]
}
