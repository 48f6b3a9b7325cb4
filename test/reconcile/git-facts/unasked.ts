import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import type { SourceQuestion } from '../../../src/reconcile/git-facts/question/question.ts'
import { digest } from '../../histories/git/remote.ts'

type Unasked =
  | 'applications'
  | 'stableOf'
  | 'digest'
  | 'commitsFor'
  | 'opened'
  | 'goesByFiles'
  | 'wasAway'
  | 'revertOf'
  | 'spellingsOf'
  | 'clock'

/** What a question knows of others, of reverts and of what was before, where there is nothing of it. */
export function unasked(): Pick<SourceQuestion, Unasked> {
  return {
    applications: [],
    stableOf: () => undefined,
    digest,
    commitsFor: () => DEFAULT_COMMITS,
    opened: [],
    goesByFiles: false,
    wasAway: () => false,
    revertOf: () => undefined,
    spellingsOf: () => [],
    clock: createVirtualClock(0),
  }
}
