import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createImageRegistry, type RegistryOptions } from '../../../src/adapters/registries/registry.ts'
import { pushImage, pushIndex, startRegistry, type RegistryWorld } from './registry-world.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const LABELS = { 'org.opencontainers.image.revision': COMMIT, 'org.opencontainers.image.source': 'https://git.example/shop/web' }
const LOGIN = { username: 'kedge', password: 'a password of a test' }

let registry: RegistryWorld
let other: RegistryWorld
beforeEach(async () => {
  registry = await startRegistry()
  other = await startRegistry()
})
afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

function read(image: string, options: Partial<RegistryOptions> = {}, timeoutMs?: number) {
  const reader = createImageRegistry([{ host: 'registry.example', url: registry.url, login: () => undefined, ...options }], timeoutMs)
  return reader.sourceOf(image)
}

describe('what an image was built from', () => {
  it('is what its labels say', async () => {
    pushImage(registry, 'shop/web', { tag: 'v1.2.0', labels: { ...LABELS, other: 'not told' } })
    const source = await read('registry.example/shop/web:v1.2.0')
    expect(source).toEqual({ image: 'registry.example/shop/web:v1.2.0', revision: COMMIT, source: 'https://git.example/shop/web' })
    expect(registry.asked.every(({ authorization }) => authorization === undefined)).toBe(true)
  })

  it('is read of the content that a digest names, whatever the tag says by now', async () => {
    const digest = pushImage(registry, 'shop/web', { tag: 'v1', labels: LABELS })
    pushImage(registry, 'shop/web', { tag: 'v1', labels: { 'org.opencontainers.image.revision': 'ffffffff' } })
    expect(await read(`registry.example/shop/web:v1@${digest}`)).toMatchObject({ revision: COMMIT })
  })

  it('is read of one for Linux where there are several, and never of an attestation', async () => {
    const windows = pushImage(registry, 'web', { tag: 'w', labels: { 'org.opencontainers.image.revision': 'aaaaaaaa' } })
    const linux = pushImage(registry, 'web', { tag: 'l', labels: LABELS })
    const attested = pushImage(registry, 'web', { tag: 'a' })
    const of = [
      { digest: attested, os: 'unknown', architecture: 'unknown' },
      { digest: windows, os: 'windows', architecture: 'amd64' },
      { digest: linux, os: 'linux', architecture: 'arm64' },
    ]
    pushIndex(registry, 'web', { tag: 'all', of })
    expect(await read('registry.example/web:all')).toMatchObject({ revision: COMMIT })
    pushIndex(registry, 'web', { tag: 'none', of: of.slice(0, 1) })
    expect(await read('registry.example/web:none')).toMatchObject({ unread: 'what its registry answered is no image that can be read' })
  })

  it('is what the manifest is annotated with where there is no label, and labels come first', async () => {
    const annotations = {
      'org.opencontainers.image.revision': 'abcdef0',
      'org.opencontainers.image.source': 'https://git.example/annotated',
    }
    pushImage(registry, 'web', { tag: 'annotated', annotations })
    pushImage(registry, 'web', { tag: 'both', annotations, labels: { 'org.opencontainers.image.revision': COMMIT } })
    expect(await read('registry.example/web:annotated')).toMatchObject({ revision: 'abcdef0', source: 'https://git.example/annotated' })
    expect(await read('registry.example/web:both')).toMatchObject({ revision: COMMIT, source: 'https://git.example/annotated' })
  })

  it.each<[string, Record<string, unknown>]>([
    ['no commit', { 'org.opencontainers.image.revision': 'main; rm -rf /' }],
    ['no text', { 'org.opencontainers.image.revision': 7 }],
    ['an address with a password', { 'org.opencontainers.image.source': 'https://me:secret@git.example/x' }],
    ['an address that runs something', { 'org.opencontainers.image.source': 'javascript:alert(1)' }],
    ['an address with a line break', { 'org.opencontainers.image.source': 'https://git.example/\nx' }],
    ['nothing', {}],
  ])('is not known where a label holds %s', async (_, labels) => {
    pushImage(registry, 'web', { tag: 'v1', labels })
    expect(await read('registry.example/web:v1')).toEqual({
      image: 'registry.example/web:v1',
      unread: 'the image has no label that names the commit or the repository',
    })
  })

  it('is asked of registries that are named, and of no other', async () => {
    const reader = createImageRegistry([{ host: 'registry.example', url: registry.url, login: () => undefined }])
    const others = ['nginx', 'other.example/web:v1', 'registry.example:5000/web', 'registry.example.evil/web', 'registry.example/../web']
    expect(others.filter((image) => reader.mayRead(image))).toEqual([])
    expect(reader.mayRead('Registry.example/web')).toBe(true)
    expect(await reader.sourceOf('other.example/web:v1')).toMatchObject({ unread: expect.stringContaining('may be asked') as string })
    expect(registry.asked).toEqual([])
  })

  it('is asked of the Docker Hub for images that name no registry', async () => {
    pushImage(registry, 'library/nginx', { tag: 'latest', labels: LABELS })
    expect(await read('nginx', { host: 'docker.io' })).toMatchObject({ revision: COMMIT })
  })
})

