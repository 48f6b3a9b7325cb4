import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { irreversibleAmong } from '../../../domain/application/irreversible.ts'
import { namedTemplates } from '../../../domain/application/named-templates.ts'
import {
  releasedObjects,
  releasedPart,
  wholeObjects,
  type ReleasedHash,
  type RenderedObjects,
} from '../../../domain/application/rendered-objects.ts'
import {
  ANALYSIS_READ,
  isRead,
  isRollout,
  KINDS_READ,
  notRendered,
  pickRollout,
  type IrreversibleObject,
  type ReadManifests,
  type RenderedDigest,
  type Rendering,
} from '../../../domain/application/rendered.ts'
import { inTurns } from '../../../domain/in-turns.ts'
import { createRecent, type Recent } from '../../../domain/recent.ts'
import type { Renderer, RenderQuestion } from '../../../ports/renderer.ts'
import { createApiClient, type ApiClient, type ApiOptions } from './api.ts'
import { createRenderingMemo, type Answer } from './memo.ts'
import { readRefusal, type Refusal } from './refusal.ts'

/** Larger ones are in no cluster: etcd takes 1.5 MB, and this is one Rollout or Deployment. */
const LARGEST_MANIFEST = 256 * 1024

/**
 * More than the largest Applications are made of: each costs a little, and 8 MB hold a million that are empty. Of those that a Rollout and
 * its template may be among, each costs more.
 */
const MOST_MANIFESTS = 20_000
const MOST_READ = 5_000

/**
 * The limits of `ApiOptions`, where nothing else is said. A render takes 12 ms where Argo CD has the repository, seconds where it has
 * not.
 */
const USUAL_LIMITS = { timeoutMs: 20_000, mostAtOnce: 4, largestAnswer: 8 * 1024 * 1024 } as const

/**
 * Renders by Argo CD's own API, with its tools, plugins and settings. Needs `applications, get` and nothing else. Argo CD asks the
 * destination cluster for its version first, so nothing is rendered while that is away.
 */
