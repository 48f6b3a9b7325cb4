import { expect, it } from 'vitest'
import { BASE, gone, kustomization, other, remote, sharing, values, type Asked } from './a-sharing.ts'

it('who writes in code is looked for where code goes back, among ten thousand files', async () => {
  const listed: unknown[] = []
  const git: Asked['git'] = (repository) => ({
    async listFiles(at, folder, limits) {
      if (folder === '') listed.push(limits)
      return folder === '' ? undefined : repository.listFiles(at, folder, limits)
    },
  })
  const paths = ['apps/web/web.libsonnet']
  expect(await sharing([other('k')], { paths, git })).toEqual({ sharing: [], untold: [] })
  expect(listed).toEqual([{ recurse: true, most: 10_000 }])
  for (const given of [{ paths: ['apps/web/x.yaml'] }, { paths: ['base/web.libsonnet'] }]) await sharing([other('k')], { ...given, git })
  await sharing([], { paths, git })
  expect(listed).toHaveLength(1)
  await expect(sharing([other('k')], { paths, git: gone(true) })).rejects.toMatchObject({ code: 'E_GIT_UNREACHABLE' })
  expect(await sharing([other('k')], { paths, git: gone(false) })).toEqual({ sharing: [], untold: [] })
  // Who writes none is not asked: of this one it could not be told.
  expect(await sharing([other('k'), other('b')], { paths }, { ...BASE, ...remote })).toEqual({ sharing: ['k'], untold: [] })
})

it('of who writes in code alone, nothing is said where it cannot be told what it reads, and others are asked first', async () => {
  const files = { ...BASE, 'apps/p/p.jsonnet': "import '../gone.libsonnet'\n", 'apps/a/a.jsonnet': '{}\n' }
  const paths = ['apps/web/web.libsonnet']
  expect(await sharing([other('p'), other('k')], { paths }, files)).toEqual({ sharing: ['k'], untold: [] })
  // By its words this one may share, however many names it has.
  const named = { 'apps/c/kustomization.yaml': kustomization('../web/web.libsonnet') }
  const two = await sharing(
    [other('k', values(3)), other('q')],
    { paths },
    { ...files, 'apps/q/q.jsonnet': "import '../web/web.libsonnet'\n" },
  )
  expect(two.sharing).toEqual(['q', 'k'])
  const both = [other('k'), other('c', values(3))]
  for (const others of [both, both.toReversed()])
    expect((await sharing(others, { paths }, { ...files, ...named })).sharing).toEqual(['c', 'k'])
})