describe('signing in to a registry', () => {
  const TOKEN = 'token-of-a-test'
  /** Wants a token that `realm` gives. */
  function wantToken(realm: string): void {
    registry.before = (request, response) => {
      if (request.url?.startsWith('/token') === true) return answerToken(response)
      if (request.headers.authorization === `Bearer ${TOKEN}`) return false
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="registry.example",scope="everything"` }).end()
      return true
    }
    other.before = (_, response) => answerToken(response)
  }
  const answerToken = (response: ServerResponse): true => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: TOKEN }))
    return true
  }

  it('goes by a token for this one repository, to read', async () => {
    pushImage(registry, 'shop/web', { tag: 'v1', labels: LABELS })
    wantToken(`${registry.url}/token`)
    expect(await read('registry.example/shop/web:v1', { login: () => LOGIN })).toMatchObject({ revision: COMMIT })
    const [token] = registry.asked.filter(({ path }) => path.startsWith('/token'))
    expect(token?.path).toBe('/token?scope=repository%3Ashop%2Fweb%3Apull&service=registry.example')
    expect(token?.authorization).toMatch(/^Basic /)
  })

  it('sends the password to no other host, unless the admin has named it', async () => {
    pushImage(registry, 'web', { tag: 'v1', labels: LABELS })
    wantToken(`${other.url}/token`)
    expect(await read('registry.example/web:v1', { login: () => LOGIN })).toMatchObject({
      unread: expect.stringContaining('401') as string,
    })
    expect(other.asked).toEqual([])
    expect(await read('registry.example/web:v1', { login: () => LOGIN, tokenHost: other.host })).toMatchObject({ revision: COMMIT })
    expect(other.asked).toHaveLength(1)
  })

  it('sends nothing in clear to another machine', async () => {
    wantToken('http://tokens.example/token')
    const told = await read('registry.example/web:v1', { login: () => LOGIN, tokenHost: 'tokens.example' })
    expect(told).toMatchObject({ unread: 'its registry does not let it be read (HTTP 401)' })
  })

  it('goes by name and password where that is asked for', async () => {
    pushImage(registry, 'web', { tag: 'v1', labels: LABELS })
    registry.before = (request, response) => {
      if (request.headers.authorization !== undefined) return false
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      return true
    }
    expect(await read('registry.example/web:v1', { login: () => LOGIN })).toMatchObject({ revision: COMMIT })
    expect(await read('registry.example/web:v1')).toMatchObject({ unread: expect.stringContaining('401') as string })
  })

  it('is left behind where a blob is kept elsewhere', async () => {
    pushImage(registry, 'web', { tag: 'v1', labels: LABELS })
    wantToken(`${registry.url}/token`)
    const withToken = registry.before
    registry.before = (request, response) => {
      if (withToken?.(request, response) === true) return true
      if (request.url?.includes('/blobs/') !== true) return false
      response.writeHead(307, { location: `${other.url}${request.url}` }).end()
      return true
    }
    other.before = undefined
    for (const [path, stored] of registry.contents) other.contents.set(path, stored)
    expect(await read('registry.example/web:v1', { login: () => LOGIN })).toMatchObject({ revision: COMMIT })
    expect(other.asked.map(({ authorization }) => authorization)).toEqual([undefined])
  })
})

describe('a registry that', () => {
  it('answers with another content than the digest names is not believed', async () => {
    const digest = pushImage(registry, 'web', { tag: 'v1', labels: LABELS })
    const [path] = [...registry.contents.keys()].filter((one) => one.includes('/blobs/'))
    registry.contents.set(path ?? '', { body: JSON.stringify({ config: { Labels: LABELS } }), type: 'x' })
    expect(await read('registry.example/web:v1')).toMatchObject({ unread: expect.stringContaining('another content') as string })
    registry.contents.set(`web/manifests/${digest}`, { body: '{}', type: 'x' })
    expect(await read(`registry.example/web@${digest}`)).toMatchObject({ unread: expect.stringContaining('another content') as string })
  })

  it.each([
    [404, 'its registry does not have it, or does not show it (HTTP 404)'],
    [403, 'its registry does not let it be read (HTTP 403)'],
    [302, 'its registry answered with HTTP 302'],
  ])('answers with HTTP %s is told as that', async (status, unread) => {
    registry.before = (_, response) => {
      response.writeHead(status, { location: `${other.url}/v2/web/manifests/v1` }).end()
      return true
    }
    expect(await read('registry.example/web:v1')).toEqual({ image: 'registry.example/web:v1', unread })
    expect(other.asked).toEqual([])
  })

  it.each([429, 500, 503])('answers with HTTP %s is asked again', async (status) => {
    registry.before = (_, response) => {
      response.writeHead(status).end()
      return true
    }
    await expect(read('registry.example/web:v1')).rejects.toMatchObject({ code: 'E_REGISTRY_UNREACHABLE', retryable: true })
  })

  it('is silent, is away or sends without end is asked again', async () => {
    registry.before = () => true
    await expect(read('registry.example/web:v1', {}, 50)).rejects.toMatchObject({ code: 'E_REGISTRY_UNREACHABLE' })
    registry.before = (_, response) => {
      response.writeHead(200).end(Buffer.alloc(5 * 1_024 * 1_024))
      return true
    }
    await expect(read('registry.example/web:v1')).rejects.toThrow('more than 4194304 bytes')
    const url = 'http://127.0.0.1:1'
    await expect(read('registry.example/web:v1', { url })).rejects.toMatchObject({ code: 'E_REGISTRY_UNREACHABLE' })
  })

  it.each(['null', '[]', '{"config":{"digest":"sha256:zz"}}', '<html>', '{"manifests":[{}]}', '{"manifests":"x"}'])(
    'answers with %s has no image that can be read',
    async (body) => {
      registry.contents.set('web/manifests/v1', { body, type: 'application/json' })
      expect(await read('registry.example/web:v1')).toMatchObject({ unread: expect.any(String) as string })
    },
  )
})
