import { expect, it } from 'vitest'
import type { InputPath } from '../../../../src/domain/application/commit.ts'
import { gitSources } from '../../../../src/domain/application/inputs.ts'
import { pathsBetween, readTexts } from '../../../../src/reconcile/git-facts/commit/files-between.ts'
import { aRepositoryAt, someRepositories } from '../../a-repository.ts'
import { anApplication, REPO } from '../../an-application.ts'

const MB = 1024 * 1024
const file = (path: string): InputPath => ({ path, glob: false })

it('files that changed between two commits are those among the inputs of either', async () => {
  const { commit, git } = aRepositoryAt(REPO)
  const application = anApplication([{}])
  const [source] = gitSources(application)
  if (!source) throw new Error('no source')
  const reader = { ...someRepositories(), repository: git, source, application }
  const from = commit({ a: '1', b: '1', c: '1', d: '1' })
  commit({ a: '2', d: '2' })
  const to = commit({ b: '2', c: '2' })
  const [one, other] = [
    { commit: await git.commit(from), inputs: [file('a'), file('b')] },
    { commit: await git.commit(to), inputs: [file('b'), file('c')] },
  ]
  expect(await pathsBetween(reader, one, other)).toEqual(['a', 'b', 'c'])
  expect(await pathsBetween(reader, one, { ...other, inputs: [] })).toEqual(['a', 'b'])
  expect(await pathsBetween(reader, one, one)).toEqual([])
})

it('what stands in files is told without versions of the API, whatever cannot be read left out, eight files at a time', async () => {
  const { commit, git } = aRepositoryAt(REPO)
  const names = Array.from({ length: 17 }, (_, index) => `${index}.yaml`)
  const texts = names.map((name) => `apiVersion: apps/v1\nkind: ${name}\n{"apiVersion": "v1", "a": 1}`)
  const files = Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']))
  const at = commit({ ...files, large: 'x'.repeat(MB + 1) })
  const rounds: number[] = []
  const counting: typeof git = {
    ...git,
    async readFiles(revision, paths, most) {
      rounds.push(paths.length)
      return git.readFiles(revision, paths, most)
    },
  }
  expect(await readTexts(counting, at, [...names.slice(0, 15), 'gone', 'large', ...names.slice(15)])).toEqual(
    names.map((name) => `\nkind: ${name}\n{", "a": 1}`),
  )
  expect(rounds).toEqual([8, 8, 3])
  expect(await readTexts(counting, at, names.slice(0, 8))).toHaveLength(8)
  expect(rounds).toEqual([8, 8, 3, 8])
})

it('files of 1 MB are read, of 4 MB together; of more nothing is told', async () => {
  const { commit, git } = aRepositoryAt(REPO)
  const large = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`${index}`, String(index).repeat(MB)]))
  const at = commit({ ...large, more: 'x' })
  expect((await readTexts(git, at, Object.keys(large)))?.map((text) => text.length)).toEqual([MB, MB, MB, MB])
  expect(await readTexts(git, at, [...Object.keys(large), 'more'])).toBeUndefined()
})
