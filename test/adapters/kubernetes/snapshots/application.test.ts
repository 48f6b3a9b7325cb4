import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { lastRecorded } from '../recorded.ts'

const SHA_A = 'a'.repeat(40)
const SHA_B = 'b'.repeat(40)
// eslint-disable-next-line typescript/no-explicit-any
const synced = (): any =>
  structuredClone(lastRecorded('faq-canary-failed', 'Application', (object) => object['status']?.operationState?.syncResult))

describe('reading an Application', () => {
  it('names what a Rollout may take its template from, and nothing of Applications without a Rollout', () => {
    const object = synced()
    const deployment = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web', status: 'Synced' }
    object.status.resources.push(
      deployment,
      { ...deployment, kind: 'StatefulSet' },
      { group: '', kind: 'PodTemplate', namespace: 'shop', name: 'web', status: 'OutOfSync' },
    )
    expect(readApplication('argo', object)?.workloads).toEqual(['Deployment/shop/web', 'PodTemplate/shop/web'])
    expect(readApplication('argo', object)?.driftedWorkloads).toEqual(['PodTemplate/shop/web'])
    object.status.resources = [deployment]
    expect(readApplication('argo', object)?.workloads).toEqual([])
  })

  it('copies what was compared, what was applied and what was applied before', () => {
    const application = readApplication('argo', synced())
    expect(application).toMatchObject({
      namespace: 'argocd',
      name: 'faq-canary-failed',
      project: 'default',
      destinationNamespace: 'faq-canary-failed',
      multiSource: false,
      hydrator: undefined,
      autoSync: true,
      syncStatus: 'Synced',
      rollouts: ['faq-canary-failed/web'],
      operation: { phase: 'Succeeded', partial: false, startedBy: { automated: true }, rolloutsApplied: ['faq-canary-failed/web'] },
    })
    expect(application?.sources).toEqual([
      {
        repoURL: 'http://127.0.0.1:28081/gitops.git',
        targetRevision: 'main',
        path: 'faq-canary-failed',
        chart: undefined,
        ref: undefined,
        valueFiles: [],
        fileParameters: [],
        folders: [],
        parameters: '{}',
      },
    ])
    expect(application?.history[0]).toMatchObject({
      id: 0,
      revisions: [expect.stringMatching(/^[0-9a-f]{40}$/)],
      sources: application?.sources,
    })
  })

  it('reads one revision a source where there are several', () => {
    const object = synced()
    object.spec.sources = [
      {
        repoURL: 'https://git.example/a',
        targetRevision: 'main',
        path: 'charts/web',
        helm: { valueFiles: ['$values/prod.yaml'], fileParameters: [{ name: 'x', path: 'files/x' }] },
      },
      { repoURL: 'https://git.example/b', targetRevision: 'main', ref: 'values' },
    ]
    delete object.spec.source
    object.status.sync.revisions = [SHA_A, SHA_B]
    object.status.operationState.syncResult = { revisions: [SHA_A, SHA_B], sources: object.spec.sources, resources: null }
    const application = readApplication('argo', object)
    expect(application).toMatchObject({ multiSource: true, comparedRevisions: [SHA_A, SHA_B] })
    expect(application?.sources).toMatchObject([
      { valueFiles: ['$values/prod.yaml'], fileParameters: ['files/x'] },
      { ref: 'values', path: undefined },
    ])
    expect(application?.operation).toMatchObject({ revisions: [SHA_A, SHA_B], sources: application?.sources, rolloutsApplied: [] })
  })

  it('says nothing of applied revisions while an operation runs and syncResult is null', () => {
    const object = synced()
    Object.assign(object.status.operationState, { syncResult: null, phase: 'Running' })
    expect(readApplication('argo', object)?.operation).toMatchObject({ phase: 'Running', revisions: [], sources: [], rolloutsApplied: [] })
  })

  it('calls a self-heal, which syncs only some resources, partial', () => {
    const object = synced()
    object.status.operationState.operation.sync.resources = [{ group: 'argoproj.io', kind: 'Rollout', name: 'web' }]
    expect(readApplication('argo', object)?.operation?.partial).toBe(true)
  })

  it('does not count a Rollout whose apply failed as applied', () => {
    const object = synced()
    for (const resource of object.status.operationState.syncResult.resources) resource.status = 'SyncFailed'
    expect(readApplication('argo', object)?.operation?.rolloutsApplied).toEqual([])
  })

  it('tells a change of Helm parameters apart without keeping their values', () => {
    const read = (password: string): string | undefined => {
      const object = synced()
      object.spec.source.helm = { parameters: [{ name: 'db.password', value: password }] }
      return readApplication('argo', object)?.sources[0]?.parameters
    }
    expect(read('hunter2')).not.toEqual(read('hunter3'))
    expect(read('hunter2')).toEqual(read('hunter2'))
    expect(read('hunter2')).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  it('gives equal parameters one fingerprint whatever the order of their keys', () => {
    const one = synced()
    one.spec.source.kustomize = { namePrefix: 'a', images: ['web:1'] }
    const other = synced()
    other.spec.source.kustomize = { images: ['web:1'], namePrefix: 'a' }
    expect(readApplication('argo', one)?.sources).toEqual(readApplication('argo', other)?.sources)
  })

  it('keeps no credentials of a repository URL', () => {
    const object = synced()
    object.spec.source.repoURL = 'https://bot:s3cret@git.example/org/repo'
    expect(JSON.stringify(readApplication('argo', object)?.sources)).not.toContain('s3cret')
  })

  it('reads both ends of a source hydrator; Argo CD ignores the source beside it', () => {
    const object = synced()
    object.spec.sourceHydrator = {
      drySource: { repoURL: 'https://git.example/dry', targetRevision: 'main', path: 'apps/web', helm: { valueFiles: ['../prod.yaml'] } },
      syncSource: { targetBranch: 'env/prod', path: 'web' },
      hydrateTo: { targetBranch: 'env/prod-next' },
    }
    const application = readApplication('argo', object)
    expect(application?.hydrator).toEqual({ syncRepoURL: undefined, syncBranch: 'env/prod', syncPath: 'web' })
    expect(application).toMatchObject({
      multiSource: false,
      sources: [{ repoURL: 'https://git.example/dry', targetRevision: 'main', path: 'apps/web', valueFiles: ['../prod.yaml'] }],
    })
  })

  it('reads the repository of what is hydrated, where it is one of its own', () => {
    const object = synced()
    object.spec.sourceHydrator = {
      drySource: { repoURL: 'https://git.example/dry', targetRevision: 'main', path: 'apps/web' },
      syncSource: { repoURL: 'https://someone:secret@git.example/rendered', targetBranch: 'env/prod', path: 'web' },
    }
    expect(readApplication('argo', object)?.hydrator).toMatchObject({ syncRepoURL: 'https://git.example/rendered' })
  })

  it.each([
    { automated: {}, expected: true },
    { automated: { enabled: false, prune: true }, expected: false },
    { automated: null, expected: false },
  ])('with syncPolicy.automated $automated, automatic sync is $expected', ({ automated, expected }) => {
    const object = synced()
    object.spec.syncPolicy.automated = automated
    expect(readApplication('argo', object)?.autoSync).toBe(expected)
  })

  it('keeps the newest thirty entries of a long history', () => {
    const object = synced()
    object.status.history = Array.from({ length: 500 }, (_, id) => ({
      id,
      revision: SHA_A,
      deployedAt: '2026-01-01T00:00:00Z',
      source: object.spec.source,
    }))
    const history = readApplication('argo', object)?.history ?? []
    expect(history.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, index) => 470 + index))
    expect(history[0]?.sources).toBe(history[29]?.sources)
  })

  it('knows the ApplicationSet that owns it and the Image Updater that writes to it', () => {
    const object = synced()
    object.metadata.ownerReferences = [{ kind: 'ApplicationSet', name: 'web', uid: 'x' }]
    object.metadata.annotations = { 'argocd-image-updater.argoproj.io/image-list': 'web' }
    expect(readApplication('argo', object)).toMatchObject({ applicationSet: 'web', imageUpdater: true })
  })
})
