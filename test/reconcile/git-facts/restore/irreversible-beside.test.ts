import { expect, it } from 'vitest'
import type { CommitSha, InputPath } from '../../../../src/domain/application/commit.ts'
import { readBeside } from '../../../../src/reconcile/git-facts/restore/irreversible-beside.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch, files } from '../a-branch.ts'
import { job } from './manifests.ts'

interface Asked {
  paths: readonly string[]
  restored: readonly InputPath[]
  /** Files that are links. */
  links: readonly string[]
  /** What files hold, where that is too much to be committed. */
  texts: Readonly<Record<string, string>>
}

/** What is read of the inputs beside, and which files were asked for together. */
async function look(content: Files, { paths = [], restored = [], links = [], texts = {} }: Partial<Asked>) {
  const { repository, commits } = await aBranch([content])
  const asked: (readonly string[])[] = []
  const over: typeof repository = {
    ...repository,
    async readFiles(revision: CommitSha, some, most) {
      asked.push(some)
      const read = { ...(await repository.readFiles(revision, some, most)), ...texts }
      return Object.fromEntries(
        Object.entries(read).filter(([path, text]) => some.includes(path) && !links.includes(path) && text.length <= most),
      )
    },
    async listFiles(revision, folder, limits) {
      const found = await repository.listFiles(revision, folder, limits)
      return found?.map((file) => (links.includes(file.path) ? { ...file, kind: 'symlink' as const } : file))
    },
    linkTarget: async (_, path) => (links.includes(path) ? 'elsewhere' : undefined),
  }
  const [commit] = commits
  if (!commit) throw new Error('there is a commit')
  return { found: await readBeside(over, { revision: commit.sha, paths, restored }), asked }
}

const read = async (content: Files, asked: Partial<Asked>) => (await look(content, asked)).found

const NONE = { texts: {}, isKustomized: false, isReplacing: false, tooLarge: [], isTooMuch: false }
const JOB = job('v1')
/** A name of each kind. */
const WEB: Files = {
  'apps/web/rollout.yaml': 'kind: Rollout\n',
  'apps/web/job.yaml': JOB,
  'apps/web/below/job.yaml': JOB,
  'apps/worker/job.yaml': JOB,
  'job.yaml': JOB,
}
const glob = (path: string): InputPath => ({ path, glob: true })
const holding = (...paths: readonly string[]) => ({ ...NONE, texts: Object.fromEntries(paths.map((path) => [path, JOB])) })

it.for<readonly [what: string, asked: Partial<Asked>, of: readonly string[]]>([
  ['a file', { restored: files('apps/web/job.yaml', 'apps/web/rollout.yaml') }, ['apps/web/job.yaml']],
  ['a file that the release has changed', { restored: files('apps/web/job.yaml'), paths: ['apps/web/job.yaml'] }, []],
  ['a file that is not there', { restored: files('apps/web/gone.yaml') }, []],
  ['a folder', { restored: files('apps/web') }, ['apps/web/below/job.yaml', 'apps/web/job.yaml']],
  ['a folder that is not there', { restored: files('apps/gone') }, []],
  [
    'a folder that holds what the release has changed',
    { restored: files('apps/web'), paths: ['apps/web/job.yaml'] },
    ['apps/web/below/job.yaml'],
  ],
  ['a folder that holds a link', { restored: files('apps/web'), links: ['apps/web/below/job.yaml'] }, ['apps/web/job.yaml']],
  ['the whole repository', { restored: files('') }, ['apps/web/below/job.yaml', 'apps/web/job.yaml', 'apps/worker/job.yaml', 'job.yaml']],
  ['files by a pattern', { restored: [glob('apps/web/*.yaml')] }, ['apps/web/job.yaml']],
  [
    'files by a pattern of folders',
    { restored: [glob('apps/**/job.yaml')] },
    ['apps/web/below/job.yaml', 'apps/web/job.yaml', 'apps/worker/job.yaml'],
  ],
  ['files by a pattern at the root', { restored: [glob('j*.yaml')] }, ['job.yaml']],
  ['files by a pattern where no folder is', { restored: [glob('apps/gone/*.yaml')] }, []],
  [
    'files by a pattern, less what the release has changed',
    { restored: [glob('apps/**/job.yaml')], paths: ['apps/web/job.yaml'] },
    ['apps/web/below/job.yaml', 'apps/worker/job.yaml'],
  ],
  [
    'files by a pattern, of which one is a link',
    { restored: [glob('apps/**/job.yaml')], links: ['apps/web/job.yaml'] },
    ['apps/web/below/job.yaml', 'apps/worker/job.yaml'],
  ],
])('what may be irreversible is read of %s', async ([, asked, of]) => {
  expect(await read(WEB, asked)).toEqual(holding(...of))
})

it.for<readonly [what: string, path: string, text: string, isReplacing: boolean]>([
  ['replacements', 'apps/web/kustomization.yaml', 'replacements: []\n', true],
  ['vars', 'apps/web/Kustomization', 'resources: []\nvars: []\n', true],
  ['nothing put into others', 'apps/web/kustomization.yml', 'resources: [replacements]\n', false],
])('a kustomization beside says so: with %s', async ([, path, text, isReplacing]) => {
  expect(await read({ [path]: text }, { restored: files(path) })).toEqual({ ...NONE, isKustomized: true, isReplacing })
})

