import { deploysTo, linksFor } from '../config/addresses.ts'
import type { Config } from '../config/settings.ts'
import { allowsRepository } from '../domain/policy/allow.ts'
import { resolvePolicy } from '../domain/policy/rules.ts'
import type { Environment } from '../reconcile/environment.ts'

/** The pure parts of the configuration: what may be done, and what belongs together. */
export type Rules = Pick<Environment, 'policyFor' | 'allowsRepository' | 'deploysTo' | 'linksFor'>

/** What a configuration says about single Rollouts, Applications and repositories. */
export function rulesOf(config: Config): Rules {
  return {
    policyFor: (rollout, application, now) => resolvePolicy(config.policy, { rollout, application }, now),
    allowsRepository: (repoURL) => allowsRepository(config.policy, repoURL),
    deploysTo: (application, cluster) => deploysTo(config, application, cluster),
    linksFor: (release) => linksFor(config, release),
  }
}
