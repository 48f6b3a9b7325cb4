import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readCommitObject } from '../../../src/adapters/git/commit-object.ts'
import { createKnownTrees } from '../../../src/adapters/git/known-trees.ts'
import type { Mirror } from '../../../src/adapters/git/mirror.ts'
import { pathspecs } from '../../../src/adapters/git/names.ts'
import { createObjectProcess } from '../../../src/adapters/git/object-process.ts'
import { differencesOf } from '../../../src/adapters/git/tree-walk.ts'
import type { CommitSha, InputPath } from '../../../src/domain/application/commit.ts'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'

/** Choices that are the same in each run; another `KEDGE_SEED` makes others. */
function chooser() {
  let state = Number(process.env['KEDGE_SEED'] ?? 12_345)
  const random = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % most
  }
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? ''
  const word = (letters: readonly string[], most: number): string => Array.from({ length: 1 + random(most) }, () => pick(letters)).join('')
  return { random, pick, word }
}

function git(origin: Origin, args: readonly string[], input = ''): readonly string[] {
  const done = spawnSync('git', args, { env: { PATH: process.env['PATH'], LC_ALL: 'C', GIT_DIR: origin.dir }, input, maxBuffer: 1 << 28 })
  expect([args[0], done.status, done.stderr.toString()]).toEqual([args[0], 0, ''])
  return done.stdout.toString('utf8').split('\0')
}

const isPath = (path: string): boolean => path.split('/').every((part) => !['', '.', '..', '.git'].includes(part))

const LETTERS = ['a', 'b', '.', '-', 'é', ' ', '{', '!', ':', 'A', '🚀', '$', '+', '(', '\n', '"', '~', '*']
const GLOBS = [...LETTERS.filter((letter) => letter !== '"'), '*']

test('what a pattern matches is what Git says, whatever is in names', { timeout: 120_000 }, async () => {
  await using origin = await createOrigin()
  const { random, word } = chooser()
  const files = new Set<string>()
  for (let at = 0; at < 250; at += 1) {
    const path = Array.from({ length: 1 + random(4) }, () => word(LETTERS, 2)).join('/')
    const clashes = [...files].some((file) => `${file}/`.startsWith(`${path}/`) || path.startsWith(`${file}/`))
    if (isPath(path) && !clashes) files.add(path)
  }
  const commit = origin.commit(Object.fromEntries([...files].map((path) => [path, 'x'])))
  const objects = createObjectProcess({ environment: { PATH: process.env['PATH'] ?? '', GIT_DIR: origin.dir }, timeoutMs: 20_000 })
  const mirror = { objects, malformed: new Map(), trees: createKnownTrees() } as unknown as Mirror
  const [nothing = ''] = git(origin, ['hash-object', '-t', 'tree', '--stdin'])
  let matched = 0
  for (let at = 0; at < 250; at += 1) {
    const inputs: readonly InputPath[] = Array.from({ length: 1 + random(2) }, () => ({
      path: Array.from({ length: 1 + random(4) }, () => (random(4) === 0 ? '**' : word(GLOBS, 3))).join('/'),
      glob: random(5) > 0,
    })).filter(({ path }) => isPath(path))
    const walked = inputs.length > 0 ? await differencesOf(mirror, [undefined, commit], inputs) : undefined
    if (!walked) continue
    const listed = git(origin, ['diff-tree', '-r', '-z', '--name-only', nothing.trim(), commit, '--', ...pathspecs(inputs)])
    expect([inputs, walked.map(({ path }) => path).sort()]).toEqual([inputs, listed.filter(Boolean).sort()])
    matched += walked.length > 0 ? 1 : 0
  }
  objects.close()
  expect(matched).toBeGreaterThan(50)
})

function bytesOf(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`commit ${content.length}\0`), content])
}

/** Writes a commit as it is, whatever Git may say of it. */
function writeCommit(origin: Origin, sha: CommitSha, content: Buffer): void {
  const folder = join(origin.dir, 'objects', sha.slice(0, 2))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, sha.slice(2)), deflateSync(bytesOf(content)))
}

const ODD = [
  'a',
  'b',
  ' ',
  '\t',
  '\r',
  '\v',
  '\f',
  '\u00a0',
  '\u0085',
  '\u2028',
  '<',
  '>',
  '.',
  ',',
  ';',
  '"',
  "'",
  '@',
  'é',
  '\u0001',
  '\ufeff',
]
const TIMES = ['1700000000', '0', '99999999999', '123', '-5', '']
const PLAIN = 'A <a@b> 1700000000 +0000'
const FIELDS = ['%H', '%P', '%an', '%ae', '%ct', '%s', '%b'] as const

test('a commit that is read without Git is what git log tells, whatever is in it', { timeout: 120_000 }, async () => {
  await using origin = await createOrigin()
  const { random, pick, word } = chooser()
  const base = origin.commit({ a: '1' })
  const tree = origin.git(['rev-parse', 'main^{tree}'])
  const identity = (): string =>
    random(3) === 0
      ? `${word(ODD, 5)} <${word(ODD, 4)}> ${pick(TIMES)} ${pick(['+0000', '-0130', '+9999'])}`
      : `${word(['a', 'é', 'b', '.'], 3)} <${word(['a', '@', '.', '\u0001', '\ufeff'], 4)}> 1700000000 +0000`
  const headers = (): string => ['', '', '', `parent ${base}\n`, `author ${PLAIN}\n`, `tree ${tree}\n`, 'x y\n'][random(7)] ?? ''
  const commits = Array.from({ length: 3_000 }, () => {
    const message = random(4) > 0 ? word([...ODD, '\n', '\n', '\n'], 14) : word(['a', '\n', ' ', '\r', '\ufeff'], 10)
    const parents = random(2) === 0 ? `parent ${base}\n` : ''
    const text = `tree ${tree}\n${parents}author ${identity()}\ncommitter ${identity()}\n${headers()}\n${message}`
    const content = Buffer.from(text)
    const told = readCommitObject(createHash('sha1').update(bytesOf(content)).digest('hex') as CommitSha, content)
    if (told) writeCommit(origin, told.sha, content)
    return { text, told }
  })
  const told = new Map(commits.flatMap((one) => (one.told ? [[one.told.sha as string, { ...one, told: one.told }]] : [])))
  expect(told.size).toBeGreaterThan(150)
  const format = `--format=tformat:${FIELDS.join('%x00')}`
  const args = ['log', '-z', format, '--encoding=UTF-8', '--no-mailmap', '--no-walk=unsorted', '--stdin']
  const fields = git(origin, args, [...told.keys()].map((sha) => `${sha}\n`).join(''))
  for (let at = 0; at + FIELDS.length < fields.length; at += FIELDS.length) {
    const [sha = '', parents = '', name, email, time, subject, body = ''] = fields.slice(at, at + FIELDS.length)
    const { text, told: mine } = told.get(sha) ?? {}
    const expected = {
      sha,
      parents: parents.split(' ').filter(Boolean),
      author: { name, email },
      committedAt: Number(time) * 1_000,
      subject,
    }
    expect([text, mine]).toEqual([text, { ...expected, body: body.replace(/\n+$/, '') }])
    told.delete(sha)
  }
  expect(told.size).toBe(0)
})
