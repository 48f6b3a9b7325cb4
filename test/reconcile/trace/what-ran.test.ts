import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import { unreadSource } from '../../../src/domain/release/image-source.ts'
import { ranImages, unreadRan, type PodImage } from '../../../src/domain/release/ran-image.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ImageRegistry } from '../../../src/ports/image-registry.ts'
import { readImages } from '../../../src/reconcile/trace/read-images.ts'
import { readPods } from '../../../src/reconcile/trace/read-pods.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { aReplicaSet, aRollout } from '../../http/fleet-fixture.ts'
import { aCluster, aWorld } from '../a-world.ts'

const [N1, N] = ['web:2', 'web:1']
const of = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'r', uid: 'uid-web', podTemplateHash: 'bad', stableHash: 'good', images: [N1], stableImages: [N], ...fields })
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

describe('which images ran', () => {
  type Pods = (set: ReplicaSetSnapshot) => Promise<readonly PodImage[]>
  const web = aRollout({ name: 'web' })
  const sets = [aReplicaSet(web, {}), aReplicaSet(web, { podTemplateHash: 'bad' })]
  const pods: Pods = async ({ podTemplateHash }) =>
    podTemplateHash === 'bad' ? [{ image: N1, digest: digest('2') }] : [{ image: N, digest: digest('1') }]
  const RAN = [
    { of: 'release', image: N1, digests: [digest('2')] },
    { of: 'before', image: N, digests: [digest('1')] },
  ]
  const NOBODY = [...ranImages('release', [N1], []), ...ranImages('before', [N], [])]

  async function read(release: Release, { podImages = pods, tries = 1, seen = sets } = {}) {
    const view = {
      ...aCluster('east', ['web']),
      replicaSets: (uid: string) => (uid === 'uid-web' ? seen : []),
      podImages,
    }
    const { environment, put, ledger } = await aWorld({}, { views: [aCluster('west', []), view] })
    await put(releaseEntry(release))
    const { entries, ...delivered } = await readPods(environment, 'r', tries)
    await put(...(entries?.() ?? []))
    return { delivered, ran: ledger.read('release', 'r')?.ranImages, again: () => readPods(environment, 'r', tries), put, ledger }
  }

  it('is what the pods of both versions say', async () => {
    const { delivered, ran } = await read(of())
    expect([delivered, ran]).toEqual([{ state: 'done', event: 'pods-read' }, RAN])
  })

  it.each<[string, Partial<Release>, unknown]>([
    ['of one version alone, where that is the one before', { stableHash: 'bad' }, RAN.slice(0, 1)],
    ['of none that has no name', { podTemplateHash: null }, [NOBODY[0], RAN[1]]],
    ['of none that is gone', { podTemplateHash: 'gone' }, [NOBODY[0], RAN[1]]],
    [
      'beside what was known before',
      { ranImages: [{ of: 'release', image: N1, digests: [digest('0')] }] },
      [{ ...RAN[0], digests: [digest('0'), digest('2')] }, RAN[1]],
    ],
  ])('is told %s', async (_, fields, ran) => {
    expect((await read(of(fields))).ran).toEqual(ran)
  })

  it('is nothing that is known where no pod says it', async () => {
    expect((await read(of(), { podImages: async () => [] })).ran).toEqual(NOBODY)
  })

  it('is asked of nobody where pods may not be read, nor of what nobody knows', async () => {
    const nothing = { state: 'abandoned', event: 'pods-not-read' }
    expect((await read(of({ cluster: 'west' }))).delivered).toEqual(nothing)
    expect((await read(of({ cluster: 'gone' }))).delivered).toEqual(nothing)
    expect((await read(of({ key: 'other' }))).delivered).toEqual(nothing)
  })

  const UNREAD = [unreadRan('release', N1, 'No.'), unreadRan('before', N, 'No.')]
  it.each<[string, Error, number, unknown]>([
    [
      'is tried again where the cluster is away',
      new KedgeError('E_CLUSTER_UNREACHABLE', 'No.'),
      3,
      'KedgeError: E_CLUSTER_UNREACHABLE: No.',
    ],
    ['is told as unread at the fourth try', new KedgeError('E_CLUSTER_UNREACHABLE', 'No.'), 4, UNREAD],
    ['is told as unread at once where no later try would tell more', new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'No.'), 1, UNREAD],
    ['is no answer where that is a fault of Kedge', new Error('No.'), 9, 'Error: No.'],
  ])('%s', async (_, fault, tries, outcome) => {
    const answer = read(of(), { podImages: () => Promise.reject(fault), tries })
    expect(await answer.then(({ ran }) => ran, String)).toEqual(outcome)
  })
})

describe('what the images of a release were built from', () => {
  const registry = (sourceOf: ImageRegistry['sourceOf']): ImageRegistry => ({ mayRead: (image) => image !== 'private:1', sourceOf })
  const built = registry(async (image) => ({ image, revision: 'abcdef0' }))

  async function read(release: Release, images: ImageRegistry | undefined, tries = 1) {
    const { environment, put, ledger } = await aWorld({}, images ? { images } : {})
    await put(releaseEntry(release))
    const { entries, ...delivered } = await readImages(environment, 'r', tries)
    await put(...(entries?.() ?? []))
    return { delivered, sources: ledger.read('release', 'r')?.imageSources }
  }

  it('is what the registries say that may be asked', async () => {
    expect(await read(of({ images: [N1, 'private:1', 'db:1'] }), built)).toEqual({
      delivered: { state: 'done', event: 'images-read' },
      sources: [N1, 'db:1'].map((image) => ({ image, revision: 'abcdef0' })),
    })
  })

  it.each<[string, Release, ImageRegistry | undefined]>([
    ['none of its images may be read', of({ images: ['private:1'] }), built],
    ['nobody knows the release', of({ key: 'other' }), built],
    ['no registry may be asked', of(), undefined],
  ])('is asked of nobody where %s', async (_, release, images) => {
    expect(await read(release, images)).toEqual({ delivered: { state: 'abandoned', event: 'images-not-read' }, sources: undefined })
  })

  it('is unread where the registry says nothing', async () => {
    const silent = registry(async () => undefined as never)
    expect((await read(of(), silent)).sources).toEqual([unreadSource(N1, 'no registry may be asked')])
  })

  it.each<[string, Error, number, unknown]>([
    [
      'is tried again where the registry is away',
      new KedgeError('E_REGISTRY_UNREACHABLE', 'No.'),
      7,
      'KedgeError: E_REGISTRY_UNREACHABLE: No.',
    ],
    ['is told as unread at the eighth try', new KedgeError('E_REGISTRY_UNREACHABLE', 'No.'), 8, [unreadSource(N1, 'No.')]],
    ['is no answer where that is a fault of Kedge', new Error('No.'), 9, 'Error: No.'],
  ])('%s', async (_, fault, tries, outcome) => {
    const away = registry(() => Promise.reject(fault))
    const answer = read(of(), away, tries)
    expect(await answer.then(({ sources }) => sources, String)).toEqual(outcome)
  })
})
