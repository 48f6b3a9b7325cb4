import { parseAllDocuments } from 'yaml'
import type { Clock } from './clock.ts'
import type { BareRepository } from './github/bare-repository.ts'
import { canonicalJson, isObject } from './json.ts'
import type { ObjectStore } from './kubernetes/store.ts'
import type { Faults } from './loopback/faults.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

export interface ArgoCdApiOptions {
  clock: Clock
  store: ObjectStore
  /** The repository that a source's repoURL names. */
  repository(repoUrl: string): Pick<BareRepository, 'resolve' | 'readFolder'> | undefined
  /** Accounts by bearer token: whether they have `applications, get` on `project/name`. */
  accounts: Readonly<Record<string, (application: string) => boolean>>
}

/** Argo CD's API server on loopback: what an Application renders, and nothing else. */
export interface ArgoCdApi extends AsyncDisposable {
  url: string
  faults: Faults
  /** Path and query of each request, oldest first. */
  requests: string[]
}

interface Source {
  repoURL: string
  path?: string
  ref?: string
  targetRevision: string
  directory?: { recurse?: boolean }
}

interface Application {
  metadata: { namespace: string; name: string }
  spec: { project?: string; source?: Source; sources?: Source[]; sourceHydrator?: { drySource: Source } }
}

/** Codes of gRPC, with the status that the gateway gives each. */
const CODES = { unknown: [2, 500], notFound: [5, 404], denied: [7, 403], precondition: [9, 400], unauthenticated: [16, 401] } as const

class Refused extends Error {
  readonly code: keyof typeof CODES

  constructor(code: keyof typeof CODES, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Serves `GET /api/v1/applications/{name}/manifests` over plain folders. It refuses what the real one refuses, in its words. Source: Argo
 * CD 3.6 `server/application/application.go` GetManifests, getAppEnforceRBAC.
 */
export async function startArgoCdApi(options: ArgoCdApiOptions): Promise<ArgoCdApi> {
  const requests: string[] = []
  const server = await listenOnLoopback(async ({ request, method, url }: Exchange): Promise<Reply> => {
    requests.push(`${url.pathname}${url.search}`)
    try {
      const [, name] = /^\/api\/v1\/applications\/([^/]+)\/manifests$/.exec(url.pathname) ?? []
      if (method !== 'GET' || name === undefined) throw new Refused('notFound', 'Not Found')
      const app = find(options, decodeURIComponent(name), { authorization: request.headers.authorization, query: url.searchParams })
      return { status: 200, body: { manifests: await render(options, app, url.searchParams), sourceType: 'Directory' } }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const [code, status] = CODES[error.code]
      return { status, body: { error: error.message, code, message: error.message } }
    }
  }, options.clock)
  return { url: server.url, faults: server.faults, requests, [Symbol.asyncDispose]: () => server.close() }
}

function find(
  { store, accounts }: ArgoCdApiOptions,
  name: string,
  { authorization, query }: { authorization: string | undefined; query: URLSearchParams },
): Application {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  if (token === undefined) throw new Refused('unauthenticated', 'no session information')
  const may = accounts[token]
  if (!may) throw new Refused('unauthenticated', 'invalid session: token signature is invalid')
  const project = query.get('project') ?? ''
  if (project !== '' && !may(`${project}/${name}`)) throw new Refused('denied', 'permission denied')
  const namespace = query.get('appNamespace') ?? 'argocd'
  const found = store.get({ plural: 'applications', namespace, name }) as unknown as Application | undefined
  const own = found?.spec.project ?? 'default'
  // Who named a project learns only whether there is such an Application in it that they may see.
  if (!found || !may(`${own}/${name}`) || (project !== '' && project !== own)) {
    if (project === '') throw new Refused('denied', 'permission denied')
    throw new Refused('notFound', `applications.argoproj.io "${name}" not found`)
  }
  return found
}

async function render(options: ArgoCdApiOptions, { spec, metadata }: Application, query: URLSearchParams): Promise<string[]> {
  const { sources, sourceHydrator, source } = spec
  if (!sources?.length) {
    const only = sourceHydrator?.drySource ?? source
    if (!only) throw new Refused('unknown', 'error generating manifests: no source')
    return renderSource(options, { ...only, targetRevision: query.get('revision') ?? only.targetRevision }, metadata.name)
  }
  const revised = sources.map((one) => ({ ...one }))
  for (const [index, position] of query.getAll('sourcePositions').entries()) {
    const target = revised[Number(position) - 1]
    if (!target) throw new Refused('unknown', 'source position is out of range')
    target.targetRevision = query.getAll('revisions')[index] ?? ''
  }
  const rendered = await Promise.all(revised.map((one) => renderSource(options, one, metadata.name)))
  return rendered.flat()
}

async function renderSource(options: ArgoCdApiOptions, source: Source, application: string): Promise<string[]> {
  const { repoURL, targetRevision, path = '' } = source
  if (path === '' && source.ref !== undefined) return []
  const git = options.repository(repoURL)
  const revision = await git?.resolve(targetRevision)
  const failed = 'error generating manifests: rpc error: code = Unknown desc ='
  if (!git || revision === undefined) throw new Refused('unknown', `${failed} failed to checkout ${targetRevision}: exit status 128`)
  const files = await git.readFolder(revision, path)
  if (files.size === 0) throw new Refused('unknown', `${failed} ${path}: app path does not exist`)
  const isTaken = (file: string): boolean =>
    /\.(?:ya?ml|json)$/.test(file) && (source.directory?.recurse === true || !file.slice(path.length + 1).includes('/'))
  return [...files].filter(([file]) => isTaken(file)).flatMap(([file, text]) => readFile(file, text, application))
}

/** Any document that breaks stops all of it, and the tool's words quote what it was given. */
function readFile(file: string, text: string, application: string): string[] {
  return parseAllDocuments(text, { logLevel: 'silent' }).flatMap((document) => {
    const [error] = document.errors
    if (error) throw new Refused('precondition', `error generating manifests: Failed to unmarshal "${file}": ${error.message}`)
    const value: unknown = document.toJS()
    if (!isObject(value)) return []
    const items: unknown = value['items']
    const objects = Array.isArray(items) ? items.filter(isObject) : [value]
    // Go writes its maps with their keys in order.
    return objects.map((object) => canonicalJson(tracked(object, application)))
  })
}

/** As the repo server hands it on: with the tracking id, and with what a Secret holds hidden. */
function tracked(object: Record<string, unknown>, application: string): unknown {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {}
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {}
  const hidden = object['kind'] === 'Secret' ? { data: '++++++++' } : {}
  return { ...object, ...hidden, metadata: { ...metadata, annotations: { ...annotations, 'argocd.argoproj.io/tracking-id': application } } }
}
