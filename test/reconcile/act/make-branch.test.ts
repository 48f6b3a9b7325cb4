import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { deleteLeftover, makeBranch } from '../../../src/reconcile/act/make-branch.ts'
import { aHost, BRANCH, fault, OTHER_MODE, V1, type Host } from './a-host.ts'

const made = (host: Host, fields: Parameters<Host['facts']>[0] = {}): Promise<CommitSha | undefined> =>
  makeBranch(host.environment, host.revert(), host.facts(fields))

const refused = (what: string, more: object = {}): unknown => ({
  code: 'E_GIT_REFUSED',
  what,
  retryable: false,
  retryAfterSeconds: undefined,
  ...more,
})
describe.each(['push', 'api'] as const)('the branch of a revert (%s)', (via) => {
  it('is not made without a proof', async () => {
    const host = await aHost({ via })
    expect([await made(host, { proof: null }), host.head()]).toEqual([undefined, undefined])
  })

  it('is taken as it is where it holds this revert, on whichever commit of the base branch', async () => {
    const host = await aHost({ via })
    const own = host.push(V1)
    const later = host.commit({ 'docs/notes.md': 'moved\n' })
    expect(await made(host, { proof: await host.prove(later) })).toBe(own)
    expect(host.head()).toBe(own)
  })

  it('is never moved where it holds something else', async () => {
    const host = await aHost({ via })
    const theirs = host.push({ ...V1, 'apps/web/note.yaml': '# mine\n' })
    const what = `the branch ${BRANCH} is there already and holds something else than this revert (${theirs.slice(0, 12)})`
    expect(await fault(made(host))).toEqual(refused(what))
    expect(host.head()).toBe(theirs)
  })

  it('is made anew where it was left without a commit: this try deletes it, the next one makes it', async () => {
    const host = await aHost({ via })
    host.put(host.bad)
    const what = `the branch ${BRANCH} was there without a commit; it is made anew`
    expect(await fault(made(host))).toEqual(refused(what, { retryable: true }))
    expect(host.head()).toBeUndefined()
    expect(await made(host)).toBe(host.head())
  })

  it.each([
    [new KedgeError('E_GIT_REFUSED', 'a rule keeps it'), 'a rule keeps it'],
    [new Error('cut off'), 'Error: cut off'],
  ])('is told of where it was left without a commit and cannot be deleted: %s', async (thrown, why) => {
    const host = await aHost({ via })
    host.put(host.bad)
    host.instead.git = { deleteBranch: () => Promise.reject(thrown) }
    expect(await fault(made(host))).toEqual(refused(`the branch ${BRANCH} was left without a commit, and cannot be deleted: ${why}`))
  })

  it.each<[string, Host['instead']['git']]>([
    ['the base branch is gone', { fetch: async () => undefined }],
    ['its commit is not here', { has: async () => false }],
  ])('stays where it might be without a commit and %s', async (_, git) => {
    const host = await aHost({ via })
    host.put(host.bad)
    host.instead.git = { ...git, isAncestor: async () => true }
    expect(await fault(made(host))).toMatchObject({
      code: 'E_GIT_REFUSED',
      retryable: false,
      what: expect.stringContaining('something else'),
    })
    expect(host.head()).toBe(host.bad)
  })
})

describe('a branch that is pushed', () => {
  it('is at the very commit that was proven', async () => {
    const host = await aHost()
    expect([await made(host), host.head()]).toEqual([host.proof.commit, host.proof.commit])
  })

  it('and was pushed before may have other modes: Kedge itself made it', async () => {
    const host = await aHost()
    const own = host.push(OTHER_MODE)
    expect(await made(host)).toBe(own)
  })
})

describe('what an earlier try has left of a revert that is no longer right', () => {
  const left = (host: Host): Promise<void> => deleteLeftover(host.environment, host.revert())

  it.each<[string, (host: Host) => unknown, boolean]>([
    ['is deleted where it is the revert', (host) => host.push(V1), true],
    ['is deleted where it has no commit', (host) => host.put(host.bad), true],
    ['stays where it is anything else', (host) => host.push({ ...V1, 'apps/web/note.yaml': '# mine\n' }), false],
  ])('%s', async (_, put, isDeleted) => {
    const host = await aHost()
    put(host)
    const before = host.head()
    await left(host)
    expect(host.head()).toBe(isDeleted ? undefined : before)
  })

  it('is nothing where there is no branch', async () => {
    const host = await aHost()
    host.instead.git = { fetch: () => Promise.reject(new Error('nothing is asked')), deleteBranch: () => Promise.reject(new Error('no')) }
    await expect(left(host)).resolves.toBeUndefined()
  })

  it('is not looked for in a repository that is not allowed any more', async () => {
    const host = await aHost()
    host.push(V1)
    host.instead.allows = false
    await left(host)
    expect(host.head()).toBeDefined()
  })
})
