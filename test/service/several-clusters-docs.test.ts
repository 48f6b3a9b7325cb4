import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { createService } from '../../src/service.ts'
import { startKubernetesApi, type KubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { STORY, TOKENS } from '../../src/simulator/world/story.ts'
import { startGateway, type Gateway } from '../adapters/kubernetes/faults/gateway.ts'
import { blocksOf, helm, ofKind, parseObjects, theOne, WITHOUT_HELM, type Manifest } from '../chart/render.ts'
import { holds } from '../until.ts'
import { grantedBy } from './granted.ts'
import { findKubectl, openPageShell } from './page-shell.ts'

// Every block of docs/several-clusters.md, one after the other, as it stands there. The API servers are the simulator's, behind TLS, each
// with a token of its own and exactly the rights of the manifests that the page has applied. What stands in for the rest: page-shell.ts.

const ROLLOUTS = ['rollouts', 'analysisruns', 'experiments']
const HUB_TOKEN = 'hub-token'

const PAGE = await readFile(new URL('../../docs/several-clusters.md', import.meta.url), 'utf8')
const blocks = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)

interface Clusters extends AsyncDisposable {
  world: World
  apis: Record<'hub' | 'east' | 'west', KubernetesApi>
  doors: Record<'hub' | 'east' | 'west', Gateway>
  /** What was applied in each so far: nobody may do anything before. */
  applied: Record<string, readonly Manifest[]>
}

/** Argo CD's Applications in the hub; Argo Rollouts, and a Rollout of the same namespace and name, in east and west. */
async function openClusters(): Promise<Clusters> {
  await using stack = new AsyncDisposableStack()
  const applied: Clusters['applied'] = {}
  const asGranted = (cluster: string) => (access: Parameters<ReturnType<typeof grantedBy>>[0]) => grantedBy(applied[cluster] ?? [])(access)
  const world = stack.use(await createWorld({ kubernetes: { absent: ['applications'], token: 'east-token', allows: asGranted('east') } }))
  const { clock, kubernetes: east } = world
  const west = stack.use(await startKubernetesApi({ clock, absent: ['applications'], token: 'west-token', allows: asGranted('west') }))
  const hub = stack.use(await startKubernetesApi({ clock, absent: ROLLOUTS, token: HUB_TOKEN, allows: asGranted('hub') }))
  const show = (application: Manifest, to: Manifest, name = application.metadata.name): void => {
    const { namespace } = application.metadata
    const spec = { ...application.spec, destination: { namespace: STORY.namespace, ...to } }
    hub.store.apply({ ...application, metadata: { namespace, name }, spec }, 'all')
  }
  const showEast = (application: Manifest): void => show(application, { server: 'https://east.acme.example:6443' })
  stack.defer(east.store.subscribe(({ object }) => void (object.kind === 'Application' && showEast(object))))
  for (const application of east.store.list('applications')) showEast(application)
  const rollout = await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  west.store.apply({ ...rollout, metadata: { ...rollout.metadata, uid: 'west', annotations: {} } } as never, 'all')
  for (const application of east.store.list('applications')) show(application, { name: 'west' }, 'checkout-west')
  const doorOf = async ({ url }: KubernetesApi): Promise<Gateway> => stack.use(await startGateway({ target: url, protocol: 'https' }))
  const doors = { hub: await doorOf(hub), east: await doorOf(east), west: await doorOf(west) }
  const opened = stack.move()
  return { world, apis: { hub, east, west }, doors, applied, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** The kubeconfig of whoever follows the page. */
function contexts(doors: Clusters['doors'], only?: string): string {
  const names = (['hub', 'east', 'west'] as const).filter((name) => only === undefined || name === only)
  const authority = (name: 'hub' | 'east' | 'west'): string => Buffer.from(doors[name].certificate.cert).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': only ?? '',
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    clusters: names.map((name) => ({
      name,
      cluster: { server: `https://127.0.0.1:${doors[name].port}`, 'certificate-authority-data': authority(name) },
    })),
    users: names.map((name) => ({ name, user: { token: `${name}-token` } })),
  })
}

/** The Secret of the account as Kubernetes fills it in. */
function filledIn(objects: readonly Manifest[], token: string, { certificate }: Gateway): string {
  const encoded = Object.entries({ token, 'ca.crt': certificate.cert }).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  return stringify({ ...theOne(objects, 'Secret'), data: Object.fromEntries(encoded) })
}

/** What a pod of the chart reads, with its places on this machine, and the hub by a kubeconfig: `inCluster` needs a pod. */
function inPod(rendered: readonly Manifest[], folder: string): string {
  const config = parse(theOne(rendered, 'ConfigMap').data['kedge.yaml'])
  expect(config.clusters[0]).toEqual({ name: 'hub', inCluster: true })
  config.clusters[0] = { name: 'hub', kubeconfig: join(folder, 'in-cluster') }
  for (const cluster of config.clusters.slice(1))
    cluster.kubeconfig = cluster.kubeconfig.replace('/etc/kedge/clusters', join(folder, 'mounted'))
  const forges = config.forges.map((forge: Manifest) => ({ ...forge, tokenFile: join(folder, 'forge-token') }))
  const server = { api: { port: 0 }, webhooks: { port: 0 } }
  return stringify({ ...config, forges, server, ledger: { path: 'ledger.db' }, mirrors: { path: 'mirrors' }, log: { level: 'silent' } })
}

