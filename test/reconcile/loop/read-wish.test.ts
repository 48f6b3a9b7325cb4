import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppliedSync } from '../../../src/domain/application/applied.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { notRendered, type Rendering } from '../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Wish } from '../../../src/domain/release/wish.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import type { GitRepositories } from '../../../src/ports/git.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { readWish } from '../../../src/reconcile/loop/read-wish.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { kept, live, template } from '../../domain/rollout/templates.ts'
import { createMemoryRepository } from '../../histories/git/memory-repository.ts'
import { createRemoteAt } from '../../histories/git/remote-at.ts'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { REPO, stagedApplication } from '../an-application.ts'

const RUNS = 'hash-1'
const WANTED = 'hash-2'
const IMAGES: Readonly<Record<string, string>> = { [RUNS]: 'web:1', [WANTED]: 'web:2' }
const REVISIONS = ['compared']
const sync = (...revisions: string[]): AppliedSync => ({ application: 'shop/shop', revisions, startedAt: 1, endedAt: 1 })
const rendered = (image: string): Rendering =>
  ({ result: 'rendered', rollout: { template: new Sealed(template({ image })) } }) as unknown as Rendering

const anApplication = (options: ApplicationOptions = {}, fields: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot =>
  stagedApplication(options, { comparedRevisions: REVISIONS, ...fields })

interface Given {
  syncs?: readonly AppliedSync[]
  application?: ApplicationSnapshot | undefined
  /** What each revision renders. */
  renders?: Readonly<Record<string, Rendering>>
  template?: (hash: string) => unknown
  sets?: readonly string[]
  repositories?: GitRepositories
}

/** What is read of Git's wish, and how often it was asked what is rendered. */
async function read(wish: Wish, given: Given = {}): Promise<{ wish: Wish; asked: readonly string[] }> {
  const { syncs = [], renders = {}, sets = [RUNS, WANTED], template: of = (hash) => live(kept({ image: IMAGES[hash] })) } = given
  const application = 'application' in given ? given.application : anApplication()
  const look = {
    ref: { cluster: 'prod', namespace: 'shop', name: 'web' },
    rollout: { currentPodHash: RUNS },
    applications: application ? [application] : [],
    view: { template: async ({ podTemplateHash }: { podTemplateHash: string }) => of(podTemplateHash) },
    observation: { wish, syncs, replicaSets: sets.map((podTemplateHash) => ({ podTemplateHash })) },
  } as unknown as Look
  const asked: string[] = []
  const render = async ({ revisions, rollout }: { revisions: readonly string[]; rollout: unknown }): Promise<Rendering> => {
    expect(rollout).toEqual({ namespace: 'shop', name: 'web' })
    asked.push(revisions.join())
    return renders[revisions.join()] ?? rendered('web:9')
  }
  const repositories = given.repositories ?? { open: () => Promise.reject(new Error('no Git')) }
  return { wish: await readWish({ renderer: { render }, repositories }, look), asked }
}

const UNDONE: Wish = { state: 'undone', revisions: REVISIONS, by: 'hand', wanted: WANTED, isNewer: true }
const { isNewer: _, ...UNMOVED } = UNDONE
const OLDER: Wish = { ...UNDONE, by: 'older-sync' }
const MET: Wish = { state: 'met', revisions: REVISIONS }
const same = { compared: rendered('web:1') }

describe('what Git asks for, by what it renders', () => {
  it.each<[string, Wish, Given, Wish, readonly string[]]>([
    ['is met where that is the very template that runs', UNDONE, { renders: same }, MET, ['compared']],
    ['is left to Argo CD without an Application', UNDONE, { application: undefined }, UNDONE, []],
    [
      'is left to Argo CD where a source is hydrated',
      UNDONE,
      { application: anApplication({}, { hydrator: {} as never }), renders: same },
      UNDONE,
      [],
    ],
    ['is left to Argo CD where what runs is not in view', UNDONE, { sets: [WANTED], renders: same }, UNDONE, []],
    ['is left to Argo CD where what runs is gone', UNDONE, { template: () => undefined, renders: same }, UNDONE, []],
    [
      'waits for a sync where what was synced last runs',
      UNDONE,
      { syncs: [sync('a')], renders: { a: rendered('web:1') } },
      { state: 'waiting-for-sync', revisions: REVISIONS, syncedByHand: false },
      ['compared', 'a'],
    ],
    [
      'waits for a person’s sync where none is automatic',
      UNDONE,
      { syncs: [sync('a')], renders: { a: rendered('web:1') }, application: anApplication({ autoSync: false }) },
      { state: 'waiting-for-sync', revisions: REVISIONS, syncedByHand: true },
      ['compared', 'a'],
    ],
    ['is what was undone by hand where something else was synced', UNMOVED, { syncs: [sync('a')] }, UNMOVED, ['compared', 'a']],
    [
      'is not looked for in syncs where an older sync undid it',
      { ...OLDER, isNewer: true },
      { syncs: [sync('a')] },
      OLDER,
      ['compared', 'compared'],
    ],
    [
      'is what was undone, where what is newer asks for it as well',
      UNDONE,
      { renders: { compared: rendered('web:2') } },
      UNMOVED,
      ['compared', 'compared'],
    ],
    ['is newer than what was undone, where it asks for something else', UNDONE, {}, UNDONE, ['compared', 'compared']],
    ['is newer than what was undone, where that is gone', UNDONE, { sets: [RUNS] }, UNDONE, ['compared']],
  ])('%s', async (__, ...[wish, given, expected, asked]) => {
    expect(await read(wish, given)).toEqual({ wish: expected, asked })
  })

  it('is left to Argo CD where the cluster cannot say what runs, and a fault of Kedge is one', async () => {
    const failing = (error: Error): Given => ({
      renders: same,
      template: () => {
        throw error
      },
    })
    expect((await read(UNDONE, failing(new KedgeError('E_CLUSTER_UNREACHABLE', 'away')))).wish).toEqual(UNDONE)
    await expect(read(UNDONE, failing(new Error('bug')))).rejects.toThrow('bug')
  })

  it('is asked again where who renders has no answer', async () => {
    await expect(read(UNDONE, { renders: { compared: notRendered('unreachable', 'away') } })).rejects.toThrow('away')
  })
})

describe('what Git asks for, by files where nothing renders', () => {
  let origin: Origin
  let commits: Readonly<Record<'first' | 'beside' | 'other', CommitSha>>
  beforeAll(async () => {
    origin = await createOrigin({ filters: false })
    const file = (text: string) => ({ 'apps/web/rollout.yaml': text })
    commits = { first: origin.commit(file('v1')), beside: origin.commit({ 'other/readme': 'x' }), other: origin.commit(file('v2')) }
  })
  afterAll(() => origin[Symbol.asyncDispose]())

  type Name = keyof typeof commits
  const repositories = (): GitRepositories => ({ open: async (url) => createMemoryRepository(url, createRemoteAt(origin.dir)) })

  /** `newest`: what was synced last; `known`: the sync that is known to have brought what Git asks for. */
  async function byFiles(wish: Partial<Wish>, compared: Name, syncs: { newest?: Name; known?: Name; isOne?: true }, more: Given = {}) {
    const newest = syncs.newest && sync(commits[syncs.newest])
    const known = syncs.isOne ? newest : syncs.known && sync(commits[syncs.known])
    const revisions = [commits[compared]]
    const given: Wish = { ...UNDONE, revisions, ...wish, ...(known && { sync: known }) }
    const application = anApplication({}, { comparedRevisions: revisions })
    const renders = { [revisions.join()]: notRendered('unsupported', 'x') }
    const found = await read(given, { syncs: newest ? [newest] : [], repositories: repositories(), application, renders, ...more })
    const { isNewer: __, ...unmoved } = given
    return { found: found.wish, given, unmoved, met: { state: 'met', revisions } satisfies Wish }
  }
  const bySync: Partial<Wish> = { by: 'older-sync' }

  it.each<[string, Partial<Wish>, Name, Parameters<typeof byFiles>[2], 'met' | 'given' | 'unmoved']>([
    ['is met by a commit that leaves all that was synced as it was', bySync, 'beside', { newest: 'first' }, 'met'],
    ['is not met where that was changed by hand', {}, 'beside', { newest: 'first', isOne: true }, 'unmoved'],
    ['is not met by a commit that changes it', bySync, 'other', { newest: 'first', known: 'first' }, 'given'],
    ['is left to Argo CD where nothing was synced', {}, 'beside', {}, 'given'],
    ['is left to Argo CD where no sync is known to have brought it', {}, 'beside', { newest: 'first' }, 'given'],
    ['is what was undone, where the newest sync leaves it as it was', {}, 'beside', { newest: 'beside', known: 'first' }, 'unmoved'],
    ['is newer than what was undone, where it changes it', {}, 'other', { newest: 'first', isOne: true }, 'given'],
    ['is no news where nothing newer was compared', { isNewer: undefined as never }, 'first', { newest: 'first', isOne: true }, 'given'],
    ['is what an older sync undid, where it leaves that as it was', bySync, 'beside', { newest: 'other', known: 'first' }, 'unmoved'],
  ])('%s', async (__, ...[wish, compared, syncs, outcome]) => {
    const seen = await byFiles(wish, compared, syncs)
    expect(seen.found).toEqual(seen[outcome])
  })

  it('is not known where another sync may have brought what runs', async () => {
    const { found } = await byFiles({}, 'beside', { newest: 'other', known: 'first' })
    expect(found).toEqual({ state: 'unknown', revisions: [], why: 'not-rendered' })
  })

  it('is left to Argo CD where Git will never say, and asked again where it may', async () => {
    const failing = (error: Error): Given => ({ repositories: { open: () => Promise.reject(error) } })
    const asked = (error: Error) => byFiles(bySync, 'other', { newest: 'first' }, failing(error))
    const { found, given } = await asked(new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'No.'))
    expect(found).toEqual(given)
    await expect(asked(new KedgeError('E_GIT_UNREACHABLE', 'away'))).rejects.toThrow('away')
    await expect(asked(new Error('bug'))).rejects.toThrow('bug')
  })

  it('is left to Argo CD where its sources read several branches of one repository', async () => {
    const sources = ['main', 'next'].map((targetRevision) => ({ repoURL: REPO, targetRevision, path: 'apps/web' }))
    const comparedRevisions = [commits.other, commits.other]
    const application = anApplication({ sources, multi: true }, { comparedRevisions })
    const renders = { [comparedRevisions.join()]: notRendered('unsupported', 'x') }
    const { found, given } = await byFiles(bySync, 'other', { newest: 'first' }, { application, renders })
    expect(found).toEqual(given)
  })
})
