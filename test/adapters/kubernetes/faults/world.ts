import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi, type KubernetesApiOptions } from '../../../../src/simulator/kubernetes-api.ts'
import { anObject } from '../objects.ts'
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts'
import { startGateway, type Gateway, type GatewayOptions } from './gateway.ts'

/** An API server behind a gateway behind a proxy, and one Rollout in it whose phase the test moves. */
export interface World extends AsyncDisposable {
  /** Where a client should connect. */
  url: string
  /** The certificate to trust; undefined without TLS. */
  ca: string | undefined
  api: KubernetesApi
  /** May be changed while the server runs. */
  options: KubernetesApiOptions & { absent: string[] }
  gateway: Gateway
  proxy: FaultProxy
  /** Gives the Rollout `shop/web` a phase nobody has seen before, and names it. */
  change(): string
  /** The same, for an object with a new uid. */
  remake(): string
}

export interface WorldOptions {
  protocol?: GatewayOptions['protocol']
  gzip?: boolean
  clientCa?: string
  /** Milliseconds between bookmarks. A real server's minute is 300 ms here. */
  bookmarkMs?: number
}

/** Starts everything on free loopback ports. */
export async function startWorld({ protocol = 'http', gzip = false, clientCa, bookmarkMs = 300 }: WorldOptions = {}): Promise<World> {
  await using parts = new AsyncDisposableStack()
  const options: World['options'] = { clock: createSystemClock(), bookmarkMs, absent: [] }
  const api = parts.use(await startKubernetesApi(options))
  const gateway = parts.use(await startGateway({ target: api.url, protocol, gzip, ...(clientCa !== undefined && { clientCa }) }))
  const proxy = parts.use(await startFaultProxy(gateway.port))
  let changes = 0
  let generation = 1
  const put = (): string => {
    changes += 1
    const phase = `Phase${changes}`
    const { metadata, ...rest } = anObject('Rollout', {
      name: 'web',
      uid: `uid-${generation}`,
      spec: { replicas: changes },
      status: { phase },
    }) as { metadata: object }
    api.store.apply({ ...rest, metadata: { ...metadata, resourceVersion: undefined, generation: undefined } } as never)
    return phase
  }
  const remake = (): string => {
    generation += 1
    return put()
  }
  put()
  const owned = parts.move()
  return {
    url: `${protocol === 'http' ? 'http' : 'https'}://127.0.0.1:${proxy.port}`,
    ca: protocol === 'http' ? undefined : gateway.certificate.cert,
    api,
    options,
    gateway,
    proxy,
    change: put,
    remake,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
