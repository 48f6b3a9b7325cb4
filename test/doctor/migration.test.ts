import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import type { Finding } from '../../src/ports/finding.ts'
import { createTerminal } from '../cli/terminal.ts'

const IN = '/namespaces/shop/'
const ROLLOUT = `/apis/argoproj.io/v1alpha1${IN}rollouts/web`
const DEPLOYMENTS = `/apis/apps/v1${IN}deployments`
const SERVICES = `/api/v1${IN}services`
const INGRESSES = `/apis/networking.k8s.io/v1${IN}ingresses`

const pods = (labels: Record<string, string>) => ({ metadata: { labels }, spec: { containers: [] } })
const deployment = {
  metadata: { name: 'web' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: pods({ app: 'web' }) },
  status: { availableReplicas: 3 },
}
const rollout = {
  metadata: { name: 'web', generation: 2 },
  spec: { workloadRef: { kind: 'Deployment', name: 'web' }, strategy: { canary: { stableService: 'stable' } } },
  status: { observedGeneration: '2', phase: 'Healthy', stableRS: 'a', currentPodHash: 'a', availableReplicas: 1 },
}

/** What the API server answers by path: a list, an object, or a status that is no success. Anything else is not there. */
let answers: Record<string, object | number>
let server: Server
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-migration-'))
  answers = { [ROLLOUT]: rollout, [DEPLOYMENTS]: [deployment], [SERVICES]: [], [INGRESSES]: [] }
  server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''] ?? 404
    const body = Array.isArray(answer) ? { items: answer } : answer
    response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(typeof body === 'number' ? { kind: 'Status', code: body } : body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

async function consult(target = 'shop/web'): Promise<{ code: number; findings: readonly Finding[] }> {
  const kubeconfig = join(folder, 'kubeconfig')
  const cluster = { 'insecure-skip-tls-verify': true, server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 't' } }],
  }
  await writeFile(kubeconfig, JSON.stringify(config))
  const file = join(folder, 'kedge.yaml')
  await writeFile(file, `apiVersion: kedge/v1\nclusters: [{ name: east, kubeconfig: "${kubeconfig}" }]\n`)
  const terminal = createTerminal()
  const code = await runCli(['doctor', '--migration', target, '--config', file, '-o', 'json'], terminal)
  return { code, findings: terminal.out() === '' ? [] : (JSON.parse(terminal.out()) as { findings: readonly Finding[] }).findings }
}

describe('kedge doctor --migration', () => {
  it('reads both sides, and says the step and what leads to pods of both', async () => {
    answers[SERVICES] = [{ metadata: { name: 'web' }, spec: { selector: { app: 'web' } } }]
    const { code, findings } = await consult()
    expect(code).toBe(0)
    expect(findings.map(({ subject, level, says }) => [subject, level, says])).toEqual([
      ['migration of shop/web', 'ok', 'step 3 of 5, both serve: the Rollout with 1 pod, Deployment web with 3 pods'],
      ['migration of shop/web', 'warn', expect.stringMatching(/^Service web leads to pods of both: about 3 of 4 requests/)],
    ])
    expect(findings[0]?.advice).toMatch(/scaleDown: onsuccess/)
  })

  it('believes no status that the controller has not written for this spec', async () => {
    answers[ROLLOUT] = { ...rollout, metadata: { name: 'web', generation: 3 } }
    expect((await consult()).findings[0]?.says).toMatch(/^step 2 of 5/)
  })

  it('without a Rollout it is not begun, and without either there is nothing: 1', async () => {
    answers[ROLLOUT] = 404
    expect((await consult()).findings[0]?.says).toMatch(/^step 1 of 5/)
    answers[DEPLOYMENTS] = []
    expect(await consult()).toMatchObject({ code: 1, findings: [{ says: 'there is neither a Rollout nor a Deployment web' }] })
  })

  it('Services and Ingresses that may not be read are left out, and told with the rights that it needs', async () => {
    Object.assign(answers, { [SERVICES]: 403, [INGRESSES]: 403 })
    const { code, findings } = await consult()
    expect([code, findings.map(({ level, unseen }) => [level, unseen])]).toEqual([
      0,
      [
        ['ok', undefined],
        ['warn', true],
        ['warn', true],
      ],
    ])
    expect(findings[1]?.advice).toMatch(/list on deployments\.apps, services/)
  })

  it('where Deployments may not be read nothing is known: 3', async () => {
    answers[DEPLOYMENTS] = 403
    expect(await consult()).toMatchObject({ code: 3, findings: [{ level: 'fail', unseen: true }] })
  })

  it.each([['web'], ['shop/'], ['shop/web/x'], ['../x'], ['Shop/web']])('the name %s is wrong use: 2', async (name) => {
    expect(await consult(name)).toEqual({ code: 2, findings: [] })
  })

  it.each<[string, object]>([
    ['numbers for texts', { metadata: 7, spec: { selector: 3, template: [] }, status: 'x' }],
    ['nothing at all', {}],
    ['labels that are no texts', { metadata: { name: {} }, spec: { selector: { matchLabels: { app: 1 } } } }],
  ])('hostile objects are no fault: %s', async (_, object) => {
    answers = { [ROLLOUT]: object, [DEPLOYMENTS]: [object, null], [SERVICES]: [object, 'x'], [INGRESSES]: [object, 1] }
    const { code, findings } = await consult()
    expect(code).toBeLessThan(2)
    expect(findings[0]?.says).toMatch(/Rollout/)
  })
})
