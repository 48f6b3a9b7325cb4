import type { DecisionInput, SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'

/** What is different from an input that passes every check. */
export type Change = (input: DecisionInput) => DecisionInput
export const ofRelease =
  (change: Partial<Release>): Change =>
  (input) => ({ ...input, release: { ...input.release, ...change } })
export const ofSource =
  (change: Partial<SourceFacts>): Change =>
  (input) => ({ ...input, source: input.source && { ...input.source, ...change } })
export const ofPolicy =
  (change: Partial<Policy>): Change =>
  (input) => ({ ...input, policy: { ...input.policy, ...change } })
export const ofInput =
  (change: Partial<DecisionInput>): Change =>
  (input) => ({ ...input, ...change })
