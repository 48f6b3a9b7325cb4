import { spawnSync } from 'node:child_process'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

let resources: AsyncDisposableStack
let origin: Origin
let good: CommitSha
let bad: CommitSha

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
  good = origin.commit({ 'web/a': 'good text', 'db/a': 'other text' })
  bad = origin.commit({ 'web/a': 'bad text' })
})
afterEach(() => resources.disposeAsync())

const request = () => ({ base: bad, good, bad, paths: ['web/a'], message: 'm', date: 0 })

async function mirrorOf(root: string): Promise<string> {
  const name = (await readdir(root)).find((entry) => entry.endsWith('.git'))
  return join(root, name ?? 'none')
}

function typesIn(dir: string): string[] {
  const listed = spawnSync('git', ['-C', dir, 'cat-file', '--batch-all-objects', '--batch-check=%(objecttype)'])
  return [...new Set(listed.stdout.toString().trim().split('\n'))].sort()
}

async function packOf(dir: string, extension: string): Promise<string> {
  const packs = join(dir, 'objects', 'pack')
  return join(packs, (await readdir(packs)).find((name) => name.endsWith(extension)) ?? 'none')
}

test('who asks for the same branch meanwhile shares one fetch, which begins after they asked', async () => {
  let processes = 0
  const credentialsFor = async (): Promise<undefined> => void (processes += 1)
  const { repository } = resources.use(await openAt(origin.dir, { credentialsFor }))
  await repository.fetch('main')
  processes = 0
  const heads = await Promise.all(Array.from({ length: 50 }, () => repository.fetch('main')))
  expect([new Set(heads), processes]).toEqual([new Set([bad]), 1])
  const early = repository.fetch('main')
  const newer = origin.commit({ 'web/a': 'newer' })
  expect(await Promise.all([early, repository.fetch('main')])).toContain(newer)
})

