import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectionOf } from '../../../src/adapters/kubernetes/connection.ts'
import { inClusterConnection } from '../../../src/adapters/kubernetes/in-cluster.ts'
import { readKubeConfig } from '../../../src/adapters/kubernetes/kubeconfig.ts'
import { makeSelfSigned } from './faults/self-signed.ts'
import { startWorld, type World } from './faults/world.ts'
import { aView } from './harness.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kedge-connection-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const encode = (text: string): string => Buffer.from(text).toString('base64')

function kubeConfigFor(world: World, user: object): KubeConfig {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(
    JSON.stringify({
      'current-context': 'test',
      clusters: [{ name: 'test', cluster: { server: world.url, 'certificate-authority-data': encode(world.ca ?? '') } }],
      users: [{ name: 'me', user }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'me' } }],
    }),
  )
  return kubeConfig
}

/** Lists and reads once, which is refused unless the credentials are right. */
async function canSee(world: World, kubeConfig: KubeConfig): Promise<boolean> {
  await using view = aView(world.url, { connection: connectionOf(kubeConfig) })
  await view.start()
  return (await view.reread('shop', 'web')) !== undefined
}

describe('without any kubeconfig', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('says so at once, and watches no port of this machine', () => {
    vi.stubEnv('KUBECONFIG', '')
    vi.stubEnv('HOME', folder)
    expect(() => readKubeConfig({ name: 'here', inCluster: false, kubeconfig: undefined, context: undefined })).toThrow(
      'E_CLUSTER_CONFIG: there is no kubeconfig for cluster here: neither KUBECONFIG nor ~/.kube/config is there, and this is no pod',
    )
  })
})

describe('the credentials of a kubeconfig', () => {
  const payload = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const idToken = `${payload({ alg: 'none' })}.${payload({ exp: 4_000_000_000 })}.x`

  it.each([
    { way: 'a token', token: 'abc', user: () => ({ token: 'abc' }) },
    {
      way: 'a token file',
      token: 'from-file',
      user: () => {
        writeFileSync(join(folder, 'token-file'), 'from-file')
        return { 'auth-provider': { name: 'tokenFile', config: { tokenFile: join(folder, 'token-file') } } }
      },
    },
    {
      way: 'an exec plugin',
      token: 'from-plugin',
      user: () => {
        const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-plugin' } }
        const exec = {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: process.execPath,
          args: ['-e', `console.log(${JSON.stringify(JSON.stringify(credential))})`],
        }
        return { exec }
      },
    },
    {
      way: 'OIDC',
      token: idToken,
      user: () => ({
        'auth-provider': {
          name: 'oidc',
          config: { 'id-token': idToken, 'idp-issuer-url': 'https://127.0.0.1', 'client-id': 'x', 'refresh-token': 'y' },
        },
      }),
    },
  ])('are taken from $way', async ({ token, user }) => {
    await using world = await startWorld({ protocol: 'h2' })
    world.options.token = token
    expect(await canSee(world, kubeConfigFor(world, user()))).toBe(true)
  })

  it('are taken from a client certificate', async () => {
    const client = makeSelfSigned('kedge client')
    await using world = await startWorld({ protocol: 'h2', clientCa: client.cert })
    expect(
      await canSee(world, kubeConfigFor(world, { 'client-certificate-data': encode(client.cert), 'client-key-data': encode(client.key) })),
    ).toBe(true)
  })

  it('are not sent to a server whose certificate nobody vouches for', async () => {
    await using world = await startWorld({ protocol: 'h2' })
    const kubeConfig = kubeConfigFor({ ...world, ca: makeSelfSigned('somebody else').cert }, { token: 'abc' })
    await using view = aView(world.url, { connection: connectionOf(kubeConfig) })
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ code: 'E_CLUSTER_UNREACHABLE' })
    expect(world.api.requests).toEqual([])
  })

  it('that cannot be had are named, without what the plugin printed', async () => {
    await using world = await startWorld()
    const kubeConfig = kubeConfigFor(world, {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: process.execPath,
        args: ['-e', 'console.error("t0ps3cret"); process.exit(1)'],
      },
    })
    await using view = aView(world.url, { connection: connectionOf(kubeConfig) })
    const fault: unknown = await view.reread('shop', 'web').catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'E_CLUSTER_CONFIG' })
    expect(String(fault)).not.toContain('t0ps3cret')
  })

  it('need a cluster in the current context', () => {
    const kubeConfig = new KubeConfig()
    kubeConfig.loadFromString(JSON.stringify({ 'current-context': 'nowhere', clusters: [], users: [], contexts: [] }))
    expect(() => connectionOf(kubeConfig)).toThrow(expect.objectContaining({ code: 'E_CLUSTER_CONFIG' }))
  })
})

describe('the credentials of a pod', () => {
  it('are read anew, so that a rotated token is taken up at the next call', async () => {
    await using world = await startWorld({ protocol: 'h2' })
    const { hostname: host, port } = new URL(world.url)
    writeFileSync(join(folder, 'ca.crt'), world.ca ?? '')
    writeFileSync(join(folder, 'token'), 'first\n')
    world.options.token = 'first'
    await using view = aView(world.url, { connection: inClusterConnection({ host, port, folder }) })
    await view.start()
    world.options.token = 'second'
    await expect(view.reread('shop', 'web')).rejects.toMatchObject({ code: 'E_CLUSTER_AUTH' })
    writeFileSync(join(folder, 'token'), 'second\n')
    expect(await view.reread('shop', 'web')).toBeDefined()
  })

  it('that are not mounted are named', async () => {
    const connection = inClusterConnection({ host: '127.0.0.1', port: '1', folder: join(folder, 'nowhere') })
    await expect(connection.credentials()).rejects.toMatchObject({ code: 'E_CLUSTER_CONFIG' })
  })

  it('go to an IPv6 address in brackets', () => {
    expect(inClusterConnection({ host: 'fd00::1', port: '443' }).server).toBe('https://[fd00::1]:443')
  })
})
