import { describe, expect, it } from 'vitest'
import { foldersBuiltOn } from '../../../../src/reconcile/git-facts/beside/built-on-folders.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch } from '../a-branch.ts'

const PATHS = ['apps/web/rollout.yaml']

/** Of these folders those that are built on web's, and how many names Git was asked for. */
async function built(files: Files, folders: readonly string[] = ['apps/a'], paths: readonly string[] = PATHS) {
  const { repository, commits } = await aBranch([files])
  const asked: number[] = []
  const over: typeof repository = {
    ...repository,
    readFiles(at, some, most) {
      asked.push(some.length)
      return repository.readFiles(at, some, most)
    },
  }
  const at = commits[0]?.sha
  if (!at) throw new Error('there is a commit')
  return { found: [...(await foldersBuiltOn(over, { folders, paths, at }))], asked }
}

describe('a folder is built on another one', () => {
  it.each<readonly [what: string, files: Files]>([
    ['as a resource of a list', { 'apps/a/kustomization.yaml': 'resources:\n- ../web\n' }],
    ['as one of a list in brackets', { 'apps/a/kustomization.yaml': 'resources: [x.yaml, ../web]\n' }],
    ['as one of a list in brackets that ends there', { 'apps/a/kustomization.yaml': 'resources: [../web]' }],
    ['in quotes', { 'apps/a/kustomization.yml': `resources: ["../web"]\n` }],
    ['in single quotes', { 'apps/a/Kustomization': `components: ['../web/']\n` }],
    ['by one of its files', { 'apps/a/kustomization.yaml': 'resources:\n- ../web/rollout.yaml # that one\n' }],
    ['by the folder above', { 'apps/a/kustomization.yaml': 'resources:\n- ../../apps\n' }],
    ['as a chart that it depends on', { 'apps/a/Chart.yaml': 'dependencies:\n- repository: file://../web\n' }],
    ['as a chart of old', { 'apps/a/requirements.yaml': 'dependencies: [{ repository: "file://../web" }]\n' }],
    [
      'over a folder of its own and one of others',
      {
        'apps/a/kustomization.yaml': 'resources: [overlay]\n',
        'apps/a/overlay/kustomization.yaml': 'resources: [../../../base]\n',
        'base/kustomization.yaml': 'resources: [../apps/web]\n',
      },
    ],
    ['over the root', { 'apps/a/kustomization.yaml': 'resources: [../..]\n', 'kustomization.yaml': 'resources: [apps/web]\n' }],
    [
      'beside one that it is built on and that is built on it',
      { 'apps/a/kustomization.yaml': 'resources: [../b, ../web]\n', 'apps/b/kustomization.yaml': 'resources: [../a]\n' },
    ],
  ])('%s', async (_, files) => {
    expect((await built(files)).found).toContain('apps/a')
  })

  it.each<readonly [what: string, files: Files]>([
    ['where nothing names it', { 'apps/a/kustomization.yaml': 'resources: [x.yaml, ../webs, ../web2/x.yaml]\n' }],
    ['where it is a key', { 'apps/a/kustomization.yaml': '../web: 1\n' }],
    ['where it is elsewhere', { 'apps/a/kustomization.yaml': 'resources: ["https://git.example/../../../web"]\n' }],
    ['where it leaves the repository', { 'apps/a/kustomization.yaml': 'resources: [../../../apps/web]\n' }],
    ['where a file names it that no tool looks for', { 'apps/a/notes.yaml': 'resources: [../web]\n' }],
    ['where it names itself alone', { 'apps/a/kustomization.yaml': 'resources: [., x.yaml]\n' }],
    [
      'where what names it is longer than is looked through',
      { 'apps/a/kustomization.yaml': `# ${'x'.repeat(20_000)}\nresources: [../web]\n` },
    ],
  ])('not %s', async (_, files) => {
    expect((await built(files)).found).toEqual([])
  })
})

const chain = (length: number): Files =>
  Object.fromEntries(
    Array.from({ length }, (_, at) => [`apps/${at}/kustomization.yaml`, `resources: [../${at + 1 === length ? 'web' : at + 1}]\n`]),
  )

it('five folders that are built on each other are followed', async () => {
  expect((await built(chain(5), ['apps/0'])).found).toContain('apps/0')
  expect((await built(chain(6), ['apps/0'])).found).toEqual([])
})

it('each folder is looked into once, and a thousand of them at most', async () => {
  const two = { 'apps/a/kustomization.yaml': 'resources: [../c]\n', 'apps/b/kustomization.yaml': 'resources: [../c, ../a]\n' }
  const { asked } = await built({ ...two, 'apps/c/kustomization.yaml': 'resources: [../a]\n' }, ['apps/a', 'apps/b', 'apps/a'])
  // Five names each: of two, then of one (and of `resources`, which is a key), and of nothing.
  expect(asked).toEqual([10, 5])
  const many = Array.from({ length: 1_100 }, (_, at) => `apps/${at}`)
  const naming = { 'apps/0/kustomization.yaml': 'resources: [../web, ../more]\n', 'apps/1099/kustomization.yaml': 'resources: [../web]\n' }
  expect(await built(naming, many)).toEqual({ found: ['apps/0'], asked: Array.from({ length: 10 }, () => 500) })
})

it('of more than a thousand, those outside of the folder are looked into first', async () => {
  const words = Array.from({ length: 1_000 }, (_, at) => `w${at}`).join(' ')
  const files = { 'apps/a/kustomization.yaml': `${words} ../../base\n`, 'base/kustomization.yaml': 'resources: [../apps/web]\n' }
  expect(await built(files)).toEqual({ found: ['base', 'apps/a'], asked: [5, ...Array.from({ length: 9 }, () => 500), 495] })
})

it('of two million characters no more is read', async () => {
  const text = 'resources: [../web]\n'.padEnd(10_000, '#')
  const files = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`apps/${at}/kustomization.yaml`, text]))
  const { found, asked } = await built(
    files,
    Array.from({ length: 300 }, (_, at) => `apps/${at}`),
  )
  expect({ found: found.length, asked }).toEqual({ found: 200, asked: [500, 500] })
})

it('what leads to a file leads to none that only begins like it', async () => {
  expect((await built({ 'apps/a/kustomization.yaml': 'resources: [../we]\n' })).found).toEqual([])
  expect((await built({ 'apps/a/kustomization.yaml': 'resources: [../web]\n' }, ['apps/a'], ['other.yaml', ...PATHS])).found).toEqual([
    'apps/a',
  ])
})
