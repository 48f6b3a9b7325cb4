import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { KedgeError } from '../../domain/errors.ts'

/** TLS material of one connection, as `node:tls` takes it. */
export interface TlsMaterial {
  ca?: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
  pfx?: string | Buffer
  passphrase?: string
  rejectUnauthorized?: boolean
  servername?: string
}

/** Who we are to the API server, from now until it says otherwise. */
export interface Credentials {
  headers: Readonly<Record<string, string>>
  tls: TlsMaterial
  /** An HTTP proxy on the way. */
  proxy?: string
}

/** One API server and how to prove who we are. */
export interface Connection {
  /** `https://host:port`, with the path prefix that some managers of clusters put before `/apis`. */
  server: string
  /** Asked before every connect and short call, so that a rotated token or certificate is taken up. @throws KedgeError E_CLUSTER_CONFIG */
  credentials(): Promise<Credentials>
}

/**
 * The current context of a kubeconfig, with every way of authentication that client-node knows: tokens, token files, client certificates,
 * exec plugins, OIDC. Nothing else of client-node is used.
 * @throws KedgeError E_CLUSTER_CONFIG without a cluster
 */
export function connectionOf(kubeConfig: KubeConfig): Connection {
  const cluster = kubeConfig.getCurrentCluster()
  if (cluster === null)
    throw new KedgeError('E_CLUSTER_CONFIG', `the kubeconfig has no cluster for its context "${kubeConfig.getCurrentContext()}"`)
  const proxy = httpProxyOf(cluster.proxyUrl)
  return {
    server: cluster.server,
    async credentials() {
      const options = await applied(kubeConfig)
      return { headers: headersOf(options), tls: tlsOf(options), ...(proxy !== undefined && { proxy }) }
    },
  }
}

function httpProxyOf(proxyUrl: string | undefined): string | undefined {
  if (proxyUrl === undefined || proxyUrl === '') return undefined
  if (/^https?:\/\//.test(proxyUrl)) return proxyUrl
  throw new KedgeError(
    'E_CLUSTER_CONFIG',
    `the kubeconfig's proxy-url has the scheme ${proxyUrl.split(':')[0] ?? ''}; only http and https are supported`,
  )
}

async function applied(kubeConfig: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {}
  try {
    await kubeConfig.applyToHTTPSOptions(options)
  } catch (error) {
    // An exec plugin that fails, a certificate file that is gone. The text may hold what the plugin printed, so it stays in the cause.
    throw new KedgeError('E_CLUSTER_CONFIG', 'the credentials of the kubeconfig could not be had', { cause: error })
  }
  return options
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value)
  }
  // `auth` is user and password of the kubeconfig's user.
  if (typeof options.auth === 'string') headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`
  return headers
}

const TLS_MEMBERS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const

function tlsOf(options: RequestOptions): TlsMaterial {
  const present = TLS_MEMBERS.filter((member) => options[member] !== undefined && options[member] !== null)
  return Object.fromEntries(present.map((member) => [member, options[member]])) as TlsMaterial
}
