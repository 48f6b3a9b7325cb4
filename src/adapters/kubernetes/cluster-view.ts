import type { KubeConfig } from '@kubernetes/client-node'
import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ClusterView, Freshness, Question, WatchObserver } from '../../ports/cluster-view.ts'
import type { Logger } from '../../ports/log.ts'
import { ApiFault } from './api-fault.ts'
import { createBesideMemory } from './beside-memory.ts'
import { connectionOf, type Connection } from './connection.ts'
import { createBesideReader, readPods, readTemplate, reread, rereadApplication, rereadExperiment } from './read-live.ts'
import { reflect } from './reflector.ts'
import { isOfArgoCd, type WatchScope } from './resources.ts'
import { createSight, type Sight } from './sight.ts'
import { createViewStore, type ViewStore } from './store.ts'
import { WATCHED_KINDS, type WatchedKind } from './tables.ts'
import { createTransport } from './transport.ts'

export interface ClusterViewOptions {
  /** The name that the configuration gives the cluster. */
  cluster: string
  /** Where the API server is and who we are; or a kubeconfig whose current context says so. */
  connection?: Connection
  kubeConfig?: KubeConfig
  /** Namespaces of Rollouts; all without. */
  namespaces?: readonly string[]
  /** Namespaces of Applications; all without. */
  applicationNamespaces?: readonly string[]
  /** Kinds to watch. Applications only where Argo CD runs. Default: all but Applications. */
  kinds?: readonly WatchedKind[]
  /** Whether pods may be listed. */
  pods?: boolean
  /** Whether Deployments may be listed. */
  deployments?: boolean
  clock: Clock
  /** In [0, 1). */
  random: () => number
  logger: Logger
  metrics?: WatchObserver
  /** A watch of which nothing was heard for so long is blind. Default 15,000. */
  staleAfterMs?: number
}

/** How one watch fares, for metrics and `kedge doctor`. */
export interface WatchState extends WatchScope {
  asOf: number
  /** Why it is blind; undefined while it sees. */
  blind: string | undefined
}

/** A view that keeps itself up to date from `start` until it is disposed. */
export interface LiveClusterView extends ClusterView, AsyncDisposable {
  /**
   * Begins to watch; resolves when every first list is in, but for kinds that are not there or may not be seen.
   * @throws KedgeError E_CLUSTER_UNREACHABLE when disposed before
   */
  start(): Promise<void>
  watches(): readonly WatchState[]
  count(kind: WatchedKind): number
}

const STALE_AFTER_MS = 15_000
const QUESTIONS: readonly Question[] = ['rollouts', 'applications']
const WITHOUT_ARGO_CD = WATCHED_KINDS.filter((kind) => !isOfArgoCd(kind))
const NO_METRICS: WatchObserver = { event() {}, listed() {}, ended() {} }

/**
 * The view of one cluster, kept by one watch a kind and namespace. Nothing is read before `start`.
 * @throws KedgeError E_CLUSTER_CONFIG
 */
