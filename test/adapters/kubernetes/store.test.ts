import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createViewStore, type ViewStore } from '../../../src/adapters/kubernetes/store.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { ViewChange } from '../../../src/ports/cluster-view.ts'
import { anObject } from './objects.ts'
import { recordedEvents } from './recorded.ts'

const OWNER = { kind: 'Rollout', uid: 'uid-web' }
const names = (rows: Iterable<{ name: string }>): string[] => [...rows].map(({ name }) => name).sort()

function heard(store: ViewStore): ViewChange[] {
  const changes: ViewChange[] = []
  store.subscribe((change) => void changes.push(change))
  return changes
}

describe('a view store', () => {
  it('finds what belongs to a Rollout by the uid of its owner', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'web' }))
    store.apply('ADDED', anObject('ReplicaSet', { name: 'web-1', owner: OWNER }))
    store.apply('ADDED', anObject('ReplicaSet', { name: 'web-2', owner: OWNER }))
    store.apply('ADDED', anObject('ReplicaSet', { name: 'other', owner: { kind: 'Rollout', uid: 'uid-other' } }))
    expect(store.rollout('shop', 'web')?.uid).toBe('uid-web')
    expect(names(store.replicaSets('uid-web'))).toEqual(['web-1', 'web-2'])
    expect(store.replicaSets('uid-nobody')).toEqual([])
  })

  it('finds the AnalysisRuns of a Rollout through its Experiments too', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('AnalysisRun', { name: 'direct', owner: OWNER }))
    store.apply('ADDED', anObject('AnalysisRun', { name: 'through', owner: { kind: 'Experiment', uid: 'uid-exp' } }))
    expect(names(store.analysisRuns('uid-web'))).toEqual(['direct'])
    store.apply('ADDED', anObject('Experiment', { name: 'exp', owner: OWNER }))
    expect(names(store.analysisRuns('uid-web'))).toEqual(['direct', 'through'])
    expect(names(store.experiments('uid-web'))).toEqual(['exp'])
  })

  it('finds the Applications that list a Rollout, and no longer those that stopped listing it', () => {
    const store = createViewStore('argo')
    const listing = {
      resources: [
        { group: 'argoproj.io', kind: 'Rollout', namespace: 'shop', name: 'web' },
        { kind: 'Service', namespace: 'shop', name: 'web' },
      ],
    }
    store.apply('ADDED', anObject('Application', { name: 'shop-web', status: listing }))
    expect(names(store.applicationsOf('shop', 'web'))).toEqual(['shop-web'])
    const changes = heard(store)
    store.apply('MODIFIED', anObject('Application', { name: 'shop-web', version: 2, status: { resources: null } }))
    expect(store.applicationsOf('shop', 'web')).toEqual([])
    expect(changes).toEqual([
      { namespace: 'shop', application: 'shop-web' },
      { namespace: 'shop', rollout: 'web' },
    ])
  })

  it('tells the Rollout when something that belongs to it changes', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'web' }))
    store.apply('ADDED', anObject('Experiment', { name: 'exp', owner: OWNER }))
    const changes = heard(store)
    store.apply('ADDED', anObject('ReplicaSet', { name: 'web-1', owner: OWNER }))
    store.apply('ADDED', anObject('AnalysisRun', { name: 'through', owner: { kind: 'Experiment', uid: 'uid-exp' } }))
    store.apply('DELETED', anObject('Rollout', { name: 'web', version: 9 }))
    expect(changes).toEqual(Array.from({ length: 3 }, () => ({ namespace: 'shop', rollout: 'web' })))
  })

  it('tells a standalone Experiment when it or a run of it changes, by a name that no Rollout has', () => {
    const store = createViewStore('prod')
    const changes = heard(store)
    store.apply('ADDED', anObject('Experiment', { name: 'ab' }))
    store.apply('ADDED', anObject('AnalysisRun', { name: 'ab-run', owner: { kind: 'Experiment', uid: 'uid-ab' } }))
    store.apply('DELETED', anObject('Experiment', { name: 'ab', version: 9 }))
    expect(changes).toEqual(Array.from({ length: 3 }, () => ({ namespace: 'shop', rollout: 'experiment:ab' })))
  })

  it('takes a new uid under a known name for another object', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'web', uid: 'first', version: 1 }))
    store.apply('MODIFIED', anObject('Rollout', { name: 'web', uid: 'second', version: 5 }))
    expect([...store.rollouts()].map(({ uid }) => uid)).toEqual(['second'])
    store.apply('DELETED', anObject('Rollout', { name: 'web', uid: 'first', version: 4 }))
    expect(store.rollout('shop', 'web')?.uid).toBe('second')
  })

  it('never replaces an object by an older one of the same uid', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'web', version: 100, status: { phase: 'Degraded' } }))
    const changes = heard(store)
    store.apply('MODIFIED', anObject('Rollout', { name: 'web', version: 99, status: { phase: 'Healthy' } }))
    store.apply('MODIFIED', anObject('Rollout', { name: 'web', version: 100, status: { phase: 'Healthy' } }))
    expect(store.rollout('shop', 'web')?.phase).toBe('Degraded')
    expect(changes).toEqual([])
  })

  it('compares only for equality where a resourceVersion is no number', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'web', version: 'zz', status: { phase: 'Degraded' } }))
    store.apply('MODIFIED', anObject('Rollout', { name: 'web', version: 'aa', status: { phase: 'Healthy' } }))
    expect(store.rollout('shop', 'web')?.phase).toBe('Healthy')
  })

  it('does not bring a deleted object back when a slower server still speaks of it', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'web', version: 3 }))
    store.apply('DELETED', anObject('Rollout', { name: 'web', version: 4 }))
    store.apply('MODIFIED', anObject('Rollout', { name: 'web', version: 2 }))
    expect(store.rollout('shop', 'web')).toBeUndefined()
  })

  it('deletes what a full list does not name, and only in the namespaces that were listed', () => {
    const store = createViewStore('prod')
    for (const name of ['a', 'b']) store.apply('ADDED', anObject('Rollout', { name }))
    store.apply('ADDED', anObject('Rollout', { name: 'c', namespace: 'elsewhere' }))
    const list = store.beginList('Rollout', 'shop')
    list.add(anObject('Rollout', { name: 'b' }))
    const changes = heard(store)
    list.finish('7')
    expect(names(store.rollouts())).toEqual(['b', 'c'])
    expect(changes).toEqual([{ namespace: 'shop', rollout: 'a' }])
  })

  it('keeps an object that is newer than the list which does not name it', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('Rollout', { name: 'new', version: 100 }))
    store.beginList('Rollout').finish('99')
    expect(names(store.rollouts())).toEqual(['new'])
    store.beginList('Rollout').finish('101')
    expect(names(store.rollouts())).toEqual([])
  })

  it('drops an object that lost what made it ours, and takes it back', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('ReplicaSet', { name: 'web-1', owner: OWNER }))
    store.apply('MODIFIED', anObject('ReplicaSet', { name: 'web-1', version: 2 }))
    expect(store.replicaSets('uid-web')).toEqual([])
    store.apply('MODIFIED', anObject('ReplicaSet', { name: 'web-1', version: 3, owner: OWNER }))
    expect(names(store.replicaSets('uid-web'))).toEqual(['web-1'])
  })

  it('ignores kinds that nobody watches, and things that are no objects', () => {
    const store = createViewStore('prod')
    for (const object of [
      anObject('Pod', { name: 'x' }),
      null,
      'x',
      { kind: '__proto__' },
      { kind: 'constructor', metadata: { uid: 'x' } },
    ]) {
      expect(() => store.apply('ADDED', object)).not.toThrow()
    }
  })

  it('tells the other listeners when one throws, and says so', () => {
    const faults: unknown[] = []
    const store = createViewStore('prod', { onListenerFault: (error) => void faults.push(error) })
    store.subscribe(() => {
      throw new Error('bad listener')
    })
    const changes = heard(store)
    store.apply('ADDED', anObject('Rollout', { name: 'web' }))
    expect(changes).toHaveLength(1)
    expect(faults).toMatchObject([{ message: 'bad listener' }])
  })

  it('says nothing to a listener that has left', () => {
    const store = createViewStore('prod')
    const changes: ViewChange[] = []
    using subscription = store.subscribe((change) => void changes.push(change))
    subscription[Symbol.dispose]()
    store.apply('ADDED', anObject('Rollout', { name: 'web' }))
    expect(changes).toEqual([])
  })

  it('gives out lists that do not change under the reader', () => {
    const store = createViewStore('prod')
    store.apply('ADDED', anObject('ReplicaSet', { name: 'web-1', owner: OWNER }))
    const before = store.replicaSets('uid-web')
    store.apply('ADDED', anObject('ReplicaSet', { name: 'web-2', owner: OWNER }))
    expect(before).toHaveLength(1)
  })
})

