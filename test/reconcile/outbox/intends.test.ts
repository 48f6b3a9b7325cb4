import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Effect, EffectAction } from '../../../src/domain/effect.ts'
import type { RanImage } from '../../../src/domain/release/ran-image.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { arePodsTold, imagesToRead, intendImages } from '../../../src/reconcile/outbox/intend-images.ts'
import { intendPods } from '../../../src/reconcile/outbox/intend-pods.ts'
import { intendSource, intendTrace } from '../../../src/reconcile/outbox/intend-trace.ts'
import { intend } from '../../../src/reconcile/outbox/intent.ts'
import { anEffect, aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aReplicaSet, aRollout } from '../../domain/release/a-look.ts'

const NOW = 9_000
const SHA = '1'.repeat(40) as CommitSha
const REPO = 'https://git.example/shop/gitops.git'

interface Known {
  /** An effect of this key is in the ledger. */
  known?: string
  pending?: readonly Effect[]
  mayRead?: (image: string) => boolean
  isAllowed?: boolean
}

function environmentWith({ known, pending = [], mayRead = () => true, isAllowed = true }: Known = {}): Environment {
  return {
    clock: { now: () => NOW },
    ledger: { read: (_: string, key: string) => (key === known ? anEffect({ key }) : undefined), pendingEffects: () => pending },
    images: { mayRead },
    allowsRepository: (url: string) => isAllowed && url === REPO,
  } as unknown as Environment
}

/** Keys and actions of what is asked. */
const asked = (entries: readonly LedgerEntry[]): unknown =>
  entries.map((entry) => (entry.kind === 'effect' ? [entry.key, entry.document.action, entry.document.createdAt, entry.event] : entry.kind))
const failed: Partial<Release> = { attempts: [anAttempt()] }

describe('what the images of a release were built from', () => {
  const AT: EffectAction = { type: 'read-images', releaseKey: 'r' }
  it.each<[string, Partial<Release>, Known, boolean]>([
    ['is asked once it has failed', failed, {}, true],
    ['is asked once it has ended', { state: 'ended', outcome: 'promoted' }, {}, true],
    ['is not asked while it is under way', { state: 'rolling' }, {}, false],
    ['is not asked where its Rollout is gone', { state: 'ended', outcome: 'gone' }, {}, false],
    ['is asked where it has failed and its Rollout is gone', { ...failed, state: 'ended', outcome: 'gone' }, {}, true],
    ['is not asked of what was there before', { ...failed, preExisting: true }, {}, false],
    ['is not asked where it is known', { ...failed, imageSources: [] }, {}, false],
    ['is not asked twice', failed, { known: 'images|r' }, false],
    ['is not asked where no registry may be', failed, { mayRead: () => false }, false],
    ['is not asked where it has no images', { ...failed, images: [] }, {}, false],
  ])('%s', (_, fields, known, isAsked) => {
    const entries = intendImages(environmentWith(known), aRelease({ key: 'r', ...fields }))
    expect(asked(entries)).toEqual(isAsked ? [['images|r', AT, NOW, 'read-images-intended']] : [])
  })

  it('is asked of nobody where nobody is to be asked', () => {
    const { images: _, ...environment } = environmentWith()
    expect(intendImages(environment as Environment, aRelease({ key: 'r', ...failed }))).toEqual([])
  })

  const ran = (image: string, digests: readonly string[], of: RanImage['of'] = 'release'): RanImage => ({ of, image, digests })
  it.each<[string, readonly string[], readonly RanImage[] | undefined, readonly string[]]>([
    ['by its tag where nobody knows', ['a:1'], undefined, ['a:1']],
    ['each once', ['a:1', 'a:1'], [], ['a:1']],
    ['by what ran', ['a:1', 'b:1'], [ran('a:1', ['sha256:x'])], ['a:1@sha256:x', 'b:1']],
    ['by each of what ran', ['a:1'], [ran('a:1', ['sha256:x', 'sha256:y'])], ['a:1@sha256:x', 'a:1@sha256:y']],
    ['by its tag where only the version before has told', ['a:1'], [ran('a:1', ['sha256:x'], 'before')], ['a:1']],
    ['by the digest that it names', ['a:1@sha256:z'], [ran('a:1@sha256:z', ['sha256:x'])], ['a:1@sha256:z']],
    ['where its registry may be asked', ['no/a:1', 'b:1'], undefined, ['b:1']],
    ['ten of them', Array.from({ length: 12 }, (_, at) => `a:${at}`), undefined, Array.from({ length: 10 }, (_, at) => `a:${at}`)],
  ])('is read of each image %s', (_, images, ranImages, read) => {
    const environment = environmentWith({ mayRead: (image) => !image.startsWith('no/') })
    expect(imagesToRead(environment, aRelease({ key: 'r', images, ...(ranImages && { ranImages }) }))).toEqual(read)
  })

  it('is read by no more than ten names, of however many digests', () => {
    const digests = Array.from({ length: 12 }, (_, at) => `sha256:${at}`)
    const release = aRelease({ key: 'r', images: ['a:1'], ranImages: [ran('a:1', digests)] })
    expect(imagesToRead(environmentWith(), release)).toHaveLength(10)
  })

  it.each<[string, EffectAction, EffectAction, boolean]>([
    ['waits for the pods of its release', AT, { type: 'read-pods', releaseKey: 'r' }, false],
    ['waits for no pods of others', AT, { type: 'read-pods', releaseKey: 'other' }, true],
    ['waits for nothing else', AT, { type: 'trace-release', releaseKey: 'r' }, true],
    ['is what waits, and nothing else does', { type: 'trace-release', releaseKey: 'r' }, { type: 'read-pods', releaseKey: 'r' }, true],
  ])('%s', (_, action, other, isTold) => {
    const environment = environmentWith({ pending: [anEffect({ key: 'first' }), anEffect({ key: 'p', action: other })] })
    expect(arePodsTold(environment, anEffect({ key: 'e', action }))).toBe(isTold)
  })
})

