import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import { beginPass, keptPolicy } from '../decide/case.ts'
import type { Environment } from '../environment.ts'

/** Where people are to be told of a release; undefined where nobody is. `now`: epoch milliseconds. */
export function channelFor(release: Release, policy: Policy, now: number): string | undefined {
  if (release.preExisting || policy.mode === 'observe') return undefined
  return policy.mutedUntil !== undefined && policy.mutedUntil > now ? undefined : policy.channel
}

/** What the policy says now of a release's Rollout; what it last said, where the Rollout or the view of its cluster is gone. */
export function policyOf(environment: Environment, release: Release): Policy {
  const { cluster, namespace, rollout: name } = release
  const view = environment.views.find((one) => one.cluster === cluster)
  return view ? beginPass(environment, view, { cluster, namespace, name }).policy : keptPolicy(environment, [release])
}
