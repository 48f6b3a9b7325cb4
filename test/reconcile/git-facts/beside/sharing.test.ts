import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../../src/ports/git.ts'
import { anApplication, aSource } from '../../an-application.ts'
import { BASE, gone, kustomization, other, rejecting, remote, sharing, values, type Asked } from './a-sharing.ts'

const chart = { repoURL: 'https://charts.example', chart: 'shop', path: undefined, valueFiles: ['$values/apps/v.yaml'] }
const elsewhere = aSource({ repoURL: 'https://git.example/shop/other.git', path: 'x' })

it.for<readonly [what: string, others: readonly ApplicationSnapshot[], sharing: readonly string[], given?: Partial<Asked>]>([
  ['it reads the same base', [other('a'), other('b')], ['a']],
  ['it reads it by another source', [anApplication([elsewhere, { path: 'apps/a' }], { name: 'a' })], ['a']],
  ['it follows the default branch', [other('a', { targetRevision: 'HEAD' })], ['a']],
  ['it follows that branch by its full name', [other('a', { targetRevision: 'refs/heads/main' })], ['a']],
  ['it names the file itself', [other('c', { path: 'apps/web' })], ['c'], { paths: ['apps/web/kustomization.yaml'] }],
  [
    'it began to use it since',
    [other('b')],
    ['b'],
    { paths: ['apps/web/x.yaml'], since: { 'apps/b/kustomization.yaml': kustomization('../web/x.yaml') } },
  ],
  ['it has used it until now', [other('a')], ['a'], { since: { 'apps/a/kustomization.yaml': kustomization() } }],
  ['it reads one of several', [other('a')], ['a'], { paths: ['base/web.yaml', 'base/none.yaml'] }],
  ['it reads the base among what goes back', [other('j')], ['j'], { paths: ['apps/web/kustomization.yaml', 'base/web.yaml'] }],
  ['it names one of several', [other('h', { valueFiles: ['../web/x.yaml'] })], ['h'], { paths: ['apps/web/y.yaml', 'apps/web/x.yaml'] }],
  [
    'it began to use it by code since, as another changed its own',
    [other('a'), other('j')],
    ['j'],
    { paths: ['apps/web/x.yaml'], since: { 'apps/j/other.jsonnet': '{}\n', 'apps/a/a.yaml': '' } },
  ],
  [
    'it began to use it since, and another has all along',
    [other('c'), other('b')],
    ['c', 'b'],
    { paths: ['apps/web/x.yaml'], since: { 'apps/b/kustomization.yaml': kustomization('../web/x.yaml') } },
  ],
  ['it is built on the folder that goes back', [other('o'), other('b')], ['o'], { paths: ['apps/web/x.yaml'] }],
  [
    'it was built on that folder until now',
    [other('o'), other('b')],
    ['o'],
    { paths: ['apps/web/x.yaml'], since: { 'overlays/eu/kustomization.yaml': kustomization() } },
  ],
  ['its code imports code that goes back', [other('k'), other('b')], ['k'], { paths: ['apps/web/x.yaml', 'apps/web/web.libsonnet'] }],
  [
    'its code imported such code until now',
    [other('k')],
    ['k'],
    { paths: ['apps/web/x.yaml', 'apps/web/web.libsonnet'], since: { 'apps/k/k.jsonnet': '{}\n' } },
  ],
  [
    'its code, which came since, imports such code',
    [other('l')],
    ['l'],
    { paths: ['apps/web/web.libsonnet'], since: { 'apps/l/l.jsonnet': "import '../web/web.libsonnet'\n" } },
  ],
  ['it is in another cluster’s Argo CD', [anApplication([{ path: 'apps/web' }], { name: 'web', namespace: 'other' })], ['web']],
])('an Application shares what is restored where %s', async ([, others, names, given]) => {
  expect(await sharing(others, given)).toEqual({ sharing: names, untold: [] })
})

it.for<readonly [what: string, others: readonly ApplicationSnapshot[], given?: Partial<Asked>]>([
  ['it is the failing one', [other('web')]],
  ['it reads other files', [other('b')]],
  ['it follows another branch', [other('a', { targetRevision: 'next' })]],
  ['it reads another repository', [anApplication([elsewhere], { name: 'a' })]],
  ['it reads nothing of the repository', [anApplication([{ path: undefined, ref: 'values' }], { name: 'a' })]],
  ['nobody looks into the code that reads it', [other('j')], { paths: ['apps/web/x.yaml'] }],
  [
    'nobody looks into the code that reads it, and another has changed',
    [other('j'), other('b')],
    { paths: ['apps/web/x.yaml'], since: { 'apps/b/b.yaml': 'b: 2\n' } },
  ],
  [
    'its chart is not from here',
    [anApplication([chart, { path: undefined, ref: 'values' }], { name: 'a' })],
    { paths: ['apps/web/x.yaml'] },
  ],
  ['its folder is not in the repository', [other('a', { path: '../x', valueFiles: ['/v.yaml'] })], { paths: ['apps/web/x.yaml'] }],
  [
    'others have changed their own files alone',
    [other('b')],
    { paths: ['apps/web/kustomization.yaml'], since: { 'apps/b/b.yaml': 'b: 2\n' } },
  ],
])('an Application shares nothing where %s', async ([, others, given]) => {
  expect(await sharing(others, given)).toEqual({ sharing: [], untold: [] })
})

