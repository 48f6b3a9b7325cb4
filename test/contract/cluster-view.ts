import { describe, expect, it } from 'vitest'
import type { ClusterView, ViewChange } from '../../src/ports/cluster-view.ts'
import { anObject } from '../adapters/kubernetes/objects.ts'

/** A ClusterView with the cluster that it looks at. */
export interface ClusterViewSubject extends AsyncDisposable {
  view: ClusterView
  /** Creates or replaces an object of the cluster; resolves once the view has taken note of it. */
  put(object: object): Promise<void>
  /** Deletes it; resolves once the view has taken note of it. */
  remove(object: object): Promise<void>
}

const OWNER = { kind: 'Rollout', uid: 'uid-web' }
const names = (rows: Iterable<{ name: string }>): string[] => [...rows].map(({ name }) => name).sort()

/** What every ClusterView promises. */
export function describeClusterView(implementation: string, start: () => Promise<ClusterViewSubject>): void {
  describe(`${implementation} is a ClusterView that`, () => {
    it('is fresh, and says as of when', async () => {
      await using subject = await start()
      const { fresh, asOf, blind } = subject.view.freshness()
      expect({ fresh, blind }).toEqual({ fresh: true, blind: [] })
      expect(asOf).toBeGreaterThan(0)
    })

    it('shows a Rollout with everything that belongs to it', async () => {
      await using subject = await start()
      const { view } = subject
      await subject.put(anObject('Rollout', { name: 'web', status: { phase: 'Healthy' } }))
      await subject.put(anObject('ReplicaSet', { name: 'web-1', owner: OWNER }))
      await subject.put(anObject('Experiment', { name: 'web-exp', owner: OWNER }))
      await subject.put(anObject('AnalysisRun', { name: 'web-run', owner: OWNER }))
      await subject.put(anObject('AnalysisRun', { name: 'web-exp-run', owner: { kind: 'Experiment', uid: 'uid-web-exp' } }))
      const rollout = view.rollout('shop', 'web')
      expect(rollout).toMatchObject({ cluster: view.cluster, uid: 'uid-web', phase: 'Healthy' })
      expect(names(view.rollouts())).toEqual(['web'])
      expect(names(view.replicaSets('uid-web'))).toEqual(['web-1'])
      expect(names(view.experiments('uid-web'))).toEqual(['web-exp'])
      expect(names(view.analysisRuns('uid-web'))).toEqual(['web-exp-run', 'web-run'])
    })

    it('shows an Experiment that nothing controls, with its runs, and whose it is', async () => {
      await using subject = await start()
      const { view } = subject
      await subject.put(anObject('Rollout', { name: 'web' }))
      await subject.put(anObject('Experiment', { name: 'web-exp', owner: OWNER }))
      await subject.put(anObject('Experiment', { name: 'ab', status: { phase: 'Failed' } }))
      await subject.put(anObject('AnalysisRun', { name: 'ab-run', owner: { kind: 'Experiment', uid: 'uid-ab' } }))
      const resources = [{ group: 'argoproj.io', kind: 'Experiment', namespace: 'shop', name: 'ab' }]
      await subject.put(anObject('Application', { name: 'shop-web', namespace: 'argocd', status: { resources } }))
      expect(names(view.standaloneExperiments())).toEqual(['ab'])
      expect(view.standaloneExperiment('shop', 'ab')).toMatchObject({ uid: 'uid-ab', phase: 'Failed', ownerUid: undefined })
      expect(view.standaloneExperiment('shop', 'web-exp')).toBeUndefined()
      expect(names(view.analysisRuns('uid-ab'))).toEqual(['ab-run'])
      expect(names(view.applicationsOf('shop', 'experiment:ab'))).toEqual(['shop-web'])
      expect(view.applicationsOf('shop', 'ab')).toEqual([])
    })

    it('shows the Applications that list a Rollout', async () => {
      await using subject = await start()
      const resources = [{ group: 'argoproj.io', kind: 'Rollout', namespace: 'shop', name: 'web' }]
      await subject.put(anObject('Application', { name: 'shop-web', namespace: 'argocd', status: { resources } }))
      await subject.put(anObject('Application', { name: 'other', namespace: 'argocd' }))
      expect(names(subject.view.applicationsOf('shop', 'web'))).toEqual(['shop-web'])
      expect(names(subject.view.applications())).toEqual(['other', 'shop-web'])
      expect(subject.view.application('argocd', 'shop-web')).toMatchObject({ namespace: 'argocd', name: 'shop-web' })
    })

    it('knows nothing of what is not there', async () => {
      await using subject = await start()
      expect(subject.view.rollout('shop', 'nobody')).toBeUndefined()
      expect(subject.view.replicaSets('uid-nobody')).toEqual([])
      expect(subject.view.applicationsOf('shop', 'nobody')).toEqual([])
      expect(subject.view.application('argocd', 'nobody')).toBeUndefined()
      expect(await subject.view.reread('shop', 'nobody')).toBeUndefined()
      expect(await subject.view.rereadApplication('argocd', 'nobody')).toBeUndefined()
      expect(await subject.view.rereadExperiment('shop', 'nobody')).toBeUndefined()
    })

    it('tells of each change until the listener leaves', async () => {
      await using subject = await start()
      const changes: ViewChange[] = []
      const subscription = subject.view.subscribe((change) => void changes.push(change))
      await subject.put(anObject('Rollout', { name: 'web', status: { phase: 'Healthy' } }))
      expect(changes).toContainEqual({ namespace: 'shop', rollout: 'web' })
      changes.length = 0
      await subject.put(anObject('ReplicaSet', { name: 'web-1', owner: OWNER }))
      expect(changes).toContainEqual({ namespace: 'shop', rollout: 'web' })
      await subject.put(anObject('Application', { name: 'shop-web', namespace: 'argocd' }))
      expect(changes).toContainEqual({ namespace: 'argocd', application: 'shop-web' })
      subscription[Symbol.dispose]()
      changes.length = 0
      await subject.put(anObject('Rollout', { name: 'web', status: { phase: 'Degraded' } }))
      expect(changes).toEqual([])
    })

    it('forgets what is deleted', async () => {
      await using subject = await start()
      await subject.put(anObject('Rollout', { name: 'web' }))
      await subject.remove(anObject('Rollout', { name: 'web' }))
      expect(subject.view.rollout('shop', 'web')).toBeUndefined()
      expect(await subject.view.reread('shop', 'web')).toBeUndefined()
    })

    it('tells an object made anew from the one that had its name', async () => {
      await using subject = await start()
      await subject.put(anObject('Rollout', { name: 'web', uid: 'first' }))
      await subject.remove(anObject('Rollout', { name: 'web', uid: 'first' }))
      await subject.put(anObject('Rollout', { name: 'web', uid: 'second' }))
      expect([...subject.view.rollouts()].map(({ uid }) => uid)).toEqual(['second'])
    })

    it('reads the present when asked past the cache', async () => {
      await using subject = await start()
      await subject.put(anObject('Rollout', { name: 'web', status: { phase: 'Healthy' } }))
      expect(await subject.view.reread('shop', 'web')).toEqual(subject.view.rollout('shop', 'web'))
      await subject.put(anObject('Application', { name: 'shop-web', namespace: 'argocd' }))
      const application = await subject.view.rereadApplication('argocd', 'shop-web')
      expect(subject.view.application('argocd', 'shop-web')).toMatchObject(application ?? { name: 'gone' })
      await subject.put(anObject('Experiment', { name: 'web-ab', status: { phase: 'Failed' } }))
      await subject.put(anObject('Experiment', { name: 'web-1', owner: OWNER }))
      expect(await subject.view.rereadExperiment('shop', 'web-ab')).toEqual(subject.view.standaloneExperiment('shop', 'web-ab'))
      expect(await subject.view.rereadExperiment('shop', 'web-ab')).toMatchObject({ phase: 'Failed' })
      expect(await subject.view.rereadExperiment('shop', 'web-1')).toBeUndefined()
    })
  })
}
