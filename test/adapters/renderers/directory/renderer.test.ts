import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { createDirectoryRenderer } from '../../../../src/adapters/renderers/directory/renderer.ts'
import type { RenderedDigest, Rendering } from '../../../../src/domain/application/rendered.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { Renderer } from '../../../../src/ports/renderer.ts'
import { createOrigin, type Content, type Origin } from '../../../contract/git/origin.ts'
import { application, REPOSITORY, rollout } from '../../../contract/renderer.ts'
import { openAt, type Opened } from '../../git/open.ts'

let resources: AsyncDisposableStack
let origin: Origin
let opened: Opened
let reads: string[]
let renderer: Renderer

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
  opened = resources.use(await openAt(origin.dir, { borrowsOnDisk: true }))
  reads = []
})
afterEach(() => resources.disposeAsync())

interface Asked {
  spec?: object
  status?: object
  revisions?: readonly string[]
}

async function render(files: Readonly<Record<string, Content>>, { spec, status, revisions }: Asked = {}): Promise<Rendering> {
  const sha = origin.commit(files)
  const snapshot = readApplication('hub', { ...application(spec), status })!
  return renderer.render({ application: snapshot, revisions: revisions ?? [sha], rollout: { namespace: 'shop', name: 'web' } })
}

/** Counts what is read of the repository. */
beforeEach(() => {
  renderer = createDirectoryRenderer({
    open: async () => ({
      ...opened.repository,
      readFile: (revision, path, most) => {
        reads.push(path)
        return opened.repository.readFile(revision, path, most)
      },
    }),
  })
})

const source = (more: object): object => ({ spec: { source: { repoURL: REPOSITORY, path: 'web', targetRevision: 'main', ...more } } })
const HERE = { 'web/rollout.yaml': rollout('web:1') }

describe('a source that is no plain folder is refused by name', () => {
  test.each([
    ['Kustomize', { 'web/kustomization.yml': 'resources: [rollout.yaml]\n' }, {}],
    ['Helm', { 'web/Chart.yaml': 'name: web\n' }, {}],
    ['Helm', {}, source({ helm: {} })],
    ['Kustomize', {}, source({ kustomize: { images: ['web:2'] } })],
    ['Plugin', {}, source({ plugin: { name: 'x' } })],
    ['Plugin', {}, { status: { sourceType: 'Plugin' } }],
    ['chart', {}, source({ path: undefined, chart: 'web' })],
    ['.argocd-source', { 'web/.argocd-source-web.yaml': 'kustomize: {}\n' }, {}],
    ['Jsonnet', { 'web/more.jsonnet': '{}' }, {}],
    ['symbolic link', { 'web/link.yaml': { mode: '120000', text: 'rollout.yaml' } }, {}],
    ['pattern', {}, source({ directory: { include: '[' } })],
  ] as const)('%s %o %o', async (word, files, asked) => {
    const rendering = await render({ ...HERE, ...files }, asked as Asked)
    expect(rendering).toMatchObject({ result: 'unknown', why: 'unsupported', detail: expect.stringContaining(word) })
  })

  test('but a folder that is said to be plain is read as one', async () => {
    const files = { ...HERE, 'web/Chart.yaml': 'name: web\n', 'web/.argocd-source-other.yaml': 'helm: {}\n' }
    expect(await render(files, source({ directory: {} }))).toMatchObject({ result: 'rendered' })
  })
})

test('include and exclude are patterns over the path below the folder', async () => {
  const files = { 'web/a/rollout.yaml': rollout('web:1'), 'web/b/rollout.yaml': rollout('web:2') }
  const why = async (directory: object): Promise<string> => {
    const rendering = await render(files, source({ directory: { recurse: true, ...directory } }))
    return rendering.result === 'rendered' ? 'rendered' : rendering.why
  }
  expect(await why({})).toBe('several')
  expect(await why({ include: 'a/*' })).toBe('rendered')
  expect(await why({ exclude: '{a/*,x}' })).toBe('rendered')
  expect(await why({ include: '*.yaml', exclude: '*/rollout.yaml' })).toBe('absent')
})

test('only four endings are read, unless the source says that any is', async () => {
  const files = { 'web/rollout.txt': rollout('web:1') }
  expect(await render(files)).toMatchObject({ why: 'absent' })
  expect(await render(files, source({ directory: { disableExtensionFilter: true } }))).toMatchObject({ result: 'rendered' })
})