describe('a view store fed in any order', () => {
  const scenarios = readdirSync(new URL('../../recordings', import.meta.url), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )

  /** What was seen of an Application before is another matter: no order of events tells it that was not the right one. */
  const withoutPast = (one: ApplicationSnapshot): unknown => ({
    ...one,
    formerOperations: undefined,
    formerRollouts: undefined,
    seenSince: undefined,
  })

  function stateOf(store: ViewStore): unknown {
    const rollouts = [...store.rollouts()].map((rollout) => ({
      rollout,
      replicaSets: [...store.replicaSets(rollout.uid)].sort((a, b) => a.uid.localeCompare(b.uid)),
      runs: [...store.analysisRuns(rollout.uid)].sort((a, b) => a.uid.localeCompare(b.uid)),
      applications: store.applicationsOf(rollout.namespace, rollout.name).map(withoutPast),
    }))
    return { rollouts, applications: [...store.applications()].map(withoutPast) }
  }

  it.each(scenarios.map(({ name }) => name))('ends where the recording %s ends, whatever is repeated, late or out of order', (scenario) => {
    const events = recordedEvents(scenario)
    const inOrder = createViewStore('prod')
    for (const { type, object } of events) inOrder.apply(type, object)
    const expected = stateOf(inOrder)
    const shuffled = fc.shuffledSubarray(events, { minLength: events.length })
    fc.assert(
      fc.property(shuffled, (shuffledEvents) => {
        const store = createViewStore('prod')
        for (const { type, object } of shuffledEvents) store.apply(type, object)
        for (const { type, object } of shuffledEvents) store.apply(type, object)
        expect(stateOf(store)).toEqual(expected)
      }),
      { seed: 5, numRuns: 20 },
    )
  })

  it('ends where a full list ends', () => {
    const events = recordedEvents('next-release-while-degraded')
    const watched = createViewStore('prod')
    const last = new Map<string, object>()
    for (const { type, object } of events) {
      watched.apply(type, object)
      if (type === 'DELETED') last.delete(object['metadata'].uid)
      else last.set(object['metadata'].uid, object)
    }
    const listed = createViewStore('prod')
    for (const kind of ['Rollout', 'ReplicaSet', 'AnalysisRun', 'Application'] as const) {
      listed.replaceAll(
        kind,
        [...last.values()].filter((object) => (object as { kind: string }).kind === kind),
      )
    }
    expect(stateOf(listed)).toEqual(stateOf(watched))
  })
})
