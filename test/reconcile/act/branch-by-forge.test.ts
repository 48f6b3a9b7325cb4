import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { ForgeCommitRequest } from '../../../src/ports/forge.ts'
import { makeBranch } from '../../../src/reconcile/act/make-branch.ts'
import { aHost, BRANCH, fault, FILE, OTHER_MODE, V1, type Host } from './a-host.ts'

const made = (host: Host, fields: Parameters<Host['facts']>[0] = {}): Promise<CommitSha | undefined> =>
  makeBranch(host.environment, host.revert(), host.facts(fields))

const differs = (what: string): unknown => ({ code: 'E_FORGE_COMMIT_DIFFERS', what, retryable: false, retryAfterSeconds: 300 })

describe('a branch that the forge makes', () => {
  it('is asked for with the parent, the message and the files that were proven', async () => {
    const host = await aHost({ via: 'api' })
    const asked: ForgeCommitRequest[] = []
    const forge = host.forges.forRepository(host.revert().repoURL)
    host.instead.forge = { commit: async (request) => (asked.push(request), forge.commit(request)) }
    const commit = await made(host)
    expect(asked).toEqual([
      {
        branch: BRANCH,
        parent: host.bad,
        message: 'Revert "web v2"\n\nWhat has failed.\n\nKedge-Revert-Key: k\n',
        author: undefined,
        files: await host.repository.changesOf(host.proof.commit, { files: 2, bytes: 100 }),
      },
    ])
    expect(commit).toBe(host.head())
    expect(commit).not.toBe(host.proof.commit)
  })

  it.each<[string, Host['instead']['git'] | 'root']>([
    ['more than 200 files', { changesOf: async () => undefined }],
    ['a first commit', 'root'],
  ])('cannot be of %s', async (_, git) => {
    const host = await aHost({ via: 'api' })
    const { repository } = host
    const rootless: Host['instead']['git'] = { commit: async (at) => ({ ...(await repository.commit(at)), parents: [] }) }
    host.instead.git = git === 'root' ? rootless : git
    expect(await fault(made(host))).toEqual({
      code: 'E_FORGE_COMMIT',
      what: 'the revert changes more than 200 files or 8 MiB, which is too much for one request to the forge',
      retryable: false,
      retryAfterSeconds: undefined,
    })
    expect(host.head()).toBeUndefined()
  })

  it.each<[string, Error]>([
    ['no answer', new KedgeError('E_FORGE_UNREACHABLE', 'cut off')],
    ['no words for it', new KedgeError('E_FORGE_COMMIT', 'a submodule')],
    ['a fault of its own', new Error('what?')],
  ])('is left for the next try to look at after %s', async (_, thrown) => {
    const host = await aHost({ via: 'api' })
    host.instead.forge = { commit: async () => (host.put(host.bad), Promise.reject(thrown)) }
    await expect(made(host)).rejects.toBe(thrown)
    expect(host.head()).toBe(host.bad)
  })

  it.each([
    ['waits five minutes, as everybody saw it come and go', 'E_FORGE_REJECTED', 300],
    ['is tried soon where the forge is only slow', 'E_FORGE_RATE_LIMITED', 7],
    ['is tried soon where one part of the forge has not heard of it yet', 'E_FORGE_NOT_FOUND', 7],
  ] as const)('is deleted where the forge refuses half-way: it %s', async (_, code, retryAfterSeconds) => {
    const host = await aHost({ via: 'api' })
    const thrown = new KedgeError(code, 'no ticket', { retryAfterSeconds: 7 })
    host.instead.forge = { commit: async () => (host.put(host.bad), Promise.reject(thrown)) }
    expect(await fault(made(host))).toEqual({ code, what: 'no ticket', retryable: thrown.retryable, retryAfterSeconds })
    expect(host.head()).toBeUndefined()
  })

  it.each<[string, Host['instead']['git']]>([
    ['before anybody saw a branch', {}],
    ['and nothing can be deleted', { deleteBranch: () => Promise.reject(new Error('nothing is deleted here')) }],
  ])('is refused with the words of the forge %s', async (_, git) => {
    const host = await aHost({ via: 'api' })
    const thrown = new KedgeError('E_FORGE_REJECTED', 'no ticket')
    host.instead.git = git
    host.instead.forge = { commit: () => Promise.reject(thrown) }
    await expect(made(host)).rejects.toBe(thrown)
  })

  it('may have come to be by somebody else meanwhile, and is then looked at as any that was there', async () => {
    const host = await aHost({ via: 'api' })
    let own: CommitSha | undefined
    host.instead.forge = { commit: async () => void (own = host.push(V1)) }
    expect(await made(host)).toBe(own)
    expect(own).toBe(host.head())
  })

  it.each<[string, Host['instead']['forge'], Host['instead']['git'], RegExp]>([
    ['says is there', { commit: async () => undefined }, {}, /^the forge says that the branch \S+ is there, and Git that it is not$/],
    ['names', {}, { has: async () => false }, /^Git has no commit \w{40} yet, which the forge has made$/],
  ])('which the forge %s, and Git does not have, is looked for again', async (_, forge, git, what) => {
    const host = await aHost({ via: 'api' })
    Object.assign(host.instead, { forge, git })
    expect(await fault(made(host))).toMatchObject({ code: 'E_FORGE_UNREACHABLE', what: expect.stringMatching(what) })
  })
})

