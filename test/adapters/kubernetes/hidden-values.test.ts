import { expect, test } from 'vitest'
import { hideValues } from '../../../src/adapters/kubernetes/record/hidden-values.ts'

const hash = (text: string): string => `~${text.length}`
const hide = (object: object) => hideValues(object as Record<string, unknown>, hash)
const SECRET = 'planted-c0ffee'

test.each<[string, object]>([
  [
    'parameters of an Application, wherever its sources are repeated',
    {
      kind: 'Application',
      spec: {
        sources: [{ helm: { parameters: [{ name: 'a', value: SECRET }], values: `key: ${SECRET}`, valuesObject: { key: [SECRET] } } }],
      },
      status: { history: [{ source: { kustomize: { patches: [{ patch: SECRET }] }, plugin: { env: [{ name: 'K', value: SECRET }] } } }] },
    },
  ],
  [
    'manifests that somebody syncs from a folder of their own',
    {
      kind: 'Application',
      operation: { sync: { manifests: [`key: ${SECRET}`] } },
      status: { operationState: { operation: { sync: { manifests: [`{"key":"${SECRET}"}`] } } } },
    },
  ],
  [
    'arguments and providers of an analysis',
    {
      kind: 'AnalysisRun',
      spec: {
        args: [{ name: 'token', value: SECRET }],
        metrics: [{ name: 'm', provider: { web: { headers: [{ key: 'Authorization', value: SECRET }] } } }],
      },
    },
  ],
  [
    'templates of experiments and jobs',
    {
      kind: 'Experiment',
      spec: { templates: [{ name: 'canary', template: { spec: { containers: [{ name: 'main', command: [SECRET] }] } } }] },
    },
  ],
  [
    'what plugins are given and say, and what pods are given for a time',
    {
      kind: 'Rollout',
      spec: {
        strategy: {
          canary: {
            canaryMetadata: { annotations: { a: SECRET } },
            stableMetadata: { labels: { a: SECRET } },
            trafficRouting: { plugins: { 'x/y': { token: SECRET } } },
            steps: [{ plugin: { name: 'p', config: { key: SECRET } } }],
          },
        },
      },
      status: { canary: { stepPluginStatuses: [{ name: 'p', message: SECRET, status: { key: SECRET } }] } },
    },
  ],
  [
    'annotations that are not read',
    { kind: 'Rollout', metadata: { annotations: { password: SECRET, 'notified.notifications.argoproj.io': `{"a":"${SECRET}"}` } } },
  ],
  [
    'what Argo CD says, and what people write down on an Application',
    {
      kind: 'Application',
      spec: { info: [{ name: 'a', value: SECRET }] },
      status: {
        conditions: [{ type: 'ComparisonError', message: SECRET }],
        health: { status: 'Degraded', message: SECRET },
        resources: [{ kind: 'Rollout', name: 'web', health: { message: SECRET } }],
        operationState: {
          message: SECRET,
          operation: { info: [{ name: 'a', value: SECRET }] },
          syncResult: { resources: [{ kind: 'Rollout', message: SECRET }] },
        },
      },
    },
  ],
  [
    'the query that was asked in the end',
    {
      kind: 'AnalysisRun',
      status: { metricResults: [{ metadata: { ResolvedPrometheusQuery: SECRET }, measurements: [{ metadata: { a: SECRET } }] }] },
    },
  ],
  [
    'the copy that kubectl keeps, and what the controller adds for a time',
    {
      kind: 'ReplicaSet',
      metadata: {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ key: SECRET }),
          'rollout.argoproj.io/ephemeral-metadata': JSON.stringify({ annotations: { key: SECRET } }),
        },
      },
    },
  ],
])('a recording hides %s', (_, object) => {
  expect(JSON.stringify(hide(object))).not.toContain(SECRET)
})

test('a recording keeps what is read of an object', () => {
  const kept = {
    kind: 'Application',
    metadata: { name: 'web', annotations: { 'kedge.dev/mode': 'pr' } },
    status: { sync: { revision: 'abc' } },
  }
  expect(hide(kept)).toEqual(kept)
  const run = {
    kind: 'AnalysisRun',
    metadata: { name: 'web', labels: { 'rollout-type': 'Step' }, annotations: { 'rollout.argoproj.io/revision': '2' } },
    spec: { metrics: [{ name: 'm', successCondition: 'result > 0.9' }] },
    status: { message: 'failed', metricResults: [{ name: 'm', message: 'no', measurements: [{ value: '0.4', message: 'low' }] }] },
  }
  expect(hide(run)).toEqual(run)
  expect(hide({ spec: { source: { helm: { valueFiles: ['a.yaml'], parameters: [{ name: 'a', value: 'b' }] } } } })).toEqual({
    spec: { source: { helm: { valueFiles: ['a.yaml'], parameters: [{ name: 'a', value: '~1' }] } } },
  })
})

test('an object that is nested too deep ends no recording', () => {
  const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => ({ inner: [inner] }), 'x')
  expect(JSON.stringify(hide({ kind: 'Application', spec: { deep, helm: { values: deep } } })).length).toBeGreaterThan(0)
})
