import type { CommitSha } from '../application/commit.ts'
import type { Quarantine } from './quarantine.ts'
import { greenWords, redWords } from './words.ts'

/** What a forge is to show beside a commit, and the quarantine that says so. */
export interface WantedStatus {
  readonly state: 'failure' | 'success'
  readonly description: string
  readonly of: Quarantine
}

/**
 * What all quarantines of a repository say of one of its commits together: red while it brings back any that stands. Undefined where
 * none says anything of it.
 */
export function wantedStatus(quarantines: readonly Quarantine[], commit: CommitSha): WantedStatus | undefined {
  const own = quarantines.flatMap((of) => {
    const mark = of.marks.find((one) => one.commit === commit)
    return mark ? [{ of, isRed: mark.brings && of.state === 'standing' }] : []
  })
  const red = own.filter(({ isRed }) => isRed)
  const [first] = red.length > 0 ? red : own
  if (!first) return undefined
  const more = red.length > 1 ? ` (and ${red.length - 1} more)` : ''
  return first.isRed
    ? { state: 'failure', description: `${redWords(first.of)}${more}`, of: first.of }
    : { state: 'success', description: greenWords(first.of), of: first.of }
}
