import { describe, expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { SourceSnapshot } from '../../../src/domain/application/snapshots.ts'
import { KedgeError, type ErrorCode } from '../../../src/domain/errors.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Forge } from '../../../src/ports/forge.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { introducedBy, keptSource, traceRelease } from '../../../src/reconcile/trace/trace-release.ts'
import { traceRevert } from '../../../src/reconcile/trace/trace-revert.ts'
import { traceSource } from '../../../src/reconcile/trace/trace-source.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aRollout } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { COMMIT, REPO } from '../announce/an-announcement.ts'

const NOT_TRACED = { state: 'abandoned', event: 'release-not-traced' }
const SOURCE = { number: 4, url: 'https://git.example/4', author: 'ada', approvers: ['bob'] }
const fail = (code: ErrorCode) => () => Promise.reject(new KedgeError(code, 'No.'))

/** A forge that knows who brought the commit, but for what a test has it answer otherwise. */
async function aForge(otherwise: Partial<Forge> = {}, more: Partial<Environment> = {}) {
  const forges = createMemoryForges({ now: () => AT })
  forges.introduce(REPO, COMMIT, SOURCE)
  return aWorld({}, { forges: { forRepository: (url) => ({ ...forges.forRepository(url), ...otherwise }) }, ...more })
}

describe('who brought what has failed', () => {
  const of = (fields: Partial<Release> = {}): Release =>
    aRelease({ key: 'r', revision: COMMIT, repoURL: REPO, attempts: [anAttempt()], ...fields })

  it('is asked once its commit is known, and kept with the commit that was asked about', async () => {
    const { environment, put, ledger } = await aForge()
    await put(releaseEntry(of()))
    const { entries, ...delivered } = await traceSource(environment, 'r')
    expect(delivered).toEqual({ state: 'done', event: 'release-traced' })
    await put(...(entries?.() ?? []))
    expect(ledger.read('release', 'r')).toEqual(of({ sourceAsked: COMMIT, sourcePr: SOURCE }))
  })

  const { repoURL: _, ...unaddressed } = of()
  it.each<[string, Release]>([
    ['the ledger does not know it', of({ key: 'other' })],
    ['its commit is not known', of({ revision: null })],
    ['its repository is not known', unaddressed],
    ['it is known already', of({ sourcePr: SOURCE })],
  ])('is not asked where %s', async (__, release) => {
    const { environment, put } = await aForge()
    await put(releaseEntry(release))
    expect(await traceSource(environment, 'r')).toEqual(NOT_TRACED)
  })

  it('is left out where another commit is known to have brought it by then', async () => {
    const { environment, put } = await aForge()
    await put(releaseEntry(of()))
    const { entries } = await traceSource(environment, 'r')
    await put(releaseEntry(of({ revision: 'b'.repeat(40) as typeof COMMIT })))
    expect(entries?.()).toEqual([])
  })

  const ANSWERED = [of({ sourceAsked: COMMIT })]
  it.each<[string, ErrorCode, unknown]>([
    ['may not be read', 'E_FORGE_FORBIDDEN', ANSWERED],
    ['is asked with a token that is refused', 'E_FORGE_AUTH', ANSWERED],
    ['is asked of a forge that is away', 'E_FORGE_UNREACHABLE', 'KedgeError: E_FORGE_UNREACHABLE: No.'],
  ])('stays unknown where it %s, or is tried again', async (__, code, outcome) => {
    const { environment, put } = await aForge({ introducedBy: fail(code) })
    await put(releaseEntry(of()))
    const answer = traceSource(environment, 'r')
    expect(await answer.then(({ entries }) => entries?.().map(({ document }) => document), String)).toEqual(outcome)
  })

  it('is no answer where that is a fault of Kedge', async () => {
    const { environment, put } = await aForge({ introducedBy: () => Promise.reject(new Error('bug')) })
    await put(releaseEntry(of()))
    await expect(traceSource(environment, 'r')).rejects.toThrow('bug')
  })

  it('is asked of no repository that the admin does not allow', async () => {
    const { environment } = await aForge()
    expect(await introducedBy(environment, REPO, COMMIT)).toEqual(SOURCE)
    expect(await introducedBy({ ...environment, allowsRepository: () => false }, REPO, COMMIT)).toBeUndefined()
    expect([keptSource(SOURCE), keptSource(undefined)]).toEqual([{ sourcePr: SOURCE }, undefined])
  })
})

describe('a release that Git has no word of', () => {
  const release = aRelease({ key: 'r' })
  const source = { repoURL: REPO, path: 'web', targetRevision: 'main' } as unknown as SourceSnapshot
  const application = { ...applicationOf(aRollout({ name: 'web' })), sources: [source] }

  async function traced(of: Release, git: () => Promise<never> = fail('E_REPOSITORY_NOT_ALLOWED')) {
    const east = { ...aCluster('east', ['web']), applicationsOf: () => [application], applications: () => [application] }
    const views = [aCluster('west', []), east]
    const { environment, put } = await aForge({}, { views, applications: east, repositories: { open: git } })
    await put(releaseEntry(of))
    const { entries, ...delivered } = await traceRelease(environment, 'r')
    return [delivered, entries?.()]
  }

  it.each<[string, Release, (() => Promise<never>) | undefined]>([
    ['is not known', aRelease({ key: 'other' }), undefined],
    ['is of a cluster that nobody watches', aRelease({ key: 'r', cluster: 'gone' }), undefined],
    ['is of a repository that cannot be read for good', release, fail('E_REPOSITORY_NOT_ALLOWED')],
  ])('is left as it is where it %s', async (_, of, git) => {
    expect(await traced(of, git)).toEqual([NOT_TRACED, undefined])
  })

  it('is left as it is where no Application says which repository to ask', async () => {
    const { environment, put } = await aForge()
    await put(releaseEntry(release))
    const { entries, ...delivered } = await traceRelease(environment, 'r')
    expect([delivered, entries?.()]).toEqual([{ state: 'done', event: 'release-traced' }, []])
  })

  it.each([new KedgeError('E_GIT_UNREACHABLE', 'down'), new Error('bug')])('is traced later where that may pass: %s', async (error) => {
    await expect(traced(release, () => Promise.reject(error))).rejects.toThrow(error.message)
  })
})

describe('who merged a revert', () => {
  const merged = aRevert({ key: 'v', repoURL: REPO, state: 'ended', outcome: 'merged' })
  const PEOPLE = { author: 'kedge', approvers: ['bob'], mergedBy: 'ada' }

  async function traced(otherwise: Partial<Forge>, more: Partial<Environment> = {}, revert = merged) {
    const { environment, put } = await aForge(otherwise, more)
    await put(revertEntry(revert))
    const { entries, ...delivered } = await traceRevert(environment, revert)
    return [delivered, entries?.().map(({ document }) => ('people' in document ? document.people : undefined))]
  }

  it('is asked of the forge, and kept', async () => {
    const numbers: number[] = []
    const peopleOn = async (number: number) => {
      numbers.push(number)
      return PEOPLE
    }
    expect(await traced({ peopleOn })).toEqual([{ state: 'done', event: 'revert-traced' }, [PEOPLE]])
    expect(numbers).toEqual([7])
  })

  it('is not asked where there is no PR, or the admin does not allow its repository', async () => {
    const nothing = [{ state: 'abandoned', event: 'revert-not-traced' }, undefined]
    expect(await traced({}, {}, { ...merged, pullRequest: null })).toEqual(nothing)
    expect(await traced({}, { allowsRepository: () => false })).toEqual(nothing)
  })

  it('is kept as unread where it may not be read, and tried again where that may pass', async () => {
    const [, people] = await traced({ peopleOn: fail('E_FORGE_FORBIDDEN') })
    expect(people).toEqual([{ author: '', approvers: [], unread: 'No.' }])
    await expect(traced({ peopleOn: fail('E_FORGE_UNREACHABLE') })).rejects.toThrow('No.')
  })
})
