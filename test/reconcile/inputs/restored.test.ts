import { expect, it } from 'vitest'
import { one, restoredOf, type Files } from './inputs-of.ts'

const chart = (values: string, dependencies = ''): Files => ({
  'apps/web/Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.0.0\n${dependencies}`,
  'apps/web/values.yaml': values,
  'apps/web/templates/rollout.yaml': 'kind: Rollout\n',
})
const LIBRARY = 'dependencies: [{name: lib, version: 1.0.0, repository: "file://../../charts/lib"}]\n'
const library = (version: string): Files => ({
  'charts/lib/Chart.yaml': `apiVersion: v2\nname: lib\nversion: ${version}\n`,
  'charts/lib/values.yaml': `of: ${version}\n`,
})
const kustomization = (resources: string, tag: string): Files => ({
  'apps/web/kustomization.yaml': `resources: [${resources}]\nimages: [{name: web, newTag: ${tag}}]\n`,
  'apps/web/rollout.yaml': 'kind: Rollout\n',
})

it.each<[string, Record<'good' | 'bad', Files>, readonly string[]]>([
  [
    'a library chart that others use as well',
    { good: { ...chart('tag: v1\n'), ...library('1.0.0') }, bad: { ...chart('tag: v2\n', LIBRARY), ...library('1.0.1') } },
    ['apps/web/Chart.yaml', 'apps/web/values.yaml'],
  ],
  [
    'a base of others',
    {
      good: { ...kustomization('rollout.yaml', 'v1'), 'base/kustomization.yaml': 'namePrefix: a-\n' },
      bad: { ...kustomization('rollout.yaml, ../../base', 'v2'), 'base/kustomization.yaml': 'namePrefix: b-\n' },
    },
    ['apps/web/kustomization.yaml'],
  ],
])('what only N+1 began to use is not restored: %s', async (_, states, restored) => {
  expect(await restoredOf(states, one())).toEqual(restored)
})

it('what only N used is restored', async () => {
  const [good, bad] = [kustomization('rollout.yaml, ../../base', 'v1'), kustomization('rollout.yaml', 'v2')]
  const base = (prefix: string): Files => ({ 'base/kustomization.yaml': `namePrefix: ${prefix}\n` })
  expect(await restoredOf({ good: { ...good, ...base('a-') }, bad: { ...bad, ...base('b-') } }, one())).toEqual([
    'apps/web/kustomization.yaml',
    'base/kustomization.yaml',
  ])
})
