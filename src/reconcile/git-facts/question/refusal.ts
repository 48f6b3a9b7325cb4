import type { CheckId } from '../../../domain/decision/check.ts'
import type { SourceFacts } from '../../../domain/decision/facts.ts'

/** Where a question to Git ends without an answer: a named refusal, not a fault. */
export class Refusal extends Error {
  readonly check: CheckId
  /** What was found out all the same. */
  readonly found: Partial<SourceFacts>
  constructor(check: CheckId, reason: string, { found = {} }: { found?: Partial<SourceFacts> } = {}) {
    super(reason)
    this.check = check
    this.found = found
  }
}
