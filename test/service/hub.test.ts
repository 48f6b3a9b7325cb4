import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import type { KubernetesApiOptions } from '../../src/simulator/kubernetes-api.ts'
import { createTerminal } from '../cli/terminal.ts'
import { holds } from '../until.ts'
import { openHub, type Hub } from './hub.ts'

const ROLLOUTS_KINDS = ['rollouts', 'analysisruns', 'experiments', 'replicasets']

/** As docs/watch.md grants where Argo CD runs. */
const ONLY_APPLICATIONS: KubernetesApiOptions['allows'] = ({ resource }) => resource === 'applications'

async function readyz({ service }: Hub): Promise<{ status: number; clusters: Record<string, string> }> {
  const response = await fetch(`${service.apiUrl}/readyz`)
  const { conditions } = (await response.json()) as { conditions: { name: string; detail: string }[] }
  const clusters = conditions.filter(({ name }) => name.startsWith('cluster '))
  return { status: response.status, clusters: Object.fromEntries(clusters.map(({ name, detail }) => [name.slice(8), detail])) }
}

test.each<{ hub: string; options: Partial<KubernetesApiOptions>; detail: string }>([
  { hub: 'that runs Argo CD and no Rollouts', options: { absent: ROLLOUTS_KINDS.slice(0, 3) }, detail: 'fresh' },
  {
    hub: 'whose account may only read Applications',
    options: { allows: ONLY_APPLICATIONS },
    detail: 'fresh; Applications only: the account may not list Rollouts here',
  },
  {
    hub: 'without Rollouts, under an account that may only read Applications',
    options: { allows: ONLY_APPLICATIONS, absent: ROLLOUTS_KINDS },
    detail: 'fresh',
  },
])(
  'with a hub $hub, Kedge is ready and opens the PRs of the workload cluster',
  async ({ options, detail }) => {
    await using hub = await openHub({ hub: options })
    expect(await readyz(hub)).toEqual({ status: 200, clusters: { hub: detail, prod: 'fresh', twin: 'fresh' } })
    hub.world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await hub.world.commitImage('v1.8.0', 'alice')
    await holds('a PR', () => hub.world.repository.pulls.size > 0, 30_000)
  },
  60_000,
)

test('a workload cluster whose account may not read Rollouts is not ready, and says why', async () => {
  await using hub = await openHub({ world: { kubernetes: { allows: ({ resource }) => resource !== 'rollouts' } } })
  const { status, clusters } = await readyz(hub)
  expect([status, clusters['hub']]).toEqual([503, 'fresh'])
  expect(clusters['prod']).toContain('cannot list resource "rollouts"')
}, 60_000)

test('of a Rollout of one namespace and name in two clusters, list, page, policy and doctor know each by its own Application', async () => {
  const rule = (project: string): string => `{ match: { project: ${project} }, set: { labels: [of-${project}] } }`
  await using hub = await openHub({
    hub: { allows: ONLY_APPLICATIONS },
    twin: true,
    more: `rules: [${rule('default')}, ${rule('twins')}]`,
  })
  const ask = async (path: string): Promise<unknown> => (await fetch(`${hub.service.apiUrl}${path}`)).json()
  const [prod, twin] = [{ application: 'argocd/checkout' }, { application: 'argocd/twin' }]
  expect(await ask('/api/v1/rollouts')).toMatchObject({ items: [prod, twin] })
  expect(await ask('/api/v1/rollouts/prod/shop/checkout')).toMatchObject({ ...prod, policy: { labels: ['of-default'] } })
  expect(await ask('/api/v1/rollouts/twin/shop/checkout')).toMatchObject({ ...twin, policy: { labels: ['of-twins'] } })
  const terminal = { ...createTerminal(), now: Date.now }
  await runCli(['doctor', '--config', hub.file], terminal)
  expect(terminal.out()).toMatch(/cluster prod: 1 Rollout\(s\) in view, 1 of them with exactly one Application/)
  expect(terminal.out()).toMatch(/cluster twin: 1 Rollout\(s\) in view, 1 of them with exactly one Application/)
}, 60_000)
