import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { Case, Findings, Pass } from '../../src/reconcile/decide/case.ts'
import type { Look } from '../../src/reconcile/look/observe.ts'
import { aLook } from '../domain/release/a-look.ts'
import { aView } from '../http/fleet-fixture.ts'

/** A look at the Rollout `web` of `east`, in mode `pr`; people are told in the channel C. */
export function aPass(look: Partial<Look> = {}, policy: Partial<Policy> = {}): Pass {
  const observation = aLook()
  const { ref, rollout, serving } = observation
  return {
    look: { ref, view: aView('east', { rollouts: [] }), rollout, serving, applications: [], releases: [], observation, ...look },
    policy: { ...DEFAULT_POLICY, mode: 'pr', channel: 'C', ...policy },
  }
}

const NOTHING: Findings = { source: null, found: undefined, theirs: undefined, pullRequest: undefined, fault: undefined }

/** A case of a release, of which Git and the forge say nothing but what a test names. */
export function aCase(
  release: Release,
  {
    findings,
    revert,
    look,
    policy,
  }: { findings?: Partial<Findings>; revert?: Case['revert']; look?: Partial<Look>; policy?: Partial<Policy> } = {},
): Case {
  return { ...aPass(look, policy), release, revert, findings: { ...NOTHING, ...findings } }
}
