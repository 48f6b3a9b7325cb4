import { describe, expect, it } from 'vitest'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { ApplicationSpec } from '../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { allOf, mergeInputs, readInputs } from '../../../src/reconcile/inputs/read-inputs.ts'
import { REPO, type ApplicationOptions } from '../../simulation/application.ts'
import { stagedApplication } from '../an-application.ts'
import { aRepository, many, readOf } from './a-repository.ts'
import { one } from './inputs-of.ts'

const helm = (...valueFiles: readonly string[]): ApplicationOptions => one({ helm: { valueFiles } })

describe('within bounds:', () => {
  it('of 500 components and libraries, all are looked for; of more, the first, and that is said', async () => {
    const withFolders = (options: ApplicationOptions, folders: readonly string[]): Partial<ApplicationSpec> => ({
      sources: stagedApplication(options).sources.map((source) => ({ ...source, folders })),
    })
    const parts = withFolders(
      one({ kustomize: {} }),
      many(501, (index) => `c${index}`),
    )
    const { own = [], unknown } = await readOf({ 'apps/web/kustomization.yaml': '{}' }, one(), parts)
    expect([own.includes('apps/web/c499'), own.includes('apps/web/c500')]).toEqual([true, false])
    expect(unknown).toEqual(['more than 500 files and folders that the Application names'])
    const libraries = withFolders(
      one({ directory: {} }),
      many(501, (index) => `/l${index}`),
    )
    const { named = [] } = await readOf({ 'apps/web/a.jsonnet': `import 'x'` }, one(), libraries)
    expect([named.includes('l499/x'), named.includes('l500/x')]).toEqual([true, false])
  })

  it('a library outside of the repository is none', async () => {
    const options = one({ directory: { jsonnet: { libs: ['../vendor', 'lib'] } } })
    const { named } = await readOf({ 'apps/web/a.jsonnet': `import 'x'` }, options)
    expect(named).toEqual(['apps/web/x', 'lib/x'])
  })

  it('a kustomization is found however much lies beside it: Git is not asked for that', async () => {
    const { repository, revision } = aRepository({ 'apps/web/kustomization.yaml': '{}', 'apps/web/a.yaml': 'x' })
    const listing: GitRepository = {
      ...repository,
      async listFiles(_, folder) {
        throw new Error(`listed: ${folder}`)
      },
    }
    const asked = { repository: listing, name: normaliseRepoURL(REPO), application: stagedApplication(one()) }
    expect((await readInputs(asked, revision)).unknown).toEqual([])
  })

  it('files in a thousand folders are no folders to be looked into for a pattern', async () => {
    const files = Object.fromEntries(many(1_001, (index) => `env/${index}/a.yaml`).map((path) => [path, 'x: 1\n']))
    expect((await readOf(files, helm('/env/**/*.yaml'))).unknown).toBeUndefined()
  })

  it('a pattern in a folder that cannot be looked into any more is not known', async () => {
    const deep = many(11, (index) => `/z${index}/${'d/'.repeat(97)}v.yaml`)
    const { unknown } = await readOf({ 'aa/v.yaml': 'x: 1\n' }, helm('/aa', '/aa/*.yaml', ...deep))
    expect(unknown).toEqual(['more than 1000 folders that would have to be looked into'])
  })
})

it('all that is read is sorted, and without repeats', () => {
  const input = (path: string, glob = false) => ({ path, glob })
  const [a, b, c] = [input('a'), input('b'), input('c*', true)]
  expect(mergeInputs([c, a, b], [b, a, input('c*')]).map(({ path }) => path)).toEqual(['a', 'b', 'c*', 'c*'])
  expect(allOf({ own: [c], named: [b, a], candidates: [input('d'), b] })).toEqual([a, b, c, input('d')])
  expect(allOf({ own: [b], named: [a] })).toEqual([a, b])
})
