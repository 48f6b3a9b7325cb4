import { describe, expect, it } from 'vitest'
import { asCommitSha } from '../../../src/domain/application/commit.ts'
import { closingComment } from '../../../src/domain/revert/closing-words.ts'
import { closingMarker } from '../../../src/domain/revert/keys.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { closeRevert, deleteBranch } from '../../../src/reconcile/act/close-revert.ts'
import { aRelease, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aHost, BRANCH, REPO, V1, type Host } from './a-host.ts'

type Deed = (host: Host) => unknown
const nothing: Deed = () => undefined
const byHuman: Deed = ({ forges }) => forges.closeByHuman(REPO, 1)
const merge: Deed = ({ forges, bad }) => forges.merge(REPO, 1, bad)
const pushBeside: Deed = ({ push }) => push({ 'apps/web/note.yaml': '# mine\n' })
/** The forge does not say who has closed it. */
const untold: Deed = ({ instead }) => (instead.forge.hasClosed = async () => undefined)

/** A PR of ours that is to be closed, and what comes of that when these things happen before and while it is commented on. */
async function closing({ outcome = 'promoted', before = nothing, meanwhile = nothing, ...fields }: Partial<Revert> & Meanwhile = {}) {
  const host = await aHost()
  const commit = asCommitSha(host.push(V1)) ?? null
  const forge = host.forges.forRepository(REPO)
  const { number, url } = await forge.open({ branch: BRANCH, base: 'main', title: 't', body: 'b' })
  const revert = host.revert({ state: 'closing', outcome, commit, pullRequest: { number, url }, ...fields })
  await host.ledger.append([revertEntry(revert)])
  host.instead.forge.comment = async (...words) => {
    await forge.comment(...words)
    meanwhile(host)
  }
  before(host)
  const { entries, ...delivered } = await closeRevert(host.environment, revert)
  await host.ledger.append(entries?.() ?? [])
  const [pull] = host.forges.pullRequests(REPO)
  const { state, touchedByOthers } = host.ledger.read('revert', 'k') ?? revert
  return { host, revert, delivered, pull, kept: { state, outcome: host.ledger.read('revert', 'k')?.outcome, touchedByOthers } }
}

interface Meanwhile {
  before?: Deed
  meanwhile?: Deed
}

describe('a pull request that has become pointless', () => {
  it.each<[Revert['outcome'], boolean]>([
    ['promoted', false],
    ['gone', false],
    ['restored', true],
    ['superseded', true],
    ['held', true],
  ])('is told why and closed with its branch, and the ledger keeps that: %s', async (outcome, isLapsed) => {
    const { host, revert, delivered, pull, kept } = await closing({ outcome })
    expect(pull).toMatchObject({ state: 'closed', closedBy: 'kedge' })
    expect(pull?.comments).toEqual([{ marker: closingMarker('k', isLapsed), text: closingComment(revert, false) }])
    expect(host.head()).toBeUndefined()
    expect(delivered).toEqual({ state: 'done', event: 'revert-closed', receipt: { number: 1, outcome } })
    expect(kept).toEqual({ state: 'ended', outcome, touchedByOthers: false })
  })

  it.each<[string, Partial<Revert> & Meanwhile]>([
    ['as it is now', { before: pushBeside }],
    ['as the ledger knows', { touchedByOthers: true }],
  ])('is left open to whoever has pushed to its branch, %s, and is no lapse', async (_, given) => {
    const { host, revert, delivered, pull, kept } = await closing({ outcome: 'restored', ...given })
    expect(pull).toMatchObject({ state: 'open' })
    expect(pull?.comments).toEqual([{ marker: closingMarker('k', false), text: closingComment(revert, true) }])
    expect(host.head()).toBeDefined()
    expect(delivered).toMatchObject({ event: 'revert-closed' })
    expect(kept).toEqual({ state: 'ended', outcome: 'restored', touchedByOthers: true })
  })

  it.each<[string, Partial<Revert> & Meanwhile, Revert['outcome']]>([
    ['merged before', { before: merge }, 'merged'],
    ['merged while it was told why', { meanwhile: merge }, 'merged'],
    ['closed by a person before', { before: byHuman }, 'declined'],
    ['closed by a person while it was told why', { meanwhile: byHuman }, 'declined'],
    ['closed before by whom the forge does not say', { before: (host) => [untold(host), byHuman(host)] }, 'declined'],
    ['closed after others had pushed to it', { touchedByOthers: true, before: (host) => [byHuman(host), ours(host)] }, 'declined'],
  ])('has the end that people gave it: %s', async (_, given, outcome) => {
    const { host, delivered, kept } = await closing(given)
    expect(delivered).toEqual({ state: 'done', event: 'revert-found-ended' })
    expect(kept).toMatchObject({ state: 'ended', outcome })
    expect(host.head()).toBeDefined()
  })

  it.each<[string, Deed]>([
    ['where the forge does not say who has closed it, as it was open before', untold],
    ['though the forge shows it as open still', ({ instead }) => Object.assign(instead.forge, { close: async () => undefined })],
  ])('is closed by us %s', async (_, before) => {
    const { host, delivered } = await closing({ before })
    expect(delivered).toMatchObject({ event: 'revert-closed' })
    expect(host.head()).toBeUndefined()
  })

  it('is told of as that of an Experiment where one of its releases is one', async () => {
    const { ledger, revert, environment, forges, instead } = await aHost()
    const experiment = aRelease({ key: 'x', rollout: 'experiment:smoke' })
    await ledger.append([releaseEntry(experiment), releaseEntry(aRelease({ key: 'r' }))])
    const said: string[] = []
    const forge = forges.forRepository(REPO)
    const { number, url } = await forge.open({ branch: BRANCH, base: 'main', title: 't', body: 'b' })
    instead.forge.comment = async (_, __, text) => void said.push(text)
    const closes = revert({ state: 'closing', outcome: 'gone', releases: ['r', 'x'], pullRequest: { number, url } })
    await closeRevert(environment, closes)
    expect(said).toEqual([closingComment(closes, true, true)])
  })

  it.each<[string, Partial<Revert>]>([
    ['is open', { state: 'open' }],
    ['has no pull request', { pullRequest: null }],
  ])('is nothing to close where the revert %s', async (_, fields) => {
    const { delivered, pull } = await closing(fields)
    expect(delivered).toEqual({ state: 'abandoned', event: 'revert-not-needed' })
    expect(pull).toMatchObject({ state: 'open', comments: [] })
  })
})

/** As if we had closed it. */
function ours({ instead }: Host): void {
  instead.forge.hasClosed = async () => true
}

describe('the branch of a revert', () => {
  it.each<[string, string, Partial<Revert>, boolean]>([
    ['is deleted where it is as we pushed it', 'deleted', {}, true],
    ['is left where nothing was pushed', 'left', { commit: null }, true],
    ['is left where the pull request was reopened', 'left', { state: 'open' }, true],
    ['is left in a repository that is not allowed any more', 'left', {}, false],
    ['is left where somebody has pushed to it', 'moved', { commit: asCommitSha('f'.repeat(40)) ?? null }, true],
  ])('%s', async (_, result, fields, isAllowed) => {
    const host = await aHost()
    const commit = host.push(V1)
    host.instead.allows = isAllowed
    expect(await deleteBranch(host.environment, host.revert({ state: 'ended', commit, ...fields }))).toBe(result)
    expect(host.head()).toBe(result === 'deleted' ? undefined : commit)
  })
})
