import type { Raw } from '../simulation/objects.ts'

/** One event as a watch sends it, in order. */
export interface Seen {
  /** Milliseconds. */
  at: number
  object: Raw
}

/** What is the same in all streams of the real controllers, and so must be in generated ones. */
export interface Measures {
  /** How often a sync brought a new ReplicaSet, and how often that was in view before the entry in the history. */
  syncs: number
  replicaSetFirst: number
  /** Milliseconds between the two, of each sync: negative where the ReplicaSet came first. */
  gaps: readonly number[]
  /** What `operationState` looks like. */
  operations: ReadonlySet<string>
  /** What `status.sync` says while which operation is under way. */
  comparisons: ReadonlySet<string>
  /** What a Rollout's status says of a release. */
  rollouts: ReadonlySet<string>
  /** How many generations the status is behind the spec at most. */
  behind: number
}

/** A ReplicaSet and an entry of the history that come so close together belong to one sync, milliseconds. */
const CLOSE_MS = 3_000

const fields = (value: unknown): Raw => (typeof value === 'object' && value !== null ? (value as Raw) : {})
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Measures one stream. */
export function measure(events: readonly Seen[]): Measures {
  const operations = new Set<string>()
  const comparisons = new Set<string>()
  const rollouts = new Set<string>()
  const sets: number[] = []
  const entries: number[] = []
  const known = new Set<string>()
  const lengths = new Map<string, number>()
  let behind = 0
  for (const { at, object } of events) {
    const metadata = fields(object['metadata'])
    const status = fields(object['status'])
    if (object['kind'] === 'ReplicaSet' && !known.has(String(metadata['uid']))) {
      known.add(String(metadata['uid']))
      sets.push(at)
    }
    if (object['kind'] === 'Application') {
      const name = String(metadata['name'])
      const last = Number(fields(list(status['history']).at(-1))['id'] ?? -1)
      if (last > (lengths.get(name) ?? -1)) entries.push(at)
      lengths.set(name, last)
      if (status['operationState']) operations.add(operationShape(fields(status['operationState'])))
      comparisons.add(comparisonShape(status))
    }
    if (object['kind'] === 'Rollout') {
      rollouts.add(rolloutShape(metadata, status))
      if (status['observedGeneration'] !== undefined)
        behind = Math.max(behind, Number(metadata['generation']) - Number(status['observedGeneration']))
    }
  }
  const gaps = sets.flatMap((at) => {
    const nearest = entries.toSorted((a, b) => Math.abs(a - at) - Math.abs(b - at))[0]
    return nearest !== undefined && Math.abs(nearest - at) <= CLOSE_MS ? [at - nearest] : []
  })
  return { syncs: gaps.length, replicaSetFirst: gaps.filter((gap) => gap < 0).length, gaps, operations, comparisons, rollouts, behind }
}

function operationShape(state: Raw): string {
  const sync = fields(fields(state['operation'])['sync'])
  return [
    text(state['phase']),
    state['finishedAt'] ? 'finished' : 'going on',
    state['syncResult'] ? 'with a result' : 'without a result',
    list(sync['resources']).length > 0 ? 'partial' : 'whole',
  ].join(', ')
}

function comparisonShape(status: Raw): string {
  const sync = fields(status['sync'])
  const operation = fields(status['operationState'])
  const asked = revisionOf(fields(fields(operation['operation'])['sync']))
  const isSame = asked !== undefined && asked === revisionOf(sync)
  const history = list(status['history']).map((entry) => revisionOf(fields(entry)))
  return [
    text(sync['status']) || 'not compared',
    text(operation['phase']) || 'no operation',
    isSame ? 'of that' : 'of another',
    asked !== undefined && history.includes(asked) ? 'in the history' : 'not yet',
  ].join(', ')
}

/** Several sources have several. */
function revisionOf(holder: Raw): string | undefined {
  const many = list(holder['revisions'])
  return many.length > 0 ? many.join() : (holder['revision'] as string | undefined)
}

function rolloutShape(metadata: Raw, status: Raw): string {
  const isObserved = status['observedGeneration'] === String(metadata['generation'])
  const stable =
    status['stableRS'] === undefined ? 'no stable' : status['stableRS'] === status['currentPodHash'] ? 'stable' : 'another stable'
  const aborted = status['abort'] === true ? (status['abortedAt'] ? 'aborted' : 'abort asked') : 'no abort'
  return [text(status['phase']) || 'no phase', isObserved ? 'observed' : 'not observed', stable, aborted].join(', ')
}

/** Several streams together. */
export function together(all: readonly Measures[]): Measures {
  const union = (pick: (one: Measures) => ReadonlySet<string>): ReadonlySet<string> => new Set(all.flatMap((one) => [...pick(one)]))
  return {
    syncs: all.reduce((sum, { syncs }) => sum + syncs, 0),
    replicaSetFirst: all.reduce((sum, { replicaSetFirst }) => sum + replicaSetFirst, 0),
    gaps: all.flatMap(({ gaps }) => gaps),
    operations: union(({ operations }) => operations),
    comparisons: union(({ comparisons }) => comparisons),
    rollouts: union(({ rollouts }) => rollouts),
    behind: Math.max(...all.map(({ behind }) => behind)),
  }
}