it('of what cannot be followed, or not be read, it cannot be told', async () => {
  expect(await sharing([other('a'), other('b')], {}, { ...BASE, ...remote })).toEqual({ sharing: ['a'], untold: ['b'] })
  const none = anApplication([{ path: undefined, ref: 'values' }], { name: 'none' })
  expect(await sharing([other('a'), none], { git: gone(false) })).toEqual({ sharing: [], untold: ['a'] })
  await expect(sharing([other('a')], { git: gone(true) })).rejects.toMatchObject({ code: 'E_GIT_UNREACHABLE' })
  const fault = rejecting(new TypeError('ours'))
  await expect(sharing([other('a')], { git: fault })).rejects.toThrow('ours')
})

it('where nobody can read what others are built on, none is known to be built on what goes back', async () => {
  const paths = ['apps/web/x.yaml']
  expect(await sharing([other('o')], { paths, git: gone(false) })).toEqual({ sharing: [], untold: [] })
  await expect(sharing([other('o')], { paths, git: gone(true) })).rejects.toMatchObject({ code: 'E_GIT_UNREACHABLE' })
  await expect(sharing([other('o')], { paths, git: rejecting(new TypeError('ours')) })).rejects.toThrow('ours')
})

it('those that only they themselves can name are not asked where nothing else has changed', async () => {
  const asked: string[] = []
  const git: Asked['git'] = (repository) => ({
    differingPaths: (one, two, inputs) => {
      asked.push(...inputs.map(({ path }) => path))
      return repository.differingPaths(one, two, inputs)
    },
  })
  const paths = ['apps/web/kustomization.yaml']
  await sharing([other('a'), other('b')], { paths, git })
  expect(asked).toEqual([])
  await sharing([], { paths, git, since: { 'x.yaml': '' } })
  expect(asked).toEqual([])
  await sharing([other('a'), other('b')], { paths, git, since: { 'x.yaml': '' } })
  expect(asked).toEqual(['apps/a', 'apps/b'])
})

const many = (count: number, of = 'n'): readonly ApplicationSnapshot[] => Array.from({ length: count }, (_, at) => other(`${of}${at}`))
it('five hundred that may share it are asked, those first that name the fewest', async () => {
  const long = other('long', values(1))
  const { untold } = await sharing([long, ...many(500)], { git: gone(false) })
  expect(untold).toHaveLength(500)
  expect(untold).not.toContain('long')
})

it('of one that names too much it cannot be told', async () => {
  const long = (count: number): readonly ApplicationSnapshot[] => Array.from({ length: count }, (_, at) => other(`n${at}`, values(499)))
  expect(await sharing([...long(3), other('a', values(499))])).toEqual({ sharing: ['a'], untold: [] })
  expect(await sharing([...long(4), other('a', values(499))])).toEqual({ sharing: [], untold: ['a'] })
  expect(await sharing([other('a', values(20_000))])).toEqual({ sharing: [], untold: ['a'] })
  const since = { 'apps/b/kustomization.yaml': null, 'apps/b/b.jsonnet': "import '../web/x.yaml'\n" }
  expect((await sharing([...long(3), other('b')], { paths: ['apps/web/x.yaml'], since })).sharing).toEqual(['b'])
  expect((await sharing([...long(4), other('b')], { paths: ['apps/web/x.yaml'], since })).sharing).toEqual([])
})

it('others are told in time, or not at all', async () => {
  const clock = createVirtualClock(0)
  const asked: unknown[] = []
  const hold = (...question: readonly unknown[]): Promise<never> => {
    asked.push(question)
    setImmediate(() => void clock.advanceTo(1_000, async () => undefined))
    return Promise.withResolvers<never>().promise
  }
  const git = (): Partial<GitRepository> => ({ listFiles: hold, readFiles: hold, readFile: hold, kindsAt: hold, objectNames: hold })
  expect(await sharing([other('a'), other('b')], { clock, git })).toEqual({ sharing: [], untold: ['a', 'b'] })
  expect(JSON.stringify(asked)).toContain('apps/a')
  expect(JSON.stringify(asked)).not.toContain('apps/b')
})

it('others get their turn while many names are gone through', async () => {
  let turns = 0
  const turn = (): unknown => setImmediate(() => void (turns++, turns < 100 && turn()))
  const long = Array.from({ length: 4 }, (_, at) => other(`n${at}`, { targetRevision: 'main', ...values(999) }))
  turn()
  await sharing(long, { paths: ['apps/web/kustomization.yaml'] })
  expect(turns).toBeGreaterThan(1)
})
