import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import { createService, type Service } from '../../src/service.ts'
import { startKubernetesApi, type KubernetesApi, type KubernetesApiOptions } from '../../src/simulator/kubernetes-api.ts'
import { createWorld, type World, type WorldOptions } from '../../src/simulator/world.ts'
import { STORY, TOKENS } from '../../src/simulator/world/story.ts'

export interface HubOptions {
  /** Of the API server of the hub, which holds the Applications and nothing else. */
  hub?: Partial<KubernetesApiOptions>
  world?: WorldOptions
  /** A third cluster with a Rollout of the same namespace and name, by an Application of its own. */
  twin?: true
  /** More lines of the configuration. */
  more?: string
}

/** Argo CD in a cluster of its own, workload clusters, and the real service before all, over HTTP. */
export interface Hub extends AsyncDisposable {
  world: World
  hub: KubernetesApi
  service: Service
  /** The configuration. */
  file: string
}

/** See {@link Hub}. The world's Argo CD is what it is in one cluster; its Applications are shown by another API server. */
export async function openHub(options: HubOptions = {}): Promise<Hub> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-hub-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const world = stack.use(await createWorld({ ...options.world, kubernetes: { absent: ['applications'], ...options.world?.kubernetes } }))
  const hub = stack.use(await startKubernetesApi({ clock: world.clock, ...options.hub }))
  const stop = world.kubernetes.store.subscribe(({ object }) => {
    if (object.kind === 'Application') hub.store.apply(object, 'all')
  })
  stack.defer(stop)
  for (const application of world.kubernetes.store.list('applications')) hub.store.apply(application, 'all')
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  const twin = stack.use(await startKubernetesApi({ clock: world.clock, absent: ['applications'] }))
  if (options.twin) addTwin(world, hub, twin)
  await writeFile(join(folder, 'twin'), twin.kubeconfig(), { mode: 0o600 })
  const file = await configure(folder, { world, hub, more: options.more ?? '' })
  const { config, secrets } = loadConfig({ file, env: {} })
  const service = stack.use(await createService(config, secrets))
  await service.ready()
  const opened = stack.move()
  return { world, hub, service, file, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function configure(folder: string, { world, hub, more }: { world: World; hub: KubernetesApi; more: string }): Promise<string> {
  await writeFile(join(folder, 'github-token'), TOKENS.github, { mode: 0o600 })
  await writeFile(join(folder, 'prod'), world.kubernetes.kubeconfig(), { mode: 0o600 })
  await writeFile(join(folder, 'hub'), hub.kubeconfig(), { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  const lines = [
    'apiVersion: kedge/v1',
    'defaults: { mode: pr }',
    `allow: { repositories: ["${world.github.url}/acme/*"] }`,
    `forges: [{ type: github, apiBaseUrl: "${world.github.url}/api/v3", tokenFile: github-token }]`,
    'clusters:',
    '- { name: hub, kubeconfig: hub }',
    '- { name: prod, kubeconfig: prod, destinations: ["https://kubernetes.default.svc"] }',
    '- { name: twin, kubeconfig: twin, destinations: [twin-in-argocd] }',
    'server: { api: { port: 0 }, webhooks: { port: 0 } }',
    'ledger: { path: ledger.db }',
    'mirrors: { path: mirrors }',
    'log: { level: silent }',
    more,
  ]
  await writeFile(file, lines.join('\n'))
  return file
}

function addTwin(world: World, hub: KubernetesApi, twin: KubernetesApi): void {
  const rollout = world.kubernetes.store.get({ plural: 'rollouts', namespace: STORY.namespace, name: STORY.rollout })
  const application = hub.store.list('applications')[0]
  if (!rollout || !application) throw new Error('the story has not begun')
  twin.store.apply({ ...rollout, metadata: { ...rollout.metadata, uid: 'twin', annotations: {} } }, 'all')
  const { namespace } = application.metadata
  const destination = { namespace: STORY.namespace, name: 'twin-in-argocd' }
  const spec = { ...(application['spec'] as object), project: 'twins', destination }
  hub.store.apply({ ...application, metadata: { namespace, name: 'twin' }, spec }, 'all')
}