export function createClusterView(options: ClusterViewOptions): LiveClusterView {
  const { cluster, clock, logger, staleAfterMs = STALE_AFTER_MS } = options
  // Two thirds, so that a dead connection is replaced before anybody has to be told of blindness; five pings fit in.
  const silenceMs = Math.round((staleAfterMs * 2) / 3)
  const transport = createTransport(connectionFrom(options), Math.round(silenceMs / 4))
  const store = createViewStore(cluster, {
    pods: options.deployments ?? false,
    onListenerFault: (error) => logger.error('a listener of a cluster view threw', { cluster, error: String(error) }),
  })
  const stopping = new AbortController()
  const listed = Promise.withResolvers<void>()
  listed.promise.catch(() => undefined)
  const sights = scopesOf(options).map((scope) => createSight(scope, clock, { staleAfterMs, onChange: () => update() }))
  const freshness = createFreshnessWatch(sights, { clock, staleAfterMs, store })
  const running: Promise<void>[] = []

  function update(): void {
    freshness.check()
    if (sights.every((sight) => sight.isAnswered())) listed.resolve()
  }

  return {
    ...store,
    freshness: freshness.now,
    reread: (namespace, name) => reread({ cluster, transport, clock }, namespace, name),
    rereadApplication: (namespace, name) => rereadApplication({ cluster, transport, clock }, namespace, name),
    rereadExperiment: (namespace, name) => rereadExperiment({ cluster, transport, clock }, namespace, name),
    template: (replicaSet) => readTemplate({ cluster, transport, clock }, replicaSet),
    ...(options.pods && { podImages: (replicaSet) => readPods({ cluster, transport, clock }, replicaSet) }),
    ...(options.deployments && {
      deploymentsBeside: createBesideReader({ cluster, transport, clock }),
      besideKnown: createBesideMemory({ ...options, transport, rollouts: store.rollouts, signal: stopping.signal }),
    }),
    watches: () => sights.map((sight) => ({ ...sight.scope, asOf: sight.aliveAt(), blind: sight.blindness()?.reason })),
    start() {
      if (running.length === 0) {
        const dependencies = { transport, store, clock, logger, silenceMs, random: options.random, metrics: options.metrics ?? NO_METRICS }
        running.push(...sights.map((sight) => reflect(sight.scope, { ...dependencies, sight }, stopping.signal)))
        update()
      }
      return listed.promise
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new ApiFault('lost', 'the view is closed'))
      listed.reject(new KedgeError('E_CLUSTER_UNREACHABLE', `the view of cluster ${cluster} was closed before its first lists were in`))
      freshness[Symbol.dispose]()
      await Promise.all(running)
      await transport[Symbol.asyncDispose]()
    },
  }
}

function connectionFrom({ connection, kubeConfig, cluster }: ClusterViewOptions): Connection {
  if (connection !== undefined) return connection
  if (kubeConfig !== undefined) return connectionOf(kubeConfig)
  throw new KedgeError('E_CLUSTER_CONFIG', `cluster ${cluster} has neither a connection nor a kubeconfig`)
}

function scopesOf({ kinds = WITHOUT_ARGO_CD, namespaces, applicationNamespaces }: ClusterViewOptions): readonly WatchScope[] {
  return kinds.flatMap((kind) => {
    const wanted = isOfArgoCd(kind) ? applicationNamespaces : namespaces
    return (wanted ?? [undefined]).map((namespace): WatchScope => ({ kind, namespace }))
  })
}

interface FreshnessWatch extends Disposable {
  now: (question?: Question) => Freshness
  /** Tells the listeners if freshness is not what they were told last. */
  check(): void
}

interface FreshnessDependencies {
  clock: Clock
  staleAfterMs: number
  store: Pick<ViewStore, 'announce'>
}

function createFreshnessWatch(sights: readonly Sight[], { clock, staleAfterMs, store }: FreshnessDependencies): FreshnessWatch {
  let told = ''
  let timer: Disposable | undefined

  function now(question?: Question): Freshness {
    const asked = sights.filter(({ scope }) => question === undefined || questionOf(scope) === question)
    if (asked.length === 0) return unwatched(question)
    const there = asked.filter((sight) => !sight.isAbsent())
    const blind = there.flatMap((sight) => {
      const blindness = sight.blindness()
      return blindness === undefined ? [] : [{ kind: nameOf(sight.scope), ...blindness }]
    })
    return { fresh: blind.length === 0, asOf: Math.min(clock.now(), ...there.map((sight) => sight.aliveAt())), blind }
  }

  /** What nobody watches has no answer here. */
  function unwatched(question: Question | undefined): Freshness {
    const since = clock.now()
    return { fresh: false, asOf: since, blind: [{ kind: question ?? 'all', reason: 'it is not watched here', since }] }
  }

  function check(): void {
    timer?.[Symbol.dispose]()
    const { fresh } = now()
    const silent = Math.max(0, ...sights.filter((sight) => !sight.isAbsent()).map((sight) => sight.silentMs()))
    // While blind, the view looks again as often as a person would want to know.
    timer = clock.after(fresh ? staleAfterMs - silent : 500, check)
    const answers = QUESTIONS.map((question) => now(question).fresh).join()
    if (answers === told) return
    told = answers
    store.announce({ fresh })
  }

  return { now, check, [Symbol.dispose]: () => timer?.[Symbol.dispose]() }
}

function questionOf({ kind }: WatchScope): Question {
  return isOfArgoCd(kind) ? 'applications' : 'rollouts'
}

function nameOf({ kind, namespace }: WatchScope): string {
  return namespace === undefined ? kind : `${kind} in ${namespace}`
}
