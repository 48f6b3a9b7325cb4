import { commitsFor, deploysTo, limitsFor, linksFor } from '../config/addresses.ts'
import type { Config } from '../config/settings.ts'
import { allowsRepository } from '../domain/policy/allow.ts'
import { resolvePolicy } from '../domain/policy/rules.ts'
import type { Environment } from '../reconcile/environment.ts'

/** The pure parts of the configuration: what may be done, and what belongs together. */
export type Rules = Pick<Environment, 'policyFor' | 'commitsFor' | 'limitsFor' | 'allowsRepository' | 'deploysTo' | 'linksFor'>

/** What a configuration says about single Rollouts, Applications and repositories; of a `live` one, what it says at that moment. */
export function rulesOf(live: { readonly config: Config }): Rules {
  return {
    policyFor: (rollout, application, now) => resolvePolicy(live.config.policy, { rollout, application }, now),
    commitsFor: (repoURL) => commitsFor(live.config, repoURL),
    limitsFor: (repoURL) => limitsFor(live.config, repoURL),
    allowsRepository: (repoURL) => allowsRepository(live.config.policy, repoURL),
    deploysTo: (application, cluster) => deploysTo(live.config, application, cluster),
    linksFor: (release) => linksFor(live.config, release),
  }
}