/** The page's values, and what other pages say of a forge. */
function valuesWith({ github }: World): string {
  const [page = ''] = blocksOf('several-clusters.md', '# values.yaml')
  const { config, credentials } = parse(page)
  const forge = {
    allow: { repositories: [`${github.url}/acme/*`] },
    forges: [{ type: 'github', apiBaseUrl: `${github.url}/api/v3`, tokenFile: '/etc/kedge/github/token' }],
  }
  return stringify({
    config: { ...config, defaults: { mode: 'pr' }, ...forge },
    credentials: { ...credentials, github: { existingSecret: 'kedge-github' } },
  })
}

const kubectl = findKubectl()
const WITHOUT_KUBECTL = kubectl === undefined ? ' (skipped: no kubectl)' : ''

describe.runIf(helm && kubectl)(`docs/several-clusters.md${WITHOUT_HELM}${WITHOUT_KUBECTL}`, () => {
  it('leads, as it stands, to a Kedge that is ready and opens the one PR of a workload cluster', { timeout: 240_000 }, async () => {
    await using clusters = await openClusters()
    const { world, apis, doors, applied } = clusters
    const folder = await mkdtemp(join(tmpdir(), 'kedge-several-clusters-'))
    await using stack = new AsyncDisposableStack()
    stack.defer(() => rm(folder, { recursive: true, force: true }))
    const at = (name: string): string => join(folder, name)
    const shell = await openPageShell(folder)
    await writeFile(at('contexts'), contexts(doors))
    const [accounts = '', kubeconfigs = '', secret = '', names = '', install = '', ...more] = blocks
    expect(more).toEqual([])

    await shell.run(accounts)
    for (const name of ['east', 'west'] as const) {
      applied[name] = parseObjects(await readFile(at(`applied-${name}.yaml`), 'utf8'))
      expect(applied[name].map(({ kind }) => kind)).toEqual(['Namespace', 'ServiceAccount', 'Secret', 'ClusterRole', 'ClusterRoleBinding'])
      await writeFile(at(`secret-${name}.yaml`), filledIn(applied[name], `${name}-token`, doors[name]))
    }
    const said = (await shell.run(kubeconfigs)).split('\n')
    expect(said.filter((line) => line === 'yes')).toHaveLength(2)

    await shell.run(secret)
    const { data } = theOne(parseObjects(await readFile(at('created.yaml'), 'utf8')), 'Secret')
    await shell.run('mkdir mounted')
    for (const [key, value] of Object.entries(data as Record<string, string>))
      await writeFile(at(`mounted/${key}`), Buffer.from(value, 'base64'))
    await writeFile(at('values.yaml'), valuesWith(world))
    const [helmLine = '', doctorLine = ''] = install.trim().split(/\n(?=kubectl)/)
    await shell.run(helmLine, { IMAGE: 'registry.acme.example/kedge' })
    const rendered = parseObjects(await readFile(at('rendered.yaml'), 'utf8'))
    applied['hub'] = rendered
    // Where the chart mounts the Secret is where the configuration looks for what is in it.
    const pod = theOne(rendered, 'Deployment').spec.template.spec
    const volume = pod.volumes.find((one: Manifest) => one.secret?.secretName === 'kedge-clusters')
    expect(pod.containers[0].volumeMounts).toContainEqual(expect.objectContaining({ name: volume.name, mountPath: '/etc/kedge/clusters' }))
    expect(ofKind(rendered, 'ServiceAccount')).toHaveLength(1)

    expect(await shell.run(names)).toMatch(/checkout +https:\/\/east\.acme\.example:6443 +<none>\ncheckout-west +<none> +west\n/)

    await writeFile(at('in-cluster'), contexts(doors, 'hub'))
    await writeFile(at('forge-token'), TOKENS.github, { mode: 0o600 })
    await writeFile(at('pod.yaml'), inPod(rendered, folder))
    const doctor = await shell.run(doctorLine)
    expect(doctor).toContain('serves Applications and no Rollouts: it is looked at for its Applications alone')
    for (const name of ['east', 'west'])
      expect(doctor).toContain(`cluster ${name}: 1 Rollout(s) in view, 1 of them with exactly one Application`)

    const { config, secrets } = loadConfig({ file: at('pod.yaml'), env: {} })
    const service = stack.use(await createService(config, secrets))
    await service.ready()
    const ready = await fetch(`${service.apiUrl}/readyz`)
    expect([ready.status, await ready.text()]).toEqual([200, expect.stringContaining('cluster west')])
    world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
    await world.commitImage('v1.8.0', 'alice')
    await holds('a PR', () => world.repository.pulls.size > 0, 60_000)
    const page = await (await fetch(`${service.apiUrl}/api/v1/rollouts/east/${STORY.namespace}/${STORY.rollout}`)).json()
    expect(page).toMatchObject({ application: 'argocd/checkout' })
    expect(world.repository.pulls.size).toBe(1)
    // Kedge has asked for nothing that it may not have, and has written nothing.
    for (const api of Object.values(apis)) {
      const asked = api.requests.filter(({ path }) => !path.includes('selfsubjectaccessreviews'))
      expect(asked.filter(({ status, method }) => status === 403 || status === 401 || method !== 'GET')).toEqual([])
    }
  })
})
