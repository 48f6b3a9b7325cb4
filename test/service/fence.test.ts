import { expect, test } from 'vitest'
import type { Channel } from '../../src/ports/channel.ts'
import type { Forge, HostedForges } from '../../src/ports/forge.ts'
import type { GitRepositories, GitRepository } from '../../src/ports/git.ts'
import { fenceChannel, fenceForges, fenceRepositories } from '../../src/service/fence.ts'

/**
 * What each part of a port is: a write is refused where another leads, a read is not. A part that is new is classed here, or nothing
 * compiles; that a write is not called a read is for who adds it.
 */
type Classed<Port> = { readonly [Part in keyof Port]-?: NonNullable<Port[Part]> extends (...values: never[]) => unknown ? Class : 'value' }
type Class = 'read' | 'write' | 'opens'

const FORGE = {
  markup: 'value',
  findByBranch: 'read',
  get: 'read',
  listOpen: 'read',
  commit: 'write',
  open: 'write',
  updateBody: 'write',
  comment: 'write',
  hasClosed: 'read',
  close: 'write',
  decorate: 'write',
  introducedBy: 'read',
  peopleOn: 'read',
  commitUrl: 'read',
  statusOf: 'read',
  setStatus: 'write',
  deploy: 'write',
} satisfies Classed<Forge>

const FORGES = {
  forRepository: 'opens',
  addressNow: 'read',
  credentialsFor: 'read',
  rateLimitRemaining: 'read',
} satisfies Classed<HostedForges>

/** What is fetched and built stays in Kedge's own mirror. */
const REPOSITORY = {
  repoURL: 'value',
  fetch: 'read',
  defaultBranch: 'read',
  has: 'read',
  isAncestor: 'read',
  mergeBase: 'read',
  commit: 'read',
  newestTouching: 'read',
  commitsTouching: 'read',
  changedPaths: 'read',
  differingPaths: 'read',
  filesOf: 'read',
  changesOf: 'read',
  fingerprint: 'read',
  objectNames: 'read',
  kindsAt: 'read',
  listFiles: 'read',
  readFile: 'read',
  readFiles: 'read',
  linkTarget: 'read',
  buildRestore: 'read',
  push: 'write',
  remoteBranch: 'read',
  deleteBranch: 'write',
} satisfies Classed<GitRepository>

/** Who opened them closes them: they are not closed through the fence. */
const REPOSITORIES = { open: 'opens' } satisfies Omit<Classed<GitRepositories>, typeof Symbol.asyncDispose>

const CHANNEL = { publish: 'write', sideOf: 'read' } satisfies Classed<Channel>

type Table = Readonly<Record<string, Class | 'value'>>

/** The names of those of a class. */
function those(which: Class, table: Table): readonly string[] {
  return Object.keys(table).filter((name) => table[name] === which)
}

type Calls = Readonly<Record<string, (...values: unknown[]) => Promise<unknown>>>

/** Notes what it is asked. */
function recording(table: Table): { calls: Calls; asked: string[] } {
  const asked: string[] = []
  const call = (name: string) => async (): Promise<void> => void asked.push(name)
  return { calls: Object.fromEntries([...those('read', table), ...those('write', table)].map((name) => [name, call(name)])), asked }
}

/** What comes of each, by its name. */
async function tell(calls: unknown, names: readonly string[]): Promise<readonly string[]> {
  const tellOf = async (name: string): Promise<string> =>
    (calls as Calls)[name]?.().then(
      () => 'asked',
      (fault: Error) => fault.message,
    ) ?? 'missing'
  return Promise.all(names.map(async (name) => `${name}: ${await tellOf(name)}`))
}

const refuse = (): never => {
  throw new Error('another leads')
}

test.each([
  [refuse, 'another leads'],
  [() => undefined, 'asked'],
])('each write asks first whether it may, and no read does', async (assertMayAct, answer) => {
  const [forge, forges, git, channel] = [recording(FORGE), recording(FORGES), recording(REPOSITORY), recording(CHANNEL)]
  const hosted = fenceForges({ ...forges.calls, forRepository: () => forge.calls } as unknown as HostedForges, assertMayAct)
  const opening = { ...recording(REPOSITORIES).calls, open: async () => git.calls } as unknown as GitRepositories
  const repositories = fenceRepositories(opening, assertMayAct)
  const fenced: readonly (readonly [unknown, Table, readonly string[]])[] = [
    [hosted, FORGES, forges.asked],
    [hosted.forRepository('url'), FORGE, forge.asked],
    [repositories, REPOSITORIES, []],
    [await repositories.open('url'), REPOSITORY, git.asked],
    [fenceChannel(channel.calls as unknown as Channel, assertMayAct), CHANNEL, channel.asked],
  ]
  for (const [port, table, asked] of fenced) {
    const [reads, writes] = [those('read', table), those('write', table)]
    expect(await tell(port, reads)).toEqual(reads.map((name) => `${name}: asked`))
    expect(await tell(port, writes)).toEqual(writes.map((name) => `${name}: ${answer}`))
    expect(asked).toEqual(answer === 'asked' ? [...reads, ...writes] : reads)
  }
})

test('a repository stays one object, so that what was read of it is found again', async () => {
  const git = [recording(REPOSITORY), recording(REPOSITORY)].map(({ calls }) => calls)
  const repositories = fenceRepositories({ open: async (url: string) => git[Number(url)] } as unknown as GitRepositories, () => undefined)
  expect(await repositories.open('0')).toBe(await repositories.open('0'))
  expect(await repositories.open('0')).not.toBe(await repositories.open('1'))
})
