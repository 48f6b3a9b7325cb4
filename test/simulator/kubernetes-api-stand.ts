import { afterEach, beforeEach } from 'vitest'
import { createManualClock, type ManualClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi, type KubernetesApiOptions } from '../../src/simulator/kubernetes-api.ts'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'

/** What fetch says of a connection that was cut, before or within the body. */
export const CUT = /fetch failed|terminated/
export const ROLLOUTS = '/apis/argoproj.io/v1alpha1/rollouts'
export const IN_SHOP = '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts'

/** A Rollout in the namespace shop. */
export function rollout(name: string, extra: Partial<KubeObject> = {}): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, namespace: 'shop' },
    spec: { replicas: 1 },
    ...extra,
  }
}

/** A request with a body. */
export const send = (method: string, body: unknown, type = 'application/json'): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': type },
})

/** An API server on a clock that the test moves. */
export interface ApiStand {
  clock: ManualClock
  api: KubernetesApi
  /** Ends it, and starts another one with these options. */
  restart(options: Partial<KubernetesApiOptions>): Promise<void>
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are JSON of many shapes, and the assertions say which
  call(path: string, init?: RequestInit): Promise<{ status: number; body: any }>
}

/** Gives each test of the file that calls this an API server. */
export function useApi(): ApiStand {
  const stand = {
    async restart(options) {
      await stand.api.stop()
      stand.api = await startKubernetesApi({ clock: stand.clock, ...options })
    },
    async call(path, init) {
      const response = await fetch(stand.api.url + path, init)
      return { status: response.status, body: JSON.parse(await response.text()) }
    },
  } as ApiStand
  beforeEach(async () => {
    stand.clock = createManualClock()
    stand.api = await startKubernetesApi({ clock: stand.clock })
  })
  afterEach(() => stand.api.stop())
  return stand
}