test('a file that asks not to be rendered is not', async () => {
  expect(await render({ 'web/rollout.yaml': `# +argocd:skip-file-rendering\n${rollout('web:1')}` })).toMatchObject({ why: 'absent' })
})

test('what Argo CD reads in a way of its own is left to who asks it, and what is broken is not', async () => {
  const late = 'kind: Rollout\nmetadata: { name: web, annotations: &d { app: web }, labels: { x: y, <<: *d } }\n'
  expect(await render({ ...HERE, 'web/a.yaml': late })).toMatchObject({
    why: 'unsupported',
    detail: expect.stringContaining('a `<<` that'),
  })
  expect(await render({ ...HERE, 'web/a.yaml': 'kind: Rollout\nx: !!binary aGVsbG8=\n' })).toMatchObject({ why: 'unsupported' })
  expect(await render({ ...HERE, 'web/a.yaml': 'kind: Rollout\n{' })).toMatchObject({ why: 'failed' })
})

test('what is too large is said to be', async () => {
  expect(await render({ ...HERE, 'web/a.yaml': 'x'.repeat(1_100_000) })).toMatchObject({ why: 'too-large' })
  const halves = { 'web/a.yaml': 'x'.repeat(600_000), 'web/b.yaml': 'y'.repeat(600_000) }
  expect(await render({ ...HERE, ...halves })).toMatchObject({ why: 'too-large' })
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`web/${index}.txt`, 'x']))
  expect(await render({ 'web/a.yaml': null, 'web/b.yaml': null, ...many })).toMatchObject({ why: 'too-large' })
})

test('a name that is none is not repeated', async () => {
  const odd = 'web/@channel <b>\n.yaml'
  const rendering = await render({ [odd]: 'kind: Rollout\n{' })
  expect(rendering).toMatchObject({ why: 'failed', detail: expect.not.stringContaining('channel') })
})

test('a content is read once, whatever commit holds it', async () => {
  await render(HERE)
  await render({ 'elsewhere/readme.md': 'x' })
  await render({ 'web/more.yaml': 'kind: Service\n' })
  expect(reads).toEqual(['web/rollout.yaml', 'web/more.yaml'])
})

test('a repository that cannot be asked, or is not allowed, is said to be', async () => {
  const nowhere = await openAt('/nowhere/at/all')
  resources.use(nowhere)
  const snapshot = readApplication('hub', application())!
  const question = { application: snapshot, revisions: ['0'.repeat(40)], rollout: { namespace: 'shop', name: 'web' } }
  expect(await createDirectoryRenderer(nowhere.repositories).render(question)).toMatchObject({ why: 'unreachable' })
  const forbidding = createDirectoryRenderer({ open: () => Promise.reject(new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'it is not')) })
  expect(await forbidding.render(question)).toMatchObject({ why: 'not-allowed' })
  const broken = createDirectoryRenderer({ open: () => Promise.reject(new TypeError('a fault of ours')) })
  await expect(broken.render(question)).rejects.toThrow('a fault of ours')
})

test('whole numbers are told apart that JavaScript takes for one: Argo CD reads 64 bits of them', async () => {
  const digestOf = async (spec: string): Promise<RenderedDigest & { result: 'rendered' }> => {
    const sha = origin.commit({
      'web/cache.yaml': `apiVersion: cache.example/v1\nkind: Cache\nmetadata: {name: web}\nspec:\n  size: ${spec}\n`,
    })
    const told = await renderer.digest({ application: readApplication('hub', application())!, revisions: [sha] })
    if (told.result !== 'rendered') throw new Error(told.detail)
    return told
  }
  for (const [one, other] of [
    ['9007199254740992', '9007199254740993'],
    ['-9223372036854775807', '-9223372036854775806'],
    ['[1, 0x20000000000000]', '[1, 0x20000000000001]'],
  ] as const) {
    const [before, after] = [await digestOf(one), await digestOf(other)]
    expect(after.whole?.size).toBe(1)
    expect(after.whole).not.toEqual(before.whole)
    expect(after.objects).not.toEqual(before.objects)
    expect(after.digest).not.toBe(before.digest)
    expect(await digestOf(one)).toEqual(before)
  }
  expect(await digestOf('9007199254740991 # the largest')).toEqual(await digestOf('9007199254740991'))
})
