import { github } from '../../src/adapters/forges/github/manifest.ts'
import { deploysTo } from '../../src/config/addresses.ts'
import { readConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/settings.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/domain/policy/policy.ts'
import { DEFAULT_COMMITS } from '../../src/domain/revert/commit-rules.ts'
import type { Rules } from '../../src/service/rules.ts'
import type { World } from './world/world.ts'

/** Worlds have few configurations. */
const configs = new Map<string, Config>()

/** The configuration by what each cluster is called in it. Argo CD names a cluster as the world does, whatever it is called here. */
export function configOf({ setup }: World, names: ReadonlyMap<string, string>): Config {
  const [argocd = ''] = setup.clusters
  const clusters = [...names].map(([cluster, name]) => ({ name, ...(cluster !== argocd && { destinations: [cluster] }) }))
  const text = JSON.stringify({ apiVersion: 'kedge/v1', clusters, argocd: { cluster: names.get(argocd) ?? argocd } })
  const config = configs.get(text) ?? readConfig(text, '/')
  configs.set(text, config)
  return config
}

/** What the admin's configuration says. */
export function rulesOf({ setup }: World, config: Config, policy?: Partial<Policy>): Rules {
  return {
    policyFor: () => ({
      ...DEFAULT_POLICY,
      mode: 'pr',
      channel: '#deploys',
      announce: ['status', 'comment'],
      inStorms: setup.storms ?? false,
      ...policy,
    }),
    allowsRepository: () => true,
    deploysTo: (application, cluster) => deploysTo(config, application, cluster),
    linksFor: () => [],
    commitsFor: () => DEFAULT_COMMITS,
    limitsFor: () => github.limits,
  }
}
