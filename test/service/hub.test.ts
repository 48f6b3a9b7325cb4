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

/** What the doctor says of the hub, one finding a line. */
async function doctorOf({ file }: Hub): Promise<string> {
  const terminal = { ...createTerminal(), now: Date.now }
  await runCli(['doctor', '--config', file], terminal)
  return terminal.out()
}

const SERVES_NONE = 'cluster hub: serves Applications and no Rollouts: it is looked at for its Applications alone'
const MAY_NOT = 'cluster hub: may list no Rollouts: it is looked at for its Applications alone'

test.concurrent.each<{ hub: string; options: Partial<KubernetesApiOptions>; detail: string; doctor: readonly string[] }>([
  {
    hub: 'that runs Argo CD and no Rollouts',
    options: { absent: ROLLOUTS_KINDS.slice(0, 3) },
    detail: 'fresh',
    doctor: [SERVES_NONE],
  },
  {
    hub: 'whose account may only read Applications',
    options: { allows: ONLY_APPLICATIONS },
    detail: 'fresh; Applications only: the account may not list Rollouts here',
    doctor: [MAY_NOT],
  },
  {
    hub: 'without Rollouts, under an account that may only read Applications',
    options: { allows: ONLY_APPLICATIONS, absent: ROLLOUTS_KINDS },
    detail: 'fresh',
    doctor: [SERVES_NONE, MAY_NOT],
  },
])(
  'with a hub $hub, Kedge is ready, opens the PRs of the workload cluster, and the doctor finds no fault with the hub',
  async ({ options, detail, doctor }) => {
    await using hub = await openHub({ hub: options })
    expect(await readyz(hub)).toEqual({ status: 200, clusters: { hub: detail, prod: 'fresh', twin: 'fresh' } })
    const findings = (await doctorOf(hub)).split('\n').filter((line) => line.includes('cluster hub: '))
    expect(findings.filter((line) => line.includes(' fail '))).toEqual([])
    for (const said of doctor) expect(findings.join('\n')).toContain(said)
    hub.world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await hub.world.commitImage('v1.8.0', 'alice')
    await holds('a PR', () => hub.world.repository.pulls.size > 0, 30_000)
  },
  60_000,
)

test.concurrent('a workload cluster whose account may not read Rollouts is not ready, and says why', async () => {
  await using hub = await openHub({ world: { kubernetes: { allows: ({ resource }) => resource !== 'rollouts' } } })
  const { status, clusters } = await readyz(hub)
  expect([status, clusters['hub']]).toEqual([503, 'fresh'])
  expect(clusters['prod']).toContain('cannot list resource "rollouts"')
}, 60_000)

test.concurrent('of namesakes in two clusters, list, page, policy and doctor know each by its own Application', async () => {
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
  const doctor = await doctorOf(hub)
  expect(doctor).toMatch(/cluster prod: 1 Rollout\(s\) in view, 1 of them with exactly one Application/)
  expect(doctor).toMatch(/cluster twin: 1 Rollout\(s\) in view, 1 of them with exactly one Application/)
}, 60_000)
