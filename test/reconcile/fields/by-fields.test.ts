import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { readLeftSince } from '../../../src/reconcile/fields/by-fields.ts'

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
