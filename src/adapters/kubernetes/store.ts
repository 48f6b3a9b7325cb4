import type { ExperimentSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView, ViewChange } from '../../ports/cluster-view.ts'
import { createIntern } from './intern.ts'
import { CAPS, fields, text } from './snapshots/fields.ts'
import { createTables, STANDALONE, type Keeper, type WatchedKind } from './tables.ts'

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** A full list of one kind that is coming in. Objects are taken in at once; what the list did not name goes at the end. */
export interface IncomingList {
  add(object: unknown): void
  /** `listVersion`: the list's own resourceVersion, if known. An object that is newer than it stays. */
  finish(listVersion?: string): void
}

/** The part of a view that is a pure function of the objects it was shown. */
export interface ViewStore extends Omit<ClusterView, 'freshness' | 'reread' | 'rereadApplication' | 'rereadExperiment' | 'template'> {
  /**
   * Takes in one watch event; anything else than a watched kind in a readable shape is ignored. Never throws.
   * `kind` where it is known (items of a list do not say it themselves).
   */
  apply(type: WatchEventType, object: unknown, kind?: WatchedKind): void
  /** Starts a full list of the kind, in one namespace or in all. */
  beginList(kind: WatchedKind, namespace?: string): IncomingList
  /** A full list at once: what is not in it has been deleted. */
  replaceAll(kind: WatchedKind, objects: Iterable<unknown>): void
  /** Tells the listeners of something that no object says. */
  announce(change: ViewChange): void
  /** How many records are kept. */
  count(kind: WatchedKind): number
  /** Forgets one kind, in one namespace or in all, because the cluster's history began anew and older may be newer. */
  forget(kind: WatchedKind, namespace?: string): void
}

export interface ViewStoreOptions {
  /** A listener threw, which it must not: the others are told all the same. */
  onListenerFault?: (error: unknown) => void
  /** Whether the labels of Rollouts' pods are kept, see `RolloutSnapshot.pods`. */
  pods?: boolean
}

/** An empty store for one cluster: flat records by uid with reverse indices, no clock and no network. Never goes back in time. */
export function createViewStore(cluster: string, options: ViewStoreOptions = {}): ViewStore {
  const listeners = new Set<(change: ViewChange) => void>()

  function announce(change: ViewChange): void {
    for (const listener of listeners) {
      try {
        listener(change)
      } catch (error) {
        options.onListenerFault?.(error)
      }
    }
  }

  const tables = createTables({ cluster, intern: createIntern(), pods: options.pods ?? false }, announce)
  const { rollouts, applications, replicaSets, experiments, experimentTable, analysisRuns, applicationsByRollout, keepers } = tables

  function beginList(kind: WatchedKind, namespace?: string): IncomingList {
    const kept = keepers[kind]
    const replacement = kept.table.replace(namespace)
    return {
      add(object) {
        const row = kept.read(object)
        if (row !== undefined) replacement.put(row)
      },
      finish: (listVersion) => replacement.finish(listVersion),
    }
  }

  return {
    cluster,
    rollouts: () => rollouts.values(),
    rollout: (namespace, name) => rollouts.find(namespace, name),
    replicaSets: (rolloutUid) => replicaSets.of(rolloutUid),
    analysisRuns(rolloutUid) {
      const throughExperiments = experiments.of(rolloutUid).flatMap((experiment) => analysisRuns.of(experiment.uid))
      return throughExperiments.length === 0 ? analysisRuns.of(rolloutUid) : [...analysisRuns.of(rolloutUid), ...throughExperiments]
    },
    experiments: (rolloutUid) => experiments.of(rolloutUid),
    standaloneExperiments: () => experiments.of(STANDALONE),
    standaloneExperiment: (namespace, name) => standalone(experimentTable.find(namespace, name)),
    applications: () => applications.values(),
    application: (namespace, name) => applications.find(namespace, name),
    applicationsOf: (namespace, rollout) => applicationsByRollout.of(`${namespace}/${rollout}`),
    subscribe(listener) {
      // One function may subscribe twice: each subscription is its own.
      const own = (change: ViewChange): void => listener(change)
      listeners.add(own)
      return { [Symbol.dispose]: () => void listeners.delete(own) }
    },
    apply(type, object, kind) {
      const kept: Keeper | undefined = keepers[kind ?? (fields(object)['kind'] as WatchedKind)]
      if (kept?.table !== undefined) take(kept, type, object)
    },
    beginList,
    replaceAll(kind, objects) {
      const list = beginList(kind)
      for (const object of objects) list.add(object)
      list.finish()
    },
    announce,
    count: (kind) => keepers[kind].table.size,
    forget: (kind, namespace) => keepers[kind].table.forget(namespace),
  }
}

function standalone(found: ExperimentSnapshot | undefined): ExperimentSnapshot | undefined {
  return found?.ownerUid === undefined ? found : undefined
}

function take(kept: Keeper, type: WatchEventType, object: unknown): void {
  const uid = text(fields(fields(object)['metadata'])['uid'], CAPS.name)
  if (type === 'DELETED') {
    if (uid !== undefined) kept.table.remove(uid)
    return
  }
  const row = kept.read(object)
  if (row !== undefined) kept.table.put(row)
  // It lost what made it ours (its owner, its hash), and may get it back.
  else if (uid !== undefined) kept.table.drop(uid)
}
