import { expect, test } from 'vitest'
import { readCommitObject } from '../../../src/adapters/git/commit-object.ts'
import { pathspecs } from '../../../src/adapters/git/names.ts'
import type { CommitSha, InputPath } from '../../../src/domain/application/commit.ts'
import { createOrigin, sha, type Origin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

const ALL: readonly InputPath[] = [{ path: '', glob: false }]
const ADA = 'Ada Lovelace <ada@example.com> 1700000000 +0100'

const MESSAGES: Readonly<Record<string, string>> = {
  'of one line': 'subject\n',
  'without a line end': 'subject',
  'with a body': 'subject\n\nbody\n  more\n\nTrailer: x\n\n\n',
  'whose subject has several lines': 'one  \ntwo\t\n three\n\nbody',
  'that begins with blank lines': '\n \t\n  subject\n \nbody\n',
  'with carriage returns': 'subject\r\n\r\nbody\r\n',
  'that is empty': '',
  'that is blank': ' \n\n',
  'of other scripts': 'größer 🚀\n\nтело\n',
}

const AUTHORS: Readonly<Record<string, string>> = {
  'as usual': ADA,
  'with brackets in the name': 'kedge[bot] "x" (y) <1+kedge[bot]@users.example> 0 +0000',
  'without a name': ' <ada@example.com> 1700000000 +0000',
  'with blanks around the name': ' Ada  <ada@example.com> 1700000000 +0000',
  'with a blank in the address': 'Ada <ada at example> 1700000000 +0000',
  'without an address': 'Ada <> 1700000000 -0130',
  'with two addresses': 'Ada <a@b> <c@d> 1700000000 +0000',
}

/** Whatever it is: Git checks nothing of it. `MAIN` in `more` is the commit before it. */
function write(origin: Origin, { author = ADA, message = 'x\n', more = '', bytes = Buffer.alloc(0) }): CommitSha {
  const tree = origin.git(['rev-parse', 'main^{tree}'])
  const text = `tree ${tree}\nauthor ${author}\ncommitter ${ADA}\n${more}\n${message}`
  const head = Buffer.from(text.replaceAll('MAIN', origin.git(['rev-parse', 'main'])))
  return sha(origin.git(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], Buffer.concat([head, bytes])))
}

test.for([
  ...Object.entries(MESSAGES).map(([name, message]) => [`a message ${name}`, { message }] as const),
  ...Object.entries(AUTHORS).map(([name, author]) => [`an author ${name}`, { author }] as const),
  ['a signature', { more: 'gpgsig -----BEGIN-----\n \n author Eve <e@e> 1 +0000\n -----END-----\n' }],
  ['a second author', { more: 'author Eve <e@e> 1 +0000\n' }],
  ['a second committer', { more: 'committer Eve <e@e> 1 +0000\n' }],
  ['an encoding', { more: 'encoding ISO-8859-1\n', bytes: Buffer.from([0xe9, 0x0a]) }],
  ['bytes that are no text', { bytes: Buffer.from([0x61, 0xff, 0x0a]) }],
] as const)('a commit with %s is told as git log tells it', async ([, parts]) => {
  await using origin = await createOrigin()
  origin.commit({ a: '1' })
  const commit = write(origin, parts)
  origin.git(['update-ref', 'refs/heads/main', commit])
  await using opened = await openAt(origin.dir, { fsckObjects: false })
  await opened.repository.fetch('main')
  expect(await opened.repository.newestTouching(commit, ALL)).toEqual(await opened.repository.commit(commit))
})

test('a header that is called parent makes nothing an ancestor', async () => {
  await using origin = await createOrigin()
  const base = sha(origin.commit({ a: '1' }))
  const side = sha(origin.commit({ a: 'side' }, { branch: 'side', parents: [base] }))
  const tree = origin.git(['rev-parse', `${base}^{tree}`])
  const text = `tree ${tree}\nparent ${base}\nauthor ${ADA}\ncommitter ${ADA}\nparent ${side}\n\nx\n`
  const commit = sha(origin.git(['hash-object', '-t', 'commit', '-w', '--stdin'], text))
  origin.git(['update-ref', 'refs/heads/main', commit])
  expect(origin.git(['fsck', '--strict'])).toBe('')
  await using opened = await openAt(origin.dir)
  const { repository } = opened
  await repository.fetch('main')
  await repository.fetch('side')
  expect([await repository.isAncestor(side, commit), await repository.mergeBase(side, commit)]).toEqual([false, base])
})