describe('the mirror', () => {
  test('file contents are not fetched to build a restore', async () => {
    const { root, repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    await repository.newestTouching(bad, [{ path: 'web', glob: false }])
    await repository.fingerprint(bad, [{ path: '**/a', glob: true }])
    expect((await repository.buildRestore(request())).result).toBe('built')
    expect(typesIn(await mirrorOf(root))).toEqual(['commit', 'tree'])
  })

  test('repositories whose names differ in case alone share a mirror only where their host ignores case', async () => {
    const { repositories } = resources.use(await openAt(origin.dir, { caseIgnoringHosts: ['ghe.example'] }))
    const areOne = async (host: string): Promise<boolean> =>
      (await repositories.open(`https://${host}/Team/App`)) === (await repositories.open(`https://${host}/team/app`))
    expect([await areOne('github.com'), await areOne('ghe.example'), await areOne('git.example')]).toEqual([true, true, false])
  })

  test('building writes no ref', async () => {
    const { root, repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    await repository.buildRestore(request())
    const refs = spawnSync('git', ['-C', await mirrorOf(root), 'for-each-ref', '--format=%(objectname)'])
    expect(refs.stdout.toString().trim()).toBe(bad)
  })

  test.for<[string, string[][]]>([
    ['ignores filters', [['config', 'uploadpack.allowFilter', 'false']]],
    ['refuses this filter', [['config', 'uploadpackfilter.blob:none.allow', 'false']]],
  ])('a server that %s is fetched from in full', async ([, settings]) => {
    for (const setting of settings) origin.git(setting)
    const { root, repository } = resources.use(await openAt(origin.dir))
    expect(await repository.fetch('main')).toBe(bad)
    expect(await repository.readFile(good, 'web/a', 99)).toBe('good text')
    const built = await repository.buildRestore(request())
    if (built.result !== 'built') throw new Error(built.result)
    expect(await repository.push('kedge/revert/x', built.commit)).toEqual({ result: 'created' })
    expect(typesIn(await mirrorOf(root))).toEqual(['blob', 'commit', 'tree'])
  })

  const DAMAGE: Record<string, (dir: string) => Promise<unknown>> = {
    'a pack that is cut off': async (dir) => truncate(await packOf(dir, '.pack'), 40),
    'an index that is no index': async (dir) =>
      rm(await packOf(dir, '.idx')).then(async () => writeFile((await packOf(dir, '.pack')).replace(/pack$/, 'idx'), 'x'.repeat(2000))),
    'a pack that is gone': async (dir) => rm(join(dir, 'objects', 'pack'), { recursive: true }),
    'objects that are gone': async (dir) => rm(join(dir, 'objects'), { recursive: true }),
    'refs that are gone': async (dir) => rm(join(dir, 'refs'), { recursive: true }),
    'a HEAD that is gone': async (dir) => rm(join(dir, 'HEAD')),
    'a configuration that is none': async (dir) => writeFile(join(dir, 'config'), '[core\n'),
    'a ref that is empty': async (dir) => {
      const [ref = ''] = await readdir(join(dir, 'refs', 'kedge'))
      await writeFile(join(dir, 'refs', 'kedge', ref), '')
    },
    'a lock that a killed process left': async (dir) => {
      const [ref = ''] = await readdir(join(dir, 'refs', 'kedge'))
      await writeFile(join(dir, 'refs', 'kedge', `${ref}.lock`), '')
      origin.commit({ 'db/a': 'new' })
    },
    'everything that is gone': async (dir) => rm(dir, { recursive: true }),
  }

  test.for(Object.entries(DAMAGE))('%s costs a new mirror and nothing else', async ([, damage]) => {
    const first = resources.use(await openAt(origin.dir))
    await first.repository.fetch('main')
    const expected = await first.repository.buildRestore(request())
    await damage(await mirrorOf(first.root))
    expect(await first.repository.fetch('main')).toBe(origin.git(['rev-parse', 'main']))
    expect(await first.repository.buildRestore(request())).toEqual(expected)
    await damage(await mirrorOf(first.root))
    const next = await openAt(origin.dir, { root: first.root })
    expect(await next.repository.buildRestore(request())).toEqual(expected)
    expect(await next.repository.fetch('main')).toBe(origin.git(['rev-parse', 'main']))
  })

  test('what a crash left of a new mirror is not taken for one', async () => {
    const first = resources.use(await openAt(origin.dir))
    await first.repository.fetch('main')
    const dir = await mirrorOf(first.root)
    await writeFile(`${dir}.new`, 'left over')
    await rm(join(dir, 'HEAD'))
    expect(await first.repository.fetch('main')).toBe(bad)
    expect((await readdir(first.root)).sort()).toEqual([dir.slice(first.root.length + 1), 'home'].sort())
  })

  test('a mirror of an earlier run is used again', async () => {
    const first = resources.use(await openAt(origin.dir))
    await first.repository.fetch('main')
    const pack = await packOf(await mirrorOf(first.root), '.pack')
    const next = await openAt(origin.dir, { root: first.root })
    expect(await next.repository.fetch('main')).toBe(bad)
    expect(await packOf(await mirrorOf(first.root), '.pack')).toBe(pack)
  })

  test('packs do not pile up', async () => {
    const stream = Array.from(
      { length: 104 },
      (_, i) => `commit refs/heads/b${i}\ncommitter A <a@b> ${i} +0000\ndata 1\nx\nfrom ${bad}\nM 100644 inline f${i}\ndata 1\n${i % 10}\n`,
    )
    origin.git(['fast-import', '--quiet'], stream.join(''))
    const { root, repository } = resources.use(await openAt(origin.dir))
    for (let i = 0; i < 104; i++) await repository.fetch(`b${i}`)
    const packs = (await readdir(join(await mirrorOf(root), 'objects', 'pack'))).filter((name) => name.endsWith('.pack'))
    expect(packs.length).toBeLessThan(10)
    expect((await repository.buildRestore(request())).result).toBe('built')
  })

  test("calls that come at once are answered one after the other, and a failure is its caller's alone", async () => {
    const { repository } = resources.use(await openAt(origin.dir))
    const results = await Promise.allSettled([
      repository.fetch('main'),
      repository.commit('deadbeef'.repeat(5) as CommitSha),
      repository.buildRestore(request()),
      repository.filesOf(bad),
      repository.fetch('main'),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  })

  test('the configuration of the mirror holds the address without credentials', async () => {
    const { root, repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    const config = await readFile(join(await mirrorOf(root), 'config'), 'utf8')
    expect(config).toContain(`url = "file://${origin.dir}"`)
    expect(config).toContain('followRedirects = false')
  })
})