describe('a commit of the forge', () => {
  type Push = (host: Host) => CommitSha
  const OTHERS: readonly [string, Push, (host: Host) => string][] = [
    ['of another tree', (host) => host.push({ [FILE]: 'image: web:v3\n' }), ({ bad }) => bad.slice(0, 12)],
    ['on another parent', (host) => host.push(V1, { parents: [host.good] }), ({ good }) => good.slice(0, 12)],
    [
      'that merges',
      (host) => host.push(V1, { parents: [host.bad, host.good] }),
      ({ bad, good }) => `${bad.slice(0, 12)} and ${good.slice(0, 12)}`,
    ],
    ['on top of nothing', (host) => host.push({ ...V1, 'other/readme': 'y\n' }, { parents: [] }), () => ''],
  ]

  it.each(
    OTHERS.flatMap(([what, push, onto]) => [
      [what, 'and is deleted', { push, onto, isLocked: false }] as const,
      [what, 'and stays where nothing can be deleted', { push, onto, isLocked: true }] as const,
    ]),
  )('%s is not what was proven, %s', async (_, __, { push, onto, isLocked }) => {
    const host = await aHost({ via: 'api' })
    let name = host.bad
    host.instead.forge = { commit: async () => (name = push(host)) }
    if (isLocked) host.instead.git = { deleteBranch: () => Promise.reject(new Error('locked')) }
    const thrown = await fault(made(host))
    const tree = (await host.repository.objectNames(name, ['']))['']?.slice(0, 12)
    const proven = `${host.proof.tree.slice(0, 12)} on ${host.bad.slice(0, 12)} was proven`
    const stays = isLocked ? `; its branch ${BRANCH} could not be deleted` : ''
    expect(thrown).toEqual(differs(`the forge committed the tree ${tree} on ${onto(host)}, and ${proven}${stays}`))
    expect(host.head()).toBe(isLocked ? name : undefined)
  })

  it('of an earlier try that sits where the proof sits has to be that very tree, modes and all', async () => {
    const host = await aHost({ via: 'api' })
    host.push(OTHER_MODE)
    expect(await fault(made(host))).toMatchObject({ code: 'E_FORGE_COMMIT_DIFFERS', what: expect.stringContaining('was proven') })
    expect(host.head()).toBeUndefined()
  })

  it('of an earlier try on an older base has to make the same modes, and is left to people where it does not', async () => {
    const host = await aHost({ via: 'api' })
    const own = host.push(OTHER_MODE)
    const proof = await host.prove(host.commit({ 'docs/notes.md': 'moved\n' }))
    const what = `the forge has committed files of other modes to ${BRANCH} than were proven; that branch is yours to delete`
    expect(await fault(made(host, { proof }))).toEqual(differs(what))
    expect(host.head()).toBe(own)
  })

  it.each<[string, (host: Host, at: CommitSha) => boolean, boolean]>([
    ['is taken where the proof is more than a forge can commit', ({ proof }, at) => at !== proof.commit, true],
    ['is left to people where it is more than a forge can commit, and the proof is not', (host, at) => at === host.head(), false],
  ])('of an earlier try on an older base %s', async (_, isTooMuch, isTaken) => {
    const host = await aHost({ via: 'api' })
    const own = host.push(V1)
    const proof = await host.prove(host.commit({ 'docs/notes.md': 'moved\n' }))
    const before = { ...host, proof: { ...host.proof, commit: own } }
    host.instead.git = {
      changesOf: async (at, limits) => (isTooMuch(before, at) ? undefined : host.repository.changesOf(at, limits)),
    }
    const told = await made(host, { proof }).catch((error: unknown) => (error as KedgeError).code)
    expect(told).toBe(isTaken ? own : 'E_FORGE_COMMIT_DIFFERS')
  })
})
