import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { isRestoredOnto, readLeftSince, type Left } from '../../../src/reconcile/fields/by-fields.ts'
import { aRepositoryAt, type Changes } from '../a-repository.ts'
import { REPO } from '../an-application.ts'

const sha = (index: number): CommitSha => index.toString(16).padStart(40, '0') as CommitSha
const [GOOD, BAD] = [sha(1), sha(2)]
const later = (count: number): readonly CommitSha[] => Array.from({ length: count }, (_, index) => sha(index + 3))
const pathsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${index}.yaml`)

/** A repository in which every later commit changes a comment in all files; `rest`: what else stands in them. Counts what is read. */
function repository(rest: string) {
  const read = { files: 0, characters: 0 }
  // Unlike what another test has asked.
  const id = Math.random()
  const textAt = (path: string, at: CommitSha): string =>
    `a: ${at === GOOD ? 'v1' : 'v2'} # ${path} ${at === BAD ? GOOD : at} ${id}\n${rest}`
  const asked = {
    objectNames: async (at: CommitSha, paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, `${path} ${at} ${id}`])),
    readFiles: async (at: CommitSha, paths: readonly string[]) => {
      const texts = Object.fromEntries(paths.map((path) => [path, textAt(path, at)]))
      read.files += paths.length
      read.characters += Object.values(texts).join('').length
      return texts
    },
  }
  return { git: asked as unknown as GitRepository, read }
}

/** How often others got their turn while it was worked: before each parse. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false]
  const count = (): void => {
    if (isOver) return
    turns += 1
    setImmediate(count)
  }
  setImmediate(count)
  await work()
  isOver = true
  return turns
}

const ask = (git: GitRepository, files: number, states: number) =>
  readLeftSince(git, { good: GOOD, bad: BAD, paths: pathsOf(files) }, later(states))

describe('what others have left of a release, file by file and state by state', () => {
  it('is told by parsing each text once, with a turn for others before each', async () => {
    const { git } = repository('')
    const turns = await turnsOf(async () => expect(await ask(git, 1, 6)).toMatchObject({ result: 'restorable' }))
    // Two of the release, and of each state what it is and what would be made of it.
    const parses = 2 + 6 * 2
    expect(turns).toBeGreaterThanOrEqual(parses)
    expect(turns).toBeLessThanOrEqual(parses + 1)
  })

  it('is told again without parsing or reading a file, for as many files and states as may be', async () => {
    const { git, read } = repository('')
    const first = await ask(git, 10, 20)
    const { files } = read
    expect(await turnsOf(async () => expect(await ask(git, 10, 20)).toEqual(first))).toBeLessThanOrEqual(1)
    expect(read.files).toBe(files)
    expect(first).toMatchObject({ result: 'restorable' })
  })

  it('is not told from more than 20 states', async () => {
    const { git } = repository('')
    expect(await ask(git, 1, 21)).toEqual({ result: 'refused', why: '21 commits to these files have come since' })
  })

  it('is not told from more than 400 kB in all, of which not much more is read, whatever was asked before', async () => {
    const large = () => repository(`# ${'x'.repeat(20_000)}\n`)
    const refusedAt = (path: string) => ({
      result: 'refused',
      why: `in ${path}, there is more than 400 kB to compare, with other files and commits`,
    })
    const { git } = large()
    // Of each file three texts, and one more for each more commit.
    expect(await ask(git, 6, 1)).toMatchObject({ result: 'restorable' })
    expect(await ask(git, 6, 2)).toEqual(refusedAt('1.yaml'))
    expect(await ask(git, 6, 2)).toEqual(refusedAt('1.yaml'))
    expect(await ask(git, 7, 1)).toEqual(refusedAt('6.yaml'))
    const { git: anew, read } = large()
    expect(await ask(anew, 10, 20)).toEqual(refusedAt('6.yaml'))
    expect(read.characters).toBeLessThan(500_000)
  })

  it('is not told from a file of more than 200 documents, which is not parsed', async () => {
    const { git, read } = repository('---\n'.repeat(201))
    const refused = { result: 'refused', why: 'in 0.yaml, it has more than 200 documents' }
    expect(await ask(repository('---\n'.repeat(200)).git, 1, 1)).toMatchObject({ result: 'restorable' })
    expect(await ask(git, 10, 6)).toEqual(refused)
    expect(await ask(git, 10, 6)).toEqual(refused)
    expect(read.files).toBe(3)
    expect(await ask(repository('...\nx\n'.repeat(201)).git, 1, 1)).toEqual(refused)
  })
})

/** What is left of a release, in all files, after the last of these changes: N, N+1, and what others have changed since. */
async function leftOf(...changes: readonly [Changes, Changes, ...Changes[]]): Promise<Left> {
  const { git, commit } = aRepositoryAt(REPO)
  const [good = GOOD, bad = BAD, ...since] = changes.map((files) => commit(files))
  return readLeftSince(git, { good, bad, paths: [...new Set(changes.flatMap(Object.keys))] }, since)
}

