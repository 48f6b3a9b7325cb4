import { expect, it } from 'vitest'
import { anApplication } from '../../an-application.ts'
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

it('nobody else is asked, be it of a folder of the same name in another repository', async () => {
  const listed = new Set<string>()
  const git: Asked['git'] = (repository) => ({
    listFiles: (at, folder, limits) => repository.listFiles(at, (listed.add(folder), folder), limits),
  })
  const two = anApplication([{ path: 'apps/y' }, { repoURL: 'https://git.example/shop/other.git', path: 'apps/k' }], { name: 'y' })
  const files = { ...BASE, 'apps/y/y.yaml': 'a: 1\n', 'apps/k2/k.yaml': 'a: 1\n' }
  const others = [other('k'), two, other('k2')]
  expect(await sharing(others, { paths: ['apps/web/web.libsonnet'], git }, files)).toEqual({ sharing: ['k'], untold: [] })
  expect([...listed].sort()).toEqual(['', 'apps/k'])
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
  const own = [{ path: undefined, ref: 'values' }, { path: 'apps/b' }, { path: 'apps/k' }, { path: '../out' }]
  expect((await sharing([anApplication(own, { name: 'several' })], { paths })).sharing).toEqual(['several'])
  const both = [other('k'), other('c', values(3))]
  for (const others of [both, both.toReversed()])
    expect((await sharing(others, { paths }, { ...files, ...named })).sharing).toEqual(['c', 'k'])
})
