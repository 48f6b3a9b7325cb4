import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is in a stand-in of a registry, by path below `/v2/`. */
export interface Stored {
  body: string
  type: string
}

export interface RegistryWorld extends AsyncDisposable {
  url: string
  /** `127.0.0.1:port`. */
  host: string
  contents: Map<string, Stored>
  /** Each request with its credential, in order. */
  asked: { path: string; authorization: string | undefined; accept: string | undefined }[]
  /** Answers before anything else where it is set; true where it has. */
  before: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
}

const digestOf = (body: string): string => `sha256:${createHash('sha256').update(body).digest('hex')}`

/** A registry by the distribution spec: reads only. */
export async function startRegistry(): Promise<RegistryWorld> {
  const contents = new Map<string, Stored>()
  const asked: RegistryWorld['asked'] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ path, authorization: request.headers.authorization, accept: request.headers.accept })
    if (world.before?.(request, response) === true) return
    const found = contents.get(path.replace(/^\/v2\//, ''))
    if (!found) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[]}')
    response.writeHead(200, { 'content-type': found.type, 'docker-content-digest': digestOf(found.body) }).end(found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const world: RegistryWorld = {
    url: `http://${host}`,
    host,
    contents,
    asked,
    before: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return world
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

/** Puts an image there, and gives the digest of its manifest. */
export function pushImage(
  { contents }: RegistryWorld,
  repository: string,
  { tag, labels, annotations }: { tag: string; labels?: Readonly<Record<string, unknown>>; annotations?: Readonly<Record<string, string>> },
): string {
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: labels } })
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: { digest: digestOf(config) }, annotations })
  contents.set(`${repository}/blobs/${digestOf(config)}`, { body: config, type: 'application/octet-stream' })
  for (const reference of [tag, digestOf(manifest)])
    contents.set(`${repository}/manifests/${reference}`, { body: manifest, type: MANIFEST })
  return digestOf(manifest)
}

/** Puts an index there that leads to manifests, by platform. */
export function pushIndex(
  { contents }: RegistryWorld,
  repository: string,
  { tag, of }: { tag: string; of: readonly { digest: string; os: string; architecture: string }[] },
): void {
  const manifests = of.map(({ digest, ...platform }) => ({ digest, mediaType: MANIFEST, platform }))
  contents.set(`${repository}/manifests/${tag}`, { body: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }), type: INDEX })
}
