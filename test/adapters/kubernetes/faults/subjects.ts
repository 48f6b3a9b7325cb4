import { CustomObjectsApi, KubeConfig, ListWatch, Watch } from '@kubernetes/client-node'
import { aView, until } from '../harness.ts'
import type { World } from './world.ts'

/** Something that watches the Rollout `shop/web` of a world. */
export interface Subject extends AsyncDisposable {
  /** Resolves once the phase is (or was) seen. */
  saw(phase: string): Promise<void>
  /** Uids it reports as new objects, in order. */
  added: string[]
  phase(): string | undefined
}

export interface SubjectOptions {
  staleAfterMs: number
  /** Whether whoever listens to changes throws each time. */
  throwingListener?: boolean
}

/** Starts watching; `first` is not waited for. */
export type StartSubject = (world: World, options: SubjectOptions) => Subject

/** Kedge's own view. */
export const startOurs: StartSubject = (world, { staleAfterMs, throwingListener = false }) => {
  const tls = world.ca === undefined ? {} : { ca: world.ca }
  const view = aView(world.url, {
    staleAfterMs,
    connection: { server: world.url, credentials: () => Promise.resolve({ headers: { authorization: 'Bearer t' }, tls }) },
  })
  const added: string[] = []
  const phase = (): string | undefined => view.rollout('shop', 'web')?.phase
  view.subscribe((change) => {
    const uid = 'rollout' in change ? view.rollout(change.namespace, change.rollout)?.uid : undefined
    if (uid !== undefined && added.at(-1) !== uid) added.push(uid)
    if (throwingListener) throw new Error('a listener that throws')
  })
  view.start().catch(() => undefined)
  return { saw: (wanted) => until(view, () => phase() === wanted), added, phase, [Symbol.asyncDispose]: () => view[Symbol.asyncDispose]() }
}

interface Rollout {
  metadata?: { name?: string; namespace?: string; uid?: string; resourceVersion?: string }
  status?: { phase?: string }
}

/**
 * client-node's informer, used as its documentation says: without a restart of one's own, because that is what a restart loop makes a
 * storm.
 */
export const startInformer: StartSubject = (world, { throwingListener = false }) => {
  const path = '/apis/argoproj.io/v1alpha1/rollouts'
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromClusterAndUser({ name: 'world', server: world.url, skipTLSVerify: true }, { name: 'user', token: 't' })
  const objects = kubeConfig.makeApiClient(CustomObjectsApi)
  const list = (): Promise<never> =>
    objects.listCustomObjectForAllNamespaces({ group: 'argoproj.io', version: 'v1alpha1', resourcePlural: 'rollouts' }) as Promise<never>
  const informer = new ListWatch<Rollout>(path, new Watch(kubeConfig), list, false)
  const added: string[] = []
  const waiting = new Set<() => void>()
  const phase = (): string | undefined => informer.get('web', 'shop')?.status?.phase
  const seen = new Set<string>()
  const hear = (rollout: Rollout): void => {
    seen.add(rollout.status?.phase ?? '')
    for (const look of waiting) look()
    if (throwingListener) throw new Error('a listener that throws')
  }
  informer.on('add', (rollout) => {
    added.push(rollout.metadata?.uid ?? '')
    hear(rollout)
  })
  informer.on('update', hear)
  informer.on('error', () => undefined)
  informer.start().catch(() => undefined)
  return {
    added,
    phase,
    saw: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!seen.has(wanted)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      await informer.stop()
    },
  }
}
