import { describe, expect, it } from 'vitest'
import type { HydratorSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../../src/ports/git.ts'
import { dryRevision } from '../../../../src/reconcile/git-facts/commit/hydrator.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aRepositoryAt, someRepositories } from '../../a-repository.ts'
import { REPO } from '../../an-application.ts'

const DRY = 'd'.repeat(40)
const metadata = (drySha: unknown): string => JSON.stringify({ drySha, repoURL: REPO })

/** The dry commit of the last of these commits, in a repository in memory. */
async function dryOf(changes: readonly Files[], hydrator: Partial<HydratorSnapshot> = {}, own: Partial<GitRepository> = {}) {
  const { commit, git } = aRepositoryAt(REPO, own)
  const hydrated = changes.map((files) => commit(files)).at(-1)
  const shape: HydratorSnapshot = { syncRepoURL: undefined, syncBranch: 'main', syncPath: 'web', ...hydrator }
  return dryRevision({ repository: git, repositories: someRepositories().repositories }, shape, hydrated)
}

describe('the dry commit behind a hydrated one is', () => {
  it.each<[string, readonly Files[], string, string | undefined]>([
    ['what the file in the folder that is synced names', [{ 'web/hydrator.metadata': metadata(DRY), 'web/a.yaml': 'a: 1' }], 'web', DRY],
    ['however that folder is spelt', [{ 'web/hydrator.metadata': metadata(DRY) }], './x/../web/', DRY],
    [
      'what the file at the root names, where the folder has none',
      [{ 'hydrator.metadata': metadata(DRY), 'web/a.yaml': 'a: 1' }],
      'web',
      DRY,
    ],
    [
      'what it names, where the folder has one that names none',
      [{ 'hydrator.metadata': metadata(DRY), 'web/hydrator.metadata': '{}' }],
      'web',
      DRY,
    ],
    ['what it names, where the root is the folder', [{ 'hydrator.metadata': metadata(DRY) }], '.', DRY],
    ['what it names, where the folder is nowhere in the repository', [{ 'hydrator.metadata': metadata(DRY) }], '../web', DRY],
    ['unknown where there is none', [{ 'web/a.yaml': 'a: 1' }], 'web', undefined],
    [
      'unknown where somebody has written the folder since',
      [{ 'web/hydrator.metadata': metadata(DRY) }, { 'web/a.yaml': 'a: 2' }],
      'web',
      undefined,
    ],
    ['the same after others have written beside it', [{ 'web/hydrator.metadata': metadata(DRY) }, { 'b/a.yaml': 'a: 2' }], 'web', DRY],
    [
      'unknown where the folder was written after the file at the root',
      [{ 'hydrator.metadata': metadata(DRY) }, { 'web/a.yaml': 'a: 2' }],
      'web',
      undefined,
    ],
    ['found in a file of 256 kB', [{ 'web/hydrator.metadata': metadata(DRY).padEnd(256 * 1024) }], 'web', DRY],
    ['not looked for in a larger one', [{ 'web/hydrator.metadata': metadata(DRY).padEnd(256 * 1024 + 1) }], 'web', undefined],
  ])('%s', async (_, changes, syncPath, dry) => {
    expect(await dryOf(changes, { syncPath })).toBe(dry)
  })

  it.each(['', 'x', 'null', '[]', '"drySha"', '{}', metadata(7), metadata('main'), metadata(null)])(
    'unknown where the file says %j',
    async (text) => {
      expect(await dryOf([{ 'web/hydrator.metadata': text }])).toBeUndefined()
    },
  )
})

it('what is no commit is looked for nowhere', async () => {
  const { repositories, opened } = someRepositories()
  const { git } = aRepositoryAt(REPO)
  const hydrator = { syncRepoURL: 'https://git.example/shop/rendered.git', syncBranch: 'main', syncPath: 'web' }
  for (const hydrated of [undefined, 'main'])
    expect(await dryRevision({ repository: git, repositories }, hydrator, hydrated)).toBeUndefined()
  expect(opened).toEqual([])
})

it('the hydrated commit is read in the repository that is synced', async () => {
  const rendered = aRepositoryAt('https://git.example/shop/rendered.git')
  const hydrated = rendered.commit({ 'web/hydrator.metadata': metadata(DRY) })
  const { repositories, opened } = someRepositories(rendered)
  const { git } = aRepositoryAt(REPO)
  const hydrator = { syncBranch: 'main', syncPath: 'web' }
  expect(await dryRevision({ repository: git, repositories }, { ...hydrator, syncRepoURL: rendered.url }, hydrated)).toBe(DRY)
  expect(await dryRevision({ repository: git, repositories }, { ...hydrator, syncRepoURL: undefined }, hydrated)).toBeUndefined()
  expect(opened).toEqual([rendered.url])
})

it.each<[string, (fetched: readonly string[]) => boolean, string | undefined, string | undefined, readonly string[]]>([
  ['is there', () => true, undefined, DRY, []],
  ['is there once the branch was fetched', (fetched) => fetched.length > 0, 'head', DRY, ['rendered']],
  ['is not on the branch', () => false, 'head', undefined, ['rendered']],
  ['is nowhere, nor is the branch', (fetched) => fetched.length > 0, undefined, undefined, ['rendered']],
])('the branch is fetched only for a hydrated commit that is not there: where it %s', async (_, ...[isThere, head, dry, branches]) => {
  const fetched: string[] = []
  const own = {
    has: async () => isThere(fetched),
    async fetch(branch: string) {
      fetched.push(branch)
      return head as Awaited<ReturnType<GitRepository['fetch']>>
    },
  }
  expect(await dryOf([{ 'web/hydrator.metadata': metadata(DRY) }], { syncBranch: 'rendered' }, own)).toBe(dry)
  expect(fetched).toEqual(branches)
})
