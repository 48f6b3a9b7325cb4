import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import { findTheirs } from '../../../src/reconcile/decide/their-pull-request.ts'
import { revertEntry } from '../../contract/ledger-documents.ts'
import { aHost, FILE, REPO, V1, type Host } from '../act/a-host.ts'

const ONE = { number: 1, url: 'https://git.example/shop/gitops/pull/1' }
const HALF = { [FILE]: V1[FILE] }

interface Theirs {
  /** What the PR's branch has on top of what failed. */
  files?: Parameters<Host['commit']>[0]
  branch?: string
  body?: string
  /** What the branch sits on. */
  on?: (host: Host) => CommitSha
  source?: Partial<SourceFacts>
  before?: (host: Host) => unknown
}

/** The PR that is found to restore the same, where a person has opened one of this. */
async function finds({ files = V1, branch = 'mine', body = 'b', on = ({ bad }) => bad, source = {}, before }: Theirs = {}) {
  const host = await aHost()
  host.commit(files, { branch, parents: [on(host)] })
  await host.forges.openByHuman(REPO, { branch, base: 'main', title: 't', body, author: 'ada' })
  await before?.(host)
  const { culprits, paths } = host.revert()
  const good = await host.repository.commit(host.good)
  return findTheirs(host.environment, host.facts({ head: host.bad, good, culprits, paths, ...source }))
}

/** So many newer PRs that have nothing to do with it. */
async function open(host: Host, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    host.commit({ 'docs/notes.md': `${at}\n` }, { branch: `other${at}`, parents: [host.bad] })
    await host.forges.openByHuman(REPO, { branch: `other${at}`, base: 'main', title: 't', body: 'b', author: 'ada' })
  }
}

describe('a PR of a person', () => {
  it.each<[string, Theirs]>([
    ['makes of each file what the revert would', {}],
    ['does so on top of what came since', { on: (host) => host.commit({ 'docs/notes.md': 'x\n' }), source: {} }],
    ['does more besides', { files: { ...V1, 'docs/notes.md': 'x\n' } }],
  ])('stands for the revert where it %s', async (_, theirs) => {
    expect(await finds(theirs)).toEqual(ONE)
  })

  it.each<[string, Theirs]>([
    ['restores one of the files alone', { files: HALF }],
    ['makes something else of a file', { files: { ...V1, [FILE]: 'image: web:v3\n' } }],
    ['was left before what failed', { files: { 'docs/notes.md': 'x\n' }, on: ({ good }) => good }],
    ['has nothing in common with the branch', { on: ({ commit }) => commit(V1, { branch: 'apart', parents: [] }) }],
    ['goes to another branch', { before: ({ forges }) => forges.retargetByHuman(REPO, 1, 'release') }],
    ['is closed', { before: ({ forges }) => forges.closeByHuman(REPO, 1) }],
    ['has a branch that is gone', { before: ({ repository, instead }) => [repository, (instead.git.has = async () => false)] }],
    ['is ours', { branch: 'ours', before: ({ ledger, revert }) => ledger.append([revertEntry(revert({ branch: 'ours' }))]) }],
    ['has the very branch of the revert', { branch: 'kedge/revert/x', source: { branch: 'kedge/revert/x' } }],
  ])('does not where it %s', async (_, theirs) => {
    expect(await finds(theirs)).toBeUndefined()
  })

  it.each<[string, Partial<SourceFacts>]>([
    ['there is no proof', { proof: null }],
    ['no repository is known', { repoURL: null }],
    ['no branch is known', { baseBranch: null }],
  ])('is not looked for where %s', async (_, source) => {
    const before = ({ instead }: Host): unknown => (instead.forge.listOpen = () => Promise.reject(new Error('nobody is asked')))
    expect(await finds({ source, before })).toBeUndefined()
  })

  it.each<[string, Partial<SourceFacts>]>([
    ['the head of the branch', { head: null }],
    ['the version before', { good: null }],
    ['a commit that failed', { culprits: [] }],
  ])('is none without %s', async (_, source) => {
    expect(await finds({ source })).toBeUndefined()
    expect(await finds({ source, branch: 'kedge/revert/lost' })).toEqual('culprits' in source ? ONE : undefined)
  })

  it('is not looked for in a repository that is not allowed, nor Git asked where there is none', async () => {
    expect(await finds({ before: ({ instead }) => (instead.allows = false) })).toBeUndefined()
    const before = ({ forges, environment }: Host): void => {
      forges.closeByHuman(REPO, 1)
      environment.repositories = { open: () => Promise.reject(new Error('Git is not asked')) }
    }
    expect(await finds({ before })).toBeUndefined()
  })

  it('is looked for among the ten newest', async () => {
    expect(await finds({ before: (host) => open(host, 9) })).toEqual(ONE)
    expect(await finds({ before: (host) => open(host, 10) })).toBeUndefined()
  })

  it.each(['revert-1-main', 'rollback/web', 'ops/roll-back-web', 'Revert-web'])(
    'is looked for first among those that call themselves a revert: %s',
    async (branch) => {
      const before = (host: Host): Promise<void> => open(host, 12)
      expect(await finds({ branch, before })).toEqual(ONE)
    },
  )

  it.each([
    ['Reverts acme/shop#12', ONE],
    ['This reverts commit 0123abc.', ONE],
    ['Bring web back.', undefined],
    ['An irrevertible change', undefined],
  ])('is looked for first where its words say so: %s', async (body, found) => {
    const before = (host: Host): Promise<void> => open(host, 12)
    expect(await finds({ body, before })).toEqual(found)
  })
})

describe('one of ours that the ledger does not know', () => {
  const branch = 'kedge/revert/lost'
  it.each<[string, Theirs, unknown]>([
    ['stands for the revert where it brings back any of its files', { files: HALF }, ONE],
    ['does not where it brings back none', { files: { 'docs/notes.md': 'x\n' } }, undefined],
    ['does not where it makes something else of them', { files: { [FILE]: 'image: web:v3\n' } }, undefined],
    ['does not where the files were so when it was left', { files: { 'docs/notes.md': 'x\n' }, on: ({ good }) => good }, undefined],
  ])('%s', async (_, theirs, found) => {
    expect(await finds({ ...theirs, branch })).toEqual(found)
  })
})

it('without an answer of Git nobody is looked for', async () => {
  const { environment } = await aHost()
  expect(await findTheirs(environment, null)).toBeUndefined()
})