test(
  'the commits that touch the inputs, and those that two have in common, are those that Git names, however commits branch and merge',
  { timeout: 120_000 },
  async () => {
    await using origin = await createOrigin()
    const commits: CommitSha[] = []
    for (let at = 0; at < 40; at += 1) {
      const older = (back: number): CommitSha | undefined => commits[commits.length - back]
      const [parent, other] = [at % 7 === 3 ? older(4) : older(1), at % 5 === 4 ? older(3) : undefined]
      const parents = [parent, other].filter((one) => one !== undefined)
      const path = ['a', 'd/b', 'd/e/c'][at % 3] ?? 'a'
      commits.push(origin.commit({ [path]: `${at}` }, { parents, message: `${at}` }))
    }
    await using opened = await openAt(origin.dir)
    const { repository } = opened
    await repository.fetch('main')
    for (const [index, to] of commits.entries()) {
      const from = commits[(index * 11 + 5) % commits.length] ?? to
      const inputs: readonly InputPath[] = [{ path: ['a', 'd', 'd/e', 'd/**'][index % 4] ?? 'a', glob: index % 4 === 3 }]
      const asked = (...args: string[]): string[] =>
        origin
          .git(['rev-list', '--first-parent', ...args, '--', ...pathspecs(inputs)])
          .split('\n')
          .filter(Boolean)
      const between = (await repository.commitsTouching(from, to, inputs)).map((commit) => commit.sha)
      expect([index, between]).toEqual([index, asked(to, `^${from}`).reverse()])
      const base = origin.git(['merge-base', from, to])
      expect([index, await repository.mergeBase(from, to), await repository.isAncestor(from, to)]).toEqual([index, base, base === from])
      expect([index, (await repository.newestTouching(to, inputs))?.sha]).toEqual([index, asked('--max-count=1', to)[0]])
    }
  },
)

test.for(['a subject', 'a body'])('of %s without end no more is kept than people read', async (what) => {
  await using origin = await createOrigin()
  origin.commit({ a: '1' })
  const long = '€ 0123456789\n'.repeat(100_000)
  const line = long.replaceAll('\n', ' ')
  const commit = write(origin, { message: what === 'a body' ? `subject\n\n${long}` : line })
  origin.git(['update-ref', 'refs/heads/main', commit])
  await using opened = await openAt(origin.dir, { fsckObjects: false })
  await opened.repository.fetch('main')
  const kept = what === 'a body' ? { subject: 'subject', body: long.slice(0, 64 * 1024) } : { subject: line.slice(0, 2_000), body: '' }
  expect(await opened.repository.newestTouching(commit, ALL)).toMatchObject(kept)
  expect(await opened.repository.commit(commit)).toMatchObject(kept)
})

test('of a message without a line end its beginning is enough, wherever it is cut', () => {
  const head = `tree ${'a'.repeat(40)}\nauthor ${ADA}\ncommitter ${ADA}\n\n`
  const content = Buffer.from(`${head}${'€'.repeat(10_000)}`)
  for (const cut of [8_000, 8_001, 8_002]) {
    const told = readCommitObject('b'.repeat(40) as CommitSha, content.subarray(0, cut), content.length)
    expect(told).toMatchObject({ subject: '€'.repeat(2_000), body: '' })
  }
})

test('of a message without end that is no text, Git itself tells the beginning of its subject', async () => {
  await using origin = await createOrigin()
  origin.commit({ a: '1' })
  const bytes = Buffer.concat([Buffer.alloc(300_000, 0xff), Buffer.from('\n\nbody\n')])
  const commit = write(origin, { message: 'subject ', author: `${'A'.repeat(300)} <ada@example.com> 1700000000 +0000`, bytes })
  origin.git(['update-ref', 'refs/heads/main', commit])
  await using opened = await openAt(origin.dir, { fsckObjects: false })
  await opened.repository.fetch('main')
  const told = await opened.repository.commit(commit)
  expect(told).toMatchObject({ sha: commit, body: '', author: { email: 'ada@example.com' }, committedAt: 1_700_000_000_000 })
  expect(told.subject).toMatch(/^subject .+/)
  expect([told.subject.length <= 2_000, told.author.name.length <= 200]).toEqual([true, true])
})
