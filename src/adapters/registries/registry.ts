import { createHash } from 'node:crypto'
import { Agent, type Dispatcher } from 'undici'
import { imageSource, unreadSource } from '../../domain/release/image-source.ts'
import { imageReference, type ImageReference } from '../../domain/rollout/image-reference.ts'
import { isConfidential } from '../../domain/words/web-address.ts'
import { readCertificates } from '../../options/certificates.ts'
import type { ImageRegistry } from '../../ports/image-registry.ts'
import { get, type Answer } from './http.ts'
import { INDEX_TYPES, labelsIn, partsOf, readJson, TYPES } from './media.ts'
import { basic, challengeOf, tokenIn, type Login } from './sign-in.ts'

/** One registry that the admin allows to be read. */
export interface RegistryOptions {
  /** As images name it; `docker.io` for those that name none. */
  host: string
  /** Where it is asked; what `host` says where nothing is said. */
  url?: string
  /** Where its tokens come from, besides its own host. The password goes to these two alone. */
  tokenHost?: string
  /** Asked for each sign-in, so that a password that was renewed needs no restart. Undefined: without an account. */
  login: () => Login | undefined
  /** File with the certificates, in PEM, of the authority that signed its own; then no other is believed. */
  caFile?: string
}

/** Of one request, milliseconds. */
const TIMEOUT_MS = 20_000
/** Manifests and the configuration of an image have no more bytes than this (distribution's own limit). */
const LARGEST_ANSWER = 4 * 1_024 * 1_024
const DOCKER_HUB = { url: 'https://registry-1.docker.io', tokenHost: 'auth.docker.io' }

/**
 * Reads the labels of images in the registries that are named, and in no other. Keeps nothing.
 * @throws KedgeError E_CONFIG_INVALID for certificates that cannot be read
 */
export function createImageRegistry(registries: readonly RegistryOptions[], timeoutMs = TIMEOUT_MS): ImageRegistry & AsyncDisposable {
  const agents: Agent[] = []
  const byHost = new Map(registries.map((options) => [options.host.toLowerCase(), openOne(options, { agents, timeoutMs })]))
  const find = (image: string): { reference: ImageReference; reader: Reader } | undefined => {
    const reference = imageReference(image)
    const reader = reference && byHost.get(reference.host)
    return reader && { reference, reader }
  }
  return {
    mayRead: (image) => find(image) !== undefined,
    async sourceOf(image) {
      const found = find(image)
      if (!found) return unreadSource(image, 'its registry is not among those that may be asked')
      const answer = await found.reader(found.reference)
      return typeof answer === 'string' ? unreadSource(image, answer) : imageSource(image, answer)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(agents.map((agent) => agent.destroy()))
    },
  }
}

type Labels = Readonly<Record<string, unknown>>
/** The labels of an image, or why they are not known, as a sentence. */
type Reader = (reference: ImageReference) => Promise<Labels | string>

function openOne(options: RegistryOptions, { agents, timeoutMs }: { agents: Agent[]; timeoutMs: number }): Reader {
  const isHub = options.host === 'docker.io'
  const base = new URL(options.url ?? (isHub ? DOCKER_HUB.url : `https://${options.host}`))
  const tokenHost = options.tokenHost ?? (isHub ? DOCKER_HUB.tokenHost : undefined)
  const ca = readCertificates(options.caFile, `the registry ${options.host}`)
  const dispatcher = ca === undefined ? undefined : new Agent({ connect: { ca } })
  if (dispatcher) agents.push(dispatcher)
  const connection: Connection = { base, tokenHost, login: options.login, dispatcher, timeoutMs }
  return async ({ repository, tag, digest }) => {
    const ask = createAsker(connection, repository)
    const manifest = await readManifest(ask, digest ?? tag)
    if (typeof manifest === 'string') return manifest
    const config = await ask(`blobs/${manifest.config}`, '*/*', true)
    if (config.status !== 200) return refusal(config)
    if (digestOf(config) !== manifest.config) return OTHER_CONTENT
    return { ...manifest.annotations, ...labelsIn(readJson(config.body)) }
  }
}

interface Connection {
  base: URL
  tokenHost: string | undefined
  login: () => Login | undefined
  dispatcher: Dispatcher | undefined
  timeoutMs: number
}

type Ask = (path: string, accept: string, follows?: boolean) => Promise<Answer>

interface Manifest {
  /** Digest of the image's configuration. */
  config: string
  annotations: Labels
}

async function readManifest(ask: Ask, reference: string): Promise<Manifest | string> {
  let wanted = reference
  // An index leads to manifests, and never to another index that leads to one.
  for (const accept of [TYPES, TYPES.filter((type) => !INDEX_TYPES.includes(type))]) {
    const answer = await ask(`manifests/${wanted}`, accept.join(', '))
    if (answer.status !== 200) return refusal(answer)
    if (wanted.startsWith('sha256:') && digestOf(answer) !== wanted) return OTHER_CONTENT
    const parts = partsOf(readJson(answer.body))
    if (parts.config !== undefined) return { config: parts.config, annotations: parts.annotations }
    if (parts.image === undefined) return 'what its registry answered is no image that can be read'
    wanted = parts.image
  }
  return 'what its registry answered is no image that can be read'
}

/** Asks for one repository, and signs in once where that is wanted. */
function createAsker({ base, tokenHost, login, dispatcher, timeoutMs }: Connection, repository: string): Ask {
  const options = { dispatcher, timeoutMs, largestAnswer: LARGEST_ANSWER }
  let authorization: string | undefined

  /** What signs in, or undefined: the password goes to the registry and to who makes its tokens, and in clear to loopback alone. */
  async function signIn(refused: Answer): Promise<string | undefined> {
    const challenge = challengeOf(refused, repository)
    const own = login()
    if (challenge?.scheme === 'basic') return own && isConfidential(base) ? basic(own) : undefined
    if (!challenge || !isConfidential(challenge.url)) return undefined
    const isKnown = challenge.url.host === base.host || challenge.url.host === tokenHost
    if (!isKnown) return undefined
    return bearer(tokenIn(await get(challenge.url, { headers: own ? { authorization: basic(own) } : {} }, options)))
  }

  return async (path, accept, follows = false) => {
    const url = new URL(`/v2/${repository}/${path}`, base)
    const send = (): Promise<Answer> => get(url, { headers: { accept, ...(authorization && { authorization }) }, follows }, options)
    const answer = await send()
    if (answer.status !== 401 || authorization !== undefined) return answer
    authorization = await signIn(answer)
    return authorization === undefined ? answer : send()
  }
}

const bearer = (token: string | undefined): string | undefined => token && `Bearer ${token}`

const OTHER_CONTENT = 'its registry answered with another content than the one of that digest'

function digestOf({ body }: Answer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

function refusal({ status }: Answer): string {
  if (status === 401 || status === 403) return `its registry does not let it be read (HTTP ${status})`
  if (status === 404) return 'its registry does not have it, or does not show it (HTTP 404)'
  return `its registry answered with HTTP ${status}`
}
