import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createRunningStage, type Stage } from './stage.ts'

/** Somebody commits, beside all else, a tree as tools of long ago wrote them. */
function commitMalformed({ origin }: Stage, folder: string): string {
  const blob = origin.git(['hash-object', '-w', '--stdin'], 'x')
  const tree = origin.git(
    ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'],
    Buffer.concat([Buffer.from('0100644 x\0'), Buffer.from(blob, 'hex')]),
  )
  const put = (root: string, [name = '', ...below]: readonly string[]): string => {
    const entries = origin
      .git(['ls-tree', root])
      .split('\n')
      .filter((line) => line !== '')
    const there = entries.find((line) => line.endsWith(`\t${name}`))
    const child = below.length === 0 ? tree : put(there?.split(/\s/)[2] ?? '', below)
    return origin.git(['mktree'], [...entries.filter((line) => line !== there), `040000 tree ${child}\t${name}`, ''].join('\n'))
  }
  const author = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }
  const commit = origin.git(['commit-tree', put('main^{tree}', folder.split('/')), '-p', 'main', '-m', 'old tool'], undefined, author)
  origin.git(['update-ref', 'refs/heads/main', commit])
  return commit
}

it("D13: a malformed object in another team's folder keeps nobody from a PR", async () => {
  await using stage = await createRunningStage({ fetches: true })
  commitMalformed(stage, 'team')
  stage.commit({ 'team/readme': 'x\n' }, 'another team')
  await stage.release('v2')
  await stage.abort()
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it('D13: one that the release is read through is refused, by its commit and folder', async () => {
  await using stage = await createRunningStage({ fetches: true })
  commitMalformed(stage, 'apps/web')
  const mended = stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'apps/web/readme': 'x\n' }, 'mended')
  await stage.release('v2')
  await stage.abort()
  await stage.advance(60_000)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toBe(
    `No revert PR: Git cannot be believed here: the folder "apps/web" of the commit before ${mended} is malformed ` +
      '(225f358ce237): git said "zeroPaddedFilemode: contains zero-padded file modes".',
  )
})