export function createArgocdRenderer(options: Pick<ApiOptions, 'url' | 'token' | 'ca'> & Partial<ApiOptions>): Renderer & AsyncDisposable {
  const api = createApiClient({ ...USUAL_LIMITS, ...options })
  const memo = createRenderingMemo<Rendering>()
  const digests = createRenderingMemo<RenderedDigest>()
  const rendered = createRecent<true>(MOST_RENDERED, () => 1)
  return {
    async render(question) {
      if (!question.isUnpublished) return noteAccess(rendered, question, await memo.ask(question, () => render(api, question)))
      // The same commit may have been there before, and been deleted again.
      return (await memo.known(question)) ?? UNPUBLISHED
    },
    async digest(question) {
      if (question.isUnpublished) return (await digests.known(question)) ?? UNPUBLISHED
      const told = await digests.ask(question, () => digest(api, question))
      return question.insistsOnAccess === true ? noteAccess(rendered, question, told) : told
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

/** Applications that are known to have been rendered. */
const MOST_RENDERED = 10_000

/** What was rendered once may be got: where it may not any more, somebody has changed that. */
function noteAccess<Told extends Rendering | RenderedDigest>(
  known: Recent<true>,
  { application }: Pick<RenderQuestion, 'application'>,
  rendering: Told,
): Told | Refusal {
  const { cluster, namespace, name, uid } = application
  const key = JSON.stringify([cluster, namespace, name, uid])
  if (rendering.result === 'rendered') known.set(key, true)
  const isLost = rendering.result === 'unknown' && rendering.why === 'forbidden' && known.get(key) === true
  return isLost ? notRendered('locked-out', rendering.detail) : rendering
}

const UNPUBLISHED = notRendered('unpublished', 'Argo CD renders the revert once it is pushed, before its PR is opened.')

async function render(api: ApiClient, question: RenderQuestion): Promise<Answer<Rendering>> {
  const texts = await askManifests(api, question)
  const found = 'result' in texts ? texts : await readManifests(texts)
  if ('result' in found) return { rendering: found, size: 0 }
  const { size, ...read } = found
  return { rendering: pickRollout({ ...read, namespace: question.application.destinationNamespace }, question.rollout), size }
}

/** What Argo CD puts in the place of each value of a Secret. Source: gitops-engine `pkg/diff/diff.go` HideSecretData. */
const HIDDEN = '"++++++++'

/** Argo CD writes its manifests with sorted keys, so that equal ones are equal texts: none of them has to be read. */
async function digest(api: ApiClient, question: Omit<RenderQuestion, 'rollout'>): Promise<Answer<RenderedDigest>> {
  const texts = await askManifests(api, question)
  if ('result' in texts) return { rendering: texts, size: 0 }
  const objects = await objectsOf(texts, question.application.destinationNamespace)
  return {
    rendering: { result: 'rendered', digest: hashAll(texts), hides: hidesSome(texts), ...objects },
    size: (objects.objects?.size ?? 0) * 400,
  }
}

/** More is not read object by object. */
const LARGEST_READ = 1024 * 1024

async function objectsOf(texts: readonly string[], namespace: string | undefined): Promise<Omit<RenderedObjects, 'digest'>> {
  if (texts.reduce((sum, { length }) => sum + length, 0) > LARGEST_READ) return {}
  const objects: ReleasedHash[] = []
  for (const text of texts) {
    await setImmediate()
    const manifest = text.length > LARGEST_MANIFEST ? undefined : parse(text)
    const object = releasedPart(manifest)
    const part = object && write(object.part)
    if (!object || part === undefined) return {}
    const lent = object.lent && write(object.lent)
    const { id, borrows } = object
    const templates = namedTemplates(manifest)
    objects.push({ id, borrows, hash: hash(part), whole: hash(text), templates, ...(lent !== undefined && { lent: hash(lent) }) })
  }
  return { objects: releasedObjects(objects, namespace), ...wholeObjects(objects) }
}

/** Undefined where it is nested deeper than the stack is. */
function write(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function hidesSome(texts: readonly string[]): boolean {
  return texts.some((text) => text.includes('"Secret"') && text.includes(HIDDEN))
}

function hashAll(texts: readonly string[]): string {
  return hash(texts.map(hash).sort().join())
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function askManifests(api: ApiClient, question: Omit<RenderQuestion, 'rollout'>): Promise<readonly string[] | Refusal> {
  const query = queryOf(question)
  if (!query) return notRendered('failed', 'The revision of a source is none.')
  const answer = await api.get(`/api/v1/applications/${encodeURIComponent(question.application.name)}/manifests`, query)
  if ('fault' in answer) return notRendered(answer.fault, answer.detail)
  if (answer.status !== 200) return readRefusal(answer.status, answer.body)
  const parsed = parse(answer.body.toString('utf8'))
  // The API leaves an empty list out.
  const texts: unknown = typeof parsed === 'object' && parsed !== null ? ('manifests' in parsed ? (parsed.manifests ?? []) : []) : undefined
  if (!Array.isArray(texts)) return STRANGE
  if (texts.length > MOST_MANIFESTS) return TOO_MANY
  return texts.every((text) => typeof text === 'string') ? texts : STRANGE
}

const TOO_MANY = notRendered('too-large', 'The Application renders more objects than are read.')

const STRANGE = notRendered('unreachable', 'What answers at the address of Argo CD is not its API.')

/** Undefined where a source has no revision that can be sent. */
function queryOf({ application, revisions }: Omit<RenderQuestion, 'rollout'>): URLSearchParams | undefined {
  const query = new URLSearchParams({ appNamespace: application.namespace, project: application.project })
  const count = application.multiSource ? application.sources.length : 1
  for (let index = 0; index < count; index += 1) {
    const revision = revisions[index]
    if (revision === undefined || !/^\w[\w+~-]*(?:\.[\w+~-]+)*$/.test(revision) || revision.length > 250) return undefined
    if (!application.multiSource) query.set('revision', revision)
    else {
      query.append('revisions', revision)
      query.append('sourcePositions', String(index + 1))
    }
  }
  return query
}

/** The manifests that a Rollout and its template may be among. The others stay the text that they came as, and are let go of. */
async function readManifests(texts: readonly string[]): Promise<(Omit<ReadManifests, 'namespace'> & { size: number }) | Refusal> {
  const manifests: unknown[] = []
  const rollouts = new Map<unknown, string>()
  let size = 0
  for (const text of texts) {
    if (!KINDS_READ.some((kind) => text.includes(`"${kind}"`))) continue
    if (text.length > LARGEST_MANIFEST) return notRendered('too-large', 'A manifest that may hold the Rollout is too large to be read.')
    await setImmediate()
    const manifest = parse(text)
    if (manifest === undefined) return STRANGE
    if (!isRead(manifest)) continue
    if (manifests.length >= MOST_READ) return TOO_MANY
    manifests.push(manifest)
    if (isRollout(manifest)) rollouts.set(manifest, text)
    size += text.length
  }
  const irreversible = await irreversibleObjects(texts)
  const analysis = hashAll(texts.filter((text) => text.includes(ANALYSIS_READ)))
  return { manifests, analysis, irreversible, hashes: hashesOf(texts, rollouts), size }
}

function hashesOf(texts: readonly string[], rollouts: ReadonlyMap<unknown, string>): ReadManifests['hashes'] {
  if (rollouts.size < 2 || hidesSome(texts)) return undefined
  const own = new Set(rollouts.values())
  const of = new Map([...rollouts].map(([manifest, text]) => [manifest, hash(text)]))
  return { rest: hashAll(texts.filter((text) => !own.has(text))), of }
}

async function irreversibleObjects(texts: readonly string[]): Promise<readonly IrreversibleObject[]> {
  const work = irreversibleAmong(texts, (text) => {
    const manifest = text.length > LARGEST_MANIFEST ? undefined : parse(text)
    return manifest === undefined ? undefined : [manifest]
  })
  const found = await inTurns(work, () => setImmediate())
  return found.map(({ kind, name, content }) => ({ kind, name, hash: hash(content) }))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
