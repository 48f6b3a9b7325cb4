import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { CANARY, rolloutOf } from './manifests.ts'
import { AFTER_PROMOTION_SCENARIOS, flagFile } from './scenarios/after-promotion.ts'
import { ANALYSIS_SCENARIOS, EXPERIMENT } from './scenarios/analysis.ts'
import { CANARY_SCENARIOS } from './scenarios/canary.ts'
import { EXPERIMENT_SCENARIOS, STANDALONE_EXPERIMENT } from './scenarios/experiment.ts'
import { KUBECTL_PLUGIN_SCENARIOS } from './scenarios/kubectl-plugin.ts'
import { MIGRATION_SCENARIOS } from './scenarios/migration.ts'
import { blueGreenStrategy, OTHER_SCENARIOS } from './scenarios/other.ts'
import { judgedFiles, PROMETHEUS_SCENARIOS } from './scenarios/prometheus.ts'
import { CUSTOM, STRATEGY_SCENARIOS } from './scenarios/strategies.ts'

// The page shows what the bench applies, or it is wrong.

const page = readFileSync(new URL('../../docs/strategies.md', import.meta.url), 'utf8')

/** The manifests of the page, by the word behind their first key. */
const shown = new Map(
  [...page.matchAll(/^```yaml\n(\w+): # (\S+)\n([^]*?)^```$/gm)].map(([block, key = '', name = '']) => {
    const text = block.replace(/^```yaml\n/, '').replace(/```$/, '')
    return [name, (parse(text) as Record<string, unknown>)[key]] as const
  }),
)

const asked = {
  query: 'sum(rate(http_requests_total{code!~"5.."}[1m])) / sum(rate(http_requests_total[1m]))',
  address: 'http://prometheus.monitoring:9090',
}
const { strategy: _, ...reference } = (JSON.parse(rolloutOf('web', 'onsuccess')) as { spec: Record<string, unknown> }).spec

it.each<[string, unknown]>([
  ['canary', CANARY],
  ['prometheus', (JSON.parse(judgedFiles('v1.8.0', asked)['analysis.yaml'] ?? '') as { spec: { metrics: unknown } }).spec.metrics],
  ['custom', CUSTOM],
  ['blue-green', blueGreenStrategy('post')],
  ['experiment', EXPERIMENT],
  ['standalone', STANDALONE_EXPERIMENT],
  ['workloadRef', reference],
  ['flags', (JSON.parse(flagFile('on')) as { data: unknown }).data],
])('the manifest %s on the page is the one that the bench applies', (name, applied) => {
  expect(shown.get(name)).toEqual(applied)
})

it('every scenario that the page names is played, and every manifest on it is held against one', () => {
  const played = [
    ANALYSIS_SCENARIOS,
    EXPERIMENT_SCENARIOS,
    CANARY_SCENARIOS,
    KUBECTL_PLUGIN_SCENARIOS,
    MIGRATION_SCENARIOS,
    OTHER_SCENARIOS,
    PROMETHEUS_SCENARIOS,
    AFTER_PROMOTION_SCENARIOS,
    STRATEGY_SCENARIOS,
  ]
    .flat()
    .map(({ name }) => name)
  const table = page.slice(0, page.indexOf('The words in the middle'))
  const named = [...table.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !played.includes(name))).toEqual([])
  expect(shown.size).toBe(8)
})