describe('which images the pods of a release run', () => {
  const rolling: Partial<Release> = { state: 'rolling' }
  const told: RanImage = { of: 'release', image: 'a', digests: ['sha256:x'] }
  const seen = (releases: readonly Release[], { available = 1, may = true } = {}): Look =>
    ({
      view: may ? { podImages: async () => [] } : {},
      rollout: aRollout(),
      releases,
      observation: { replicaSets: [aReplicaSet('abc', 2, { availableReplicas: available })] },
    }) as unknown as Look
  const keys = (look: Look, known: Known = {}, steps: Parameters<typeof intendPods>[2] = []): unknown =>
    intendPods(environmentWith(known), look, steps).map(({ key }) => key)

  it.each<[string, Partial<Release>, Parameters<typeof seen>[1] & Known, boolean]>([
    ['is asked while it has pods that run', {}, {}, true],
    ['is not asked while none of them runs', {}, { available: 0 }, false],
    ['is not asked where pods may not be read', {}, { may: false }, false],
    ['is not asked where it has none', { podTemplateHash: null }, {}, false],
    ['is not asked of another template', { podTemplateHash: 'xyz' }, {}, false],
    ['is not asked once it is over', { state: 'failed' }, {}, false],
    ['is not asked again once they have answered', { ranImages: [] }, {}, false],
    ['is not asked of a Rollout that was made anew since', { uid: 'before' }, {}, false],
    ['is not asked of what was there before', { preExisting: true }, {}, false],
    ['is not asked twice', {}, { known: 'pods|r|0' }, false],
  ])('%s', (_, fields, { known, ...given }, isAsked) => {
    const look = seen([aRelease({ key: 'r', ...rolling, ...fields })], given)
    expect(keys(look, known === undefined ? {} : { known })).toEqual(isAsked ? ['pods|r|0'] : [])
  })

  it('is asked as an effect of its release', () => {
    const entries = intendPods(environmentWith(), seen([aRelease({ key: 'r', ...rolling })]), [])
    expect(asked(entries)).toEqual([['pods|r|0', { type: 'read-pods', releaseKey: 'r' }, NOW, 'read-pods-intended']])
  })

  it.each<[string, readonly RanImage[] | undefined, boolean]>([
    ['where nothing was told', undefined, true],
    ['where no digest of it was told', [{ ...told, digests: [] }], true],
    ['where only the version before was told of', [{ ...told, of: 'before' }], true],
    ['but not where it was told', [told], false],
  ])('is asked once more as it fails, %s', (_, ranImages, isAsked) => {
    const release = aRelease({ key: 'r', ...failed, ...(ranImages && { ranImages }) })
    const step = { event: 'release-failed', release, effects: [] } as const
    expect(keys(seen([aRelease({ key: 'r', ...rolling })]), {}, [step])).toEqual(isAsked ? ['pods|r|1'] : [])
  })

  it('is asked of what this look has moved, as it is from then on, and of all others', () => {
    const moved = [{ event: 'release-ended', release: aRelease({ key: 'r', state: 'ended' }), effects: [] }]
    const began = { event: 'release-began', release: aRelease({ key: 'new', state: 'rolling' }), effects: [] }
    const steps = [...moved, began] as unknown as Parameters<typeof intendPods>[2]
    const releases = [aRelease({ key: 'r', ...rolling }), aRelease({ key: 'other', ...rolling })]
    expect(keys(seen(releases), {}, steps)).toEqual(['pods|new|0', 'pods|other|0'])
  })
})

