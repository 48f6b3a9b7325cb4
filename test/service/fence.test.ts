import { expect, test } from 'vitest'
import type { Channel } from '../../src/ports/channel.ts'
import type { HostedForges } from '../../src/ports/forge.ts'
import type { GitRepositories } from '../../src/ports/git.ts'
import { fenceChannel, fenceForges, fenceRepositories } from '../../src/service/fence.ts'

const READS_OF_A_FORGE = ['findByBranch', 'get', 'listOpen', 'hasClosed', 'introducedBy', 'peopleOn', 'commitUrl', 'statusOf']
const WRITES_OF_A_FORGE = ['commit', 'open', 'updateBody', 'comment', 'close', 'decorate', 'setStatus', 'deploy']
const READS_OF_GIT = ['fetch', 'has', 'readFile', 'buildRestore', 'remoteBranch']
const WRITES_OF_GIT = ['push', 'deleteBranch']

type Calls = Readonly<Record<string, (...values: unknown[]) => Promise<unknown>>>

/** Notes what it is asked. */
function recording(names: readonly string[]): { calls: Calls; asked: string[] } {
  const asked: string[] = []
  const call = (name: string) => async (): Promise<void> => void asked.push(name)
  return { calls: Object.fromEntries(names.map((name) => [name, call(name)])), asked }
}

async function askEach(calls: unknown, names: readonly string[]): Promise<readonly string[]> {
  const answers = names.map((name) =>
    (calls as Calls)[name]?.().then(
      () => 'asked',
      (fault: Error) => fault.message,
    ),
  )
  return Promise.all(answers.map(async (answer) => (await answer) ?? 'missing'))
}

const refuse = (): never => {
  throw new Error('another leads')
}

test.each([
  [refuse, 'another leads'],
  [() => undefined, 'asked'],
])('each write asks first whether it may, and no read does', async (assertMayAct, answer) => {
  const forge = recording([...READS_OF_A_FORGE, ...WRITES_OF_A_FORGE])
  const git = recording([...READS_OF_GIT, ...WRITES_OF_GIT])
  const channel = recording(['publish'])
  const forges = fenceForges({ forRepository: () => forge.calls } as unknown as HostedForges, assertMayAct)
  const repositories = fenceRepositories({ open: async () => git.calls } as unknown as GitRepositories, assertMayAct)
  const fenced = [
    [forges.forRepository('url'), READS_OF_A_FORGE, WRITES_OF_A_FORGE],
    [await repositories.open('url'), READS_OF_GIT, WRITES_OF_GIT],
    [fenceChannel(channel.calls as unknown as Channel, assertMayAct), [], ['publish']],
  ] as const
  for (const [port, reads, writes] of fenced) {
    expect(await askEach(port, reads)).toEqual(reads.map(() => 'asked'))
    expect(await askEach(port, writes)).toEqual(writes.map(() => answer))
  }
  const written = [...forge.asked, ...git.asked, ...channel.asked].filter((name) =>
    [...WRITES_OF_A_FORGE, ...WRITES_OF_GIT, 'publish'].includes(name),
  )
  expect(written).toHaveLength(answer === 'asked' ? 11 : 0)
})

test('a repository stays one object, so that what was read of it is found again', async () => {
  const git = [recording(READS_OF_GIT), recording(READS_OF_GIT)].map(({ calls }) => calls)
  const repositories = fenceRepositories({ open: async (url: string) => git[Number(url)] } as unknown as GitRepositories, () => undefined)
  expect(await repositories.open('0')).toBe(await repositories.open('0'))
  expect(await repositories.open('0')).not.toBe(await repositories.open('1'))
})