const TEXT = '# '.padEnd(60_000, '-')
const each = (count: number, text: (index: number) => string): Changes =>
  Object.fromEntries(pathsOf(count).map((path, index) => [path, text(index)]))
const refused = (why: string): Left => ({ result: 'refused', why })
const NOT_PLAIN = 'in a.yaml, which has been changed since, it is no file of plain YAML in all its states'

describe('what others have left of a release', () => {
  it.each<[string, [Changes, Changes, ...Changes[]], Left]>([
    ['nobody has changed the files since', [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\n' }], { result: 'restorable', files: [] }],
    [
      'one of its files was changed beside it, as was one that it did not change; a third is as at N, as ever',
      [
        { 'a.yaml': `a: 1\n${TEXT}`, 'b.yaml': 'b: 1\n', 'c.yaml': 'c: 1\n' },
        { 'a.yaml': `a: 2\n${TEXT}` },
        { 'a.yaml': `b: 3\na: 2\n${TEXT}`, 'b.yaml': 'b: 2\n' },
      ],
      {
        result: 'restorable',
        files: [
          { path: 'a.yaml', fields: ['a'], text: `b: 3\na: 1\n${TEXT}` },
          { path: 'b.yaml', fields: [], text: 'b: 2\n' },
        ],
      },
    ],
    ['all of it is as at N', [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\n' }, { 'a.yaml': 'a: 1\n' }], { result: 'back' }],
    ['its fields are as at N', [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\n' }, { 'a.yaml': 'a: 1\nb: 1\n' }], { result: 'back' }],
    [
      'one of two files is as at N',
      [{ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' }, { 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 2\n' }, { 'a.yaml': 'a: 1\n' }],
      refused('some of what the release changed is back already'),
    ],
    [
      'it was as at N for a while',
      [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\n' }, { 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\nb: 1\n' }],
      refused('what the release changed was back for a while'),
    ],
    [
      'a field of it was another one for a while',
      [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\n' }, { 'a.yaml': 'a: 3\n' }, { 'a.yaml': 'a: 2\nb: 1\n' }],
      refused('in a.yaml, a has been changed since, or what it stands in'),
    ],
    [
      'ten files were changed since',
      [each(10, () => 'a: 1\n'), each(10, () => 'a: 2\n'), each(10, (index) => `a: 2\nb: ${index}\n`)],
      { result: 'restorable', files: pathsOf(10).map((path, index) => ({ path, fields: ['a'], text: `a: 1\nb: ${index}\n` })) },
    ],
    [
      'eleven were',
      [each(11, () => 'a: 1\n'), each(11, () => 'a: 2\n'), each(11, (index) => `a: 2\nb: ${index}\n`)],
      refused('11 of the files have been changed since'),
    ],
    [
      'a file that is changed since is no YAML',
      [{ 'a.json': '{"a": 1}' }, { 'a.json': '{"a": 2}' }, { 'a.json': '{"a": 2, "b": 1}' }],
      refused(NOT_PLAIN.replace('a.yaml', 'a.json')),
    ],
    ['the release made it', [{ 'b.yaml': 'b: 1\n' }, { 'a.yaml': 'a: 2\n' }, { 'a.yaml': 'a: 2\nb: 1\n' }], refused(NOT_PLAIN)],
    ['the release took it away', [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': null }, { 'a.yaml': 'a: 2\n' }], refused(NOT_PLAIN)],
    ['it is gone since', [{ 'a.yaml': 'a: 1\n' }, { 'a.yaml': 'a: 2\n' }, { 'a.yaml': null }], refused(NOT_PLAIN)],
  ])('is told where %s', async (_, changes, left) => {
    expect(await leftOf(...changes)).toEqual(left)
  })

  it('is told from 400 kB, and from not a character more', async () => {
    /** Three files; of each, now differs from N+1 in its layout alone. */
    const state = (version: number, space: string, more = 0) =>
      each(3, (index) => `a: ${version} # ${index} `.padEnd(index === 2 ? 25_000 + more : 50_000, space))
    const of = (more: number): Promise<Left> => leftOf(state(1, '-'), state(2, '-'), state(2, '+', more))
    expect(3 * (50_000 + 50_000 + 25_000) + 25_000).toBe(400_000)
    expect(await of(25_000)).toMatchObject({ result: 'restorable' })
    expect(await of(25_001)).toEqual(refused('in 2.yaml, there is more than 400 kB to compare, with other files and commits'))
  })
})

describe('a commit has what a restore would have', () => {
  /** Of N, N+1, the base of the restore, and the commit. */
  async function isRestored(...changes: readonly [Changes, Changes, Changes, Changes]): Promise<boolean> {
    const { git, commit } = aRepositoryAt(REPO)
    const [good = GOOD, bad = BAD, base = BAD, at = BAD] = changes.map((files) => commit(files))
    return isRestoredOnto(git, { good, bad, paths: [...new Set(changes.flatMap(Object.keys))] }, { base, at })
  }
  const release: readonly [Changes, Changes] = [
    { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' },
    { 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 2\n' },
  ]
  const beside: Changes = { 'a.yaml': 'a: 2\nc: 3\n' }

  it.each<[string, Changes, Changes, Changes, Changes, boolean]>([
    ['each file is as at N', ...release, {}, release[0], true],
    ['one says the same as at N in another layout', ...release, {}, { 'a.yaml': '# ours\na: 1\n', 'b.yaml': 'b: 1\n' }, true],
    ['one is not as at N', ...release, {}, { 'a.yaml': 'a: 1\n' }, false],
    ['one is gone', ...release, {}, { 'a.yaml': null, 'b.yaml': 'b: 1\n' }, false],
    ['one was changed beside, and has its field of N', ...release, beside, { 'a.yaml': 'a: 1\nc: 3\n', 'b.yaml': 'b: 1\n' }, true],
    ['one was changed beside, and is as at N altogether', ...release, beside, release[0], false],
    ['nothing is left of the release', ...release, release[0], {}, false],
    ['what the release made is gone', { 'b.yaml': 'b: 1\n' }, release[1], {}, { 'a.yaml': null, 'b.yaml': 'b: 1\n' }, true],
    ['what the release made is there', { 'b.yaml': 'b: 1\n' }, release[1], {}, { 'b.yaml': 'b: 1\n' }, false],
    ['a file that is no YAML says the same in another layout', { 'a.json': '[1]' }, { 'a.json': '[2]' }, {}, { 'a.json': '[ 1]' }, false],
    ['ten files say the same in another layout', each(10, () => 'a: 1\n'), each(10, () => 'a: 2\n'), {}, each(10, () => 'a:  1\n'), true],
    ['eleven would have to be read', each(11, () => 'a: 1\n'), each(11, () => 'a: 2\n'), {}, each(11, () => 'a:  1\n'), false],
  ])('where %s', async (_, ...[good, bad, base, at, is]) => {
    expect(await isRestored(good, bad, base, at)).toBe(is)
  })
})