describe('the trace of a release', () => {
  const looked = (...repoURLs: readonly string[]): Look =>
    ({ applications: repoURLs.length > 0 ? [{ sources: repoURLs.map((repoURL) => ({ repoURL })) }] : [] }) as unknown as Look
  it.each<[string, Look, Partial<Release>, boolean]>([
    ['is asked for where its repository may be read', looked(REPO), {}, true],
    ['is asked for where one of its repositories may be read', looked('https://charts.example', REPO), {}, true],
    ['is not asked for where none may', looked('https://charts.example'), {}, false],
    ['is not asked for where no Application has it', looked(), {}, false],
    ['is not asked for where no sync is known', looked(REPO), { applied: null }, false],
    ['is not asked for where its Rollout is gone', looked(REPO), { outcome: 'gone' }, false],
  ])('%s', (_, look, fields, isAsked) => {
    const release = aRelease({ key: 'r', applied: { application: 'argocd/web', revisions: [SHA] }, ...fields })
    const trace = ['trace|r', { type: 'trace-release', releaseKey: 'r' }, NOW, 'trace-release-intended']
    expect(asked(intendTrace(environmentWith(), look, release))).toEqual(isAsked ? [trace] : [])
  })
})

describe('who brought what has failed', () => {
  const key = `source|r|${SHA}`
  const sourcePr: Release['sourcePr'] = { number: 1, url: 'u', author: 'ada', approvers: [] }
  it.each<[string, Partial<Release> | undefined, Known & { revert?: Revert }, boolean]>([
    ['is asked once its commit is known', {}, {}, true],
    ['is asked where its revert is open', {}, { revert: aRevert({ key: 'v' }) }, true],
    ['is asked again where its commit is another one', { sourceAsked: '2'.repeat(40) as CommitSha }, {}, true],
    ['is left to the revert that is about to be opened', {}, { revert: aRevert({ key: 'v', pullRequest: null }) }, false],
    ['is not asked of no release', undefined, {}, false],
    ['is not asked of what has not failed', { state: 'rolling' }, {}, false],
    ['is not asked of what was there before', { preExisting: true }, {}, false],
    ['is not asked where it is known', { sourcePr }, {}, false],
    ['is not asked where its commit is not known', { revision: null }, {}, false],
    ['is not asked where its repository is not known', { repoURL: null } as never, {}, false],
    ['is not asked again', { sourceAsked: SHA }, {}, false],
    ['is not asked where that may not be read', {}, { isAllowed: false }, false],
    ['is not asked while it is being asked', {}, { known: key }, false],
  ])('%s', (_, fields, { revert, ...known }, isAsked) => {
    const release = fields && aRelease({ key: 'r', repoURL: REPO, ...fields })
    const source = [key, { type: 'trace-source', releaseKey: 'r' }, NOW, 'trace-source-intended']
    expect(asked(intendSource(environmentWith(known), release, revert))).toEqual(isAsked ? [source] : [])
  })
})

it('an effect that takes the place of others has waited as long as the first, and has the fault of the last', () => {
  const action: EffectAction = { type: 'trace-release', releaseKey: 'r' }
  const overtaken = [
    anEffect({ key: 'a', attempts: 3, createdAt: 20, lastError: 'a' }),
    anEffect({ key: 'b', createdAt: 10, lastError: 'b' }),
  ]
  const document = anEffect({ key: 'e', action, createdAt: NOW, notBefore: NOW })
  expect(intend('e', action, NOW)).toEqual({ kind: 'effect', key: 'e', event: 'trace-release-intended', document })
  expect(intend('e', action, NOW, overtaken)).toMatchObject({ document: { ...document, attempts: 3, createdAt: 10, lastError: 'b' } })
})