it('what is no kustomization puts nothing into others; one that the release has changed is one, too', async () => {
  const values = { 'apps/web/values.yaml': 'vars: []\nreplacements: []\n' }
  expect(await read(values, { restored: files('apps/web') })).toEqual(NONE)
  const paths = ['apps/web/rollout.yaml', 'apps/web/kustomization.yaml']
  expect(await read({ ...values, ...WEB }, { restored: files(...paths), paths })).toEqual({ ...NONE, isKustomized: true })
})

const LARGE = 'x'.repeat(2 * 1024 * 1024)

it.for<readonly [what: string, path: string, asked: Partial<Asked>, tooLarge: readonly string[]]>([
  ['a file of 2 MiB', 'apps/web/a.yaml', { texts: { 'apps/web/a.yaml': LARGE } }, []],
  ['a larger one', 'apps/web/a.yaml', { texts: { 'apps/web/a.yaml': `${LARGE}x` } }, ['apps/web/a.yaml']],
  ['a larger one among the definitions of a chart', 'apps/web/crds/a.yaml', { texts: { 'apps/web/crds/a.yaml': `${LARGE}x` } }, []],
  ['a link', 'apps/web/a.yaml', { links: ['apps/web/a.yaml'] }, []],
  ['a file that is not there', 'apps/web/b.yaml', {}, []],
])('what is larger than is looked through is told: %s', async ([, path, asked, tooLarge]) => {
  const there = path.endsWith('b.yaml') ? {} : { [path]: '' }
  expect(await read({ 'other.yaml': '', ...there }, { restored: files(path, 'other.yaml'), ...asked })).toEqual({ ...NONE, tooLarge })
})

const many = (count: number, folder = 'apps', text = ''): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/${at}.yaml`, text]))
const scripts = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`apps/${at}.sh`, '']))
const KUSTOMIZATION = { 'apps/kustomization.yaml': '' }

it.for<readonly [what: string, content: Record<string, string>, restored: readonly string[], expected: object]>([
  ['500 files', { ...many(499), 'apps/job.yaml': JOB }, [], holding('apps/job.yaml')],
  ['501 files', { ...many(500), 'apps/job.yaml': JOB }, [], { ...NONE, isTooMuch: true }],
  ['51 files that may be folders by their names', scripts, [], NONE],
  ['998 files of two folders', { ...many(499, 'one'), ...many(499, 'two') }, ['one', 'two'], NONE],
  ['999 files of two folders', { ...many(499, 'one'), ...many(500, 'two') }, ['one', 'two'], { ...NONE, isTooMuch: true }],
  ['50 folders', { 'f/a.yaml': JOB }, [...Array.from({ length: 49 }, (_, at) => `g${at}`), 'f'], holding('f/a.yaml')],
  ['51 folders', { 'f/a.yaml': '' }, [...Array.from({ length: 50 }, (_, at) => `g${at}`), 'f'], { ...NONE, isTooMuch: true }],
])('so many are looked through: %s', async ([, content, restored, expected]) => {
  expect(await read(content, { restored: files(...(restored.length > 0 ? restored : Object.keys(content))) })).toEqual(expected)
})

const HOOK = '/hook'.padEnd(2 * 1024 * 1024, 'x')

it.for<readonly [what: string, texts: Record<string, string>, expected: object]>([
  ['16 MiB, and nothing more', { ...many(8, 'apps', LARGE), ...KUSTOMIZATION }, { ...NONE, isKustomized: true }],
  ['more than 16 MiB', { ...many(8, 'apps', LARGE), 'apps/more.yaml': 'x' }, { ...NONE, isTooMuch: true }],
  ['more than 16 MiB before the last', { ...many(16, 'apps', LARGE), ...KUSTOMIZATION }, { ...NONE, isTooMuch: true }],
  [
    '4 MiB to be kept, and nothing more',
    { ...many(2, 'apps', HOOK), ...many(6, 'more'), ...KUSTOMIZATION },
    { ...NONE, texts: many(2, 'apps', HOOK), isKustomized: true },
  ],
  [
    'more than 4 MiB to be kept',
    { ...many(2, 'apps', HOOK), 'apps/a.yaml': '/hook', ...many(6, 'more'), ...KUSTOMIZATION },
    { ...NONE, texts: { ...many(2, 'apps', HOOK), 'apps/a.yaml': '/hook' }, isTooMuch: true },
  ],
])('so much is read: %s', async ([, texts, expected]) => {
  const content = Object.fromEntries(Object.keys(texts).map((path) => [path, '']))
  expect(await read(content, { restored: files(...Object.keys(texts)), texts })).toEqual(expected)
})

it('each file is read once, and no more than eight together', async () => {
  const { asked } = await look({ ...many(9), ...WEB }, { restored: files('apps/0.yaml', 'apps', 'apps/web'), paths: ['apps/1.yaml'] })
  const all = [...Object.keys(many(9)), ...Object.keys(WEB)].filter((path) => path.startsWith('apps/') && path !== 'apps/1.yaml')
  expect(
    asked
      .flat()
      .filter((path) => path.endsWith('.yaml'))
      .toSorted(),
  ).toEqual(all.toSorted())
  expect(Math.max(...asked.map((some) => some.length))).toBe(8)
})
