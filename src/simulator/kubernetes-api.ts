import type { Clock } from './clock.ts'
import { asObject, asString } from './json.ts'
import { discover } from './kubernetes/discovery.ts'
import { createLister } from './kubernetes/list.ts'
import { ApiError, toStatus } from './kubernetes/object.ts'
import { isTrue, parseResourcePath, verbOf, type AccessAttributes, type ResourcePath } from './kubernetes/path.ts'
import { createObjectStore, type ObjectStore } from './kubernetes/store.ts'
import { createWatches, type GoneForm, type Watches } from './kubernetes/watch.ts'
import { write } from './kubernetes/write.ts'
import type { Faults } from './loopback/faults.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

export interface KubernetesApiOptions {
  clock: Clock
  /** The bearer token that callers must show. Without one everybody may call. */
  token?: string
  /** Who may do what; also what a SelfSubjectAccessReview is told. Default: everything. */
  allows?: (attributes: AccessAttributes) => boolean
  /** Plurals whose CRD is not installed: 404, as on a cluster without it. */
  absent?: readonly string[]
  /** Milliseconds between bookmarks. Default 60,000, as in a real API server. */
  bookmarkMs?: number
  /** Events kept for watches to resume from. Default 10,000. */
  historyLimit?: number
}

export interface RequestLogEntry {
  method: string
  path: string
  status: number
}

/** A Kubernetes API server on loopback that holds Argo's objects and nothing behind them. */
export interface KubernetesApi extends AsyncDisposable {
  url: string
  store: ObjectStore
  watches: Watches
  faults: Faults
  /** Every request answered so far, oldest first. Watches are logged when they open. */
  requests: RequestLogEntry[]
  /** How a watch is told that its resourceVersion is gone. Default 'event'. */
  setGoneForm(form: GoneForm): void
  /** A kubeconfig, as YAML, that @kubernetes/client-node takes. */
  kubeconfig(): string
  stop(): Promise<void>
}

/** Starts the stand-in on a free port of 127.0.0.1. */
export async function startKubernetesApi(options: KubernetesApiOptions): Promise<KubernetesApi> {
  const { clock } = options
  const store = createObjectStore(clock, options.historyLimit)
  let goneForm: GoneForm = 'event'
  const watches = createWatches({ store, clock, bookmarkMs: options.bookmarkMs ?? 60_000, goneForm: () => goneForm })
  const list = createLister(store)
  const requests: RequestLogEntry[] = []
  const isServed = (plural: string): boolean => !(options.absent ?? []).includes(plural)

  async function route(exchange: Exchange): Promise<Reply | 'streamed'> {
    const { url, method } = exchange
    if (/^\/(?:readyz|livez|healthz)$/.test(url.pathname)) return { status: 200, body: 'ok' }
    authenticate(exchange, options.token)
    if (url.pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return reviewAccess(exchange, options.allows)
    const discovery = discover(url.pathname, isServed)
    if (discovery !== undefined) return { status: 200, body: discovery }
    const path = parseResourcePath(url.pathname)
    // Rights come first: a real API server says 403 of a kind that it does not serve, to whom may not list it.
    authorize(accessOf(exchange, path), options.allows)
    if (!isServed(path.resource.plural)) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource')
    if (method !== 'GET') return write(store, exchange, path)
    if (path.name !== undefined) return { status: 200, body: readOne(store, path) }
    if (!isTrue(url.searchParams.get('watch'))) return list(path, url.searchParams)
    watches.open(exchange, path)
    return 'streamed'
  }

  async function handle(exchange: Exchange): Promise<Reply | 'streamed'> {
    const reply = await route(exchange).catch((error: unknown): Reply => {
      if (error instanceof ApiError) return { status: error.code, body: toStatus(error) }
      throw error
    })
    requests.push({
      method: exchange.method,
      path: exchange.url.pathname + exchange.url.search,
      status: reply === 'streamed' ? 200 : reply.status,
    })
    return reply
  }

  const server = await listenOnLoopback(handle, clock)
  const stop = async (): Promise<void> => {
    watches.cutAll()
    await server.close()
  }
  return {
    url: server.url,
    store,
    watches,
    faults: server.faults,
    requests,
    setGoneForm: (form) => {
      goneForm = form
    },
    kubeconfig: () => kubeconfigFor(server.url, options.token),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function readOne(store: ObjectStore, path: ResourcePath): unknown {
  const { resource, namespace = '', name = '' } = path
  const object = store.get({ plural: resource.plural, namespace, name })
  if (object === undefined)
    throw new ApiError(404, 'NotFound', `${resource.plural}${resource.group && `.${resource.group}`} "${name}" not found`)
  return object
}

function authenticate(exchange: Exchange, token: string | undefined): void {
  if (token !== undefined && exchange.request.headers.authorization !== `Bearer ${token}`)
    throw new ApiError(401, 'Unauthorized', 'Unauthorized')
}

function accessOf(exchange: Exchange, path: ResourcePath): AccessAttributes {
  const { resource, namespace, name, subresource } = path
  return {
    verb: verbOf(exchange.method, path, exchange.url.searchParams),
    group: resource.group,
    resource: resource.plural,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  }
}

function authorize(access: AccessAttributes, allows: KubernetesApiOptions['allows']): void {
  if (allows?.(access) ?? true) return
  const where = access.namespace === undefined ? 'at the cluster scope' : `in the namespace "${access.namespace}"`
  const resource = access.group === '' ? access.resource : `${access.resource}.${access.group}`
  throw new ApiError(
    403,
    'Forbidden',
    `${resource} is forbidden: User "system:serviceaccount:kedge:kedge" cannot ${access.verb} resource ` +
      `"${access.resource}" in API group "${access.group}" ${where}`,
  )
}

async function reviewAccess(exchange: Exchange, allows: KubernetesApiOptions['allows']): Promise<Reply> {
  const review = asObject(JSON.parse((await exchange.body()).toString('utf8')))
  const asked = asObject(asObject(review['spec'])['resourceAttributes'])
  const optional = (member: 'namespace' | 'name' | 'subresource'): Partial<AccessAttributes> => {
    const value = asString(asked[member])
    return value === undefined || value === '' ? {} : { [member]: value }
  }
  const attributes: AccessAttributes = {
    verb: asString(asked['verb']) ?? '',
    group: asString(asked['group']) ?? '',
    resource: asString(asked['resource']) ?? '',
    ...optional('namespace'),
    ...optional('name'),
    ...optional('subresource'),
  }
  const allowed = allows?.(attributes) ?? true
  return {
    status: 201,
    body: { ...review, apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', status: { allowed } },
  }
}

/** client-node refuses plain http unless TLS verification is switched off. */
function kubeconfigFor(url: string, token: string | undefined): string {
  return `apiVersion: v1
kind: Config
current-context: simulator
clusters:
  - name: simulator
    cluster:
      server: ${url}
      insecure-skip-tls-verify: true
users:
  - name: kedge
    user:
      token: ${token ?? 'any'}
contexts:
  - name: simulator
    context:
      cluster: simulator
      user: kedge
      namespace: default
`
}
