import { expect, it } from 'vitest'
import { releaseOfExperiment } from '../../src/domain/experiment/failed.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy/policy.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import { findRelease } from '../../src/http/views/release-detail.ts'
import { summariseRelease } from '../../src/http/views/release-list.ts'
import { renderRelease } from '../../src/ui/release-html.ts'
import { releasePageOf } from '../../src/ui/release-page.ts'
import { ownReleasesOf, releaseRowOf } from '../../src/ui/releases-page.ts'
import { rolloutPageOf } from '../../src/ui/rollout-page.ts'
import { answered } from '../answered.ts'
import { aRevert } from '../contract/ledger-documents.ts'
import { aLedger, aView, NOW, readOptions } from '../http/fleet-fixture.ts'

const EVIL = '<b onclick=x>\u202e'
const SHA = 'a'.repeat(40)

/** One whose analysis could not begin, in words of whoever wrote them. */
function failedExperiment(change: Partial<Release> = {}): Release {
  const facts = releaseOfExperiment({
    cluster: 'prod',
    experiment: {
      namespace: 'shop',
      name: 'web-ab',
      uid: 'uid-ab',
      resourceVersion: '1',
      ownerUid: undefined,
      podTemplateHash: undefined,
      rolloutRevision: undefined,
      createdAt: NOW - 60_000,
      phase: 'Error',
      message: EVIL,
      failedTemplates: [],
      own: { trackingId: undefined, settings: {}, labels: {}, failedAnalyses: [{ name: 'web', phase: 'Error', message: EVIL }] },
    },
    runs: [],
    goodApplied: null,
    applied: { application: 'argocd/shop', revisions: [SHA] },
    policy: { ...DEFAULT_POLICY, mode: 'pr' },
    preExisting: false,
    now: NOW,
  })
  return { ...facts, state: 'failed', outcome: 'open', endedAt: null, ...change }
}

async function pageOf(release: Release, revert?: Revert) {
  await using ledger = await aLedger()
  await ledger.append([
    { kind: 'release', key: release.key, event: 'release-failed', document: release },
    ...(revert ? [{ kind: 'revert', key: revert.key, event: 'revert-opened', document: revert } as const] : []),
  ])
  const options = readOptions([aView('prod', { rollouts: [] })], ledger)
  const detail = await findRelease(options, release.key)
  return {
    page: releasePageOf(answered('ReleaseDetail', detail!), NOW),
    row: releaseRowOf(answered('Release', summariseRelease(release, ledger)), NOW),
  }
}

it('a failed Experiment has a page that speaks of no version, and of no release that began', async () => {
  const { page, row } = await pageOf(failedExperiment())
  expect(page).toMatchObject({
    sentence: 'shop/experiment:web-ab: the Experiment ended, and could not measure',
    todo: 'Mend it under another name, or take it out of Git',
    verdict: 'Failed, and does not run again',
    tone: 'bad',
    wants: { sha: 'aaaaaaa', by: 'as Argo CD synced' },
    runs: undefined,
    contrast: false,
    pullRequest: undefined,
  })
  expect(page.did).toContain('No revert PR: the analysis could not measure.')
  expect(page.timeline.map(({ title }) => title)).toEqual(['Settled: analysis could not measure', 'Decided to tell people, and no more'])
  expect(renderRelease(page).markup).not.toMatch(/<b onclick|\u202e|unknown/)
  expect(row).toMatchObject({ name: 'experiment:web-ab', outcome: 'Failed, open' })
})

const BEFORE = 'b'.repeat(40)
/** Its sync and the one before it are known, and a PR stands for it. */
async function pageWithPull(revert: Partial<Revert>, change: Partial<Release> = {}) {
  const decision = { action: 'open-revert', reason: 'All twelve checks passed.', checks: [], at: NOW }
  const known = { revertKey: 'revert-1', revision: SHA, goodRevision: BEFORE, decision, ...change } as Partial<Release>
  return (await pageOf(failedExperiment(known), aRevert({ key: 'revert-1', goodRevision: BEFORE as Revert['goodRevision'], ...revert })))
    .page
}

it('one whose PR is open says that Git asks for it still, what made it, and what was synced before it', async () => {
  const page = await pageWithPull({ state: 'open' })
  expect(page).toMatchObject({
    verdict: 'Failed, and Git asks for it still',
    tone: 'bad',
    todo: 'Merge #7',
    sides: { left: 'Made by', right: 'Before it' },
    wants: { sha: 'aaaaaaa' },
    runs: { sha: 'bbbbbbb' },
  })
  const { markup } = renderRelease(page)
  expect(markup).not.toMatch(/[Vv]ersion before|running version|does not run again/)
  expect(markup).toMatch(/what they are at <code>b{40}<\/code>, and changes\s+nothing else/)
})

it('one whose PR was merged says that, until a sync has applied it; one whose PR was closed, that it does not run again', async () => {
  expect((await pageWithPull({ state: 'ended', outcome: 'merged', endedAt: NOW })).verdict).toBe('Failed, and its revert is merged')
  expect((await pageWithPull({ state: 'ended', outcome: 'merged', endedAt: NOW, mergesInto: 'next' })).verdict).toContain(
    'does not run again',
  )
  expect((await pageWithPull({ state: 'ended', outcome: 'declined', endedAt: NOW })).verdict).toBe('Failed, and does not run again')
  const restored = await pageWithPull({ state: 'ended', outcome: 'merged' }, { state: 'ended', outcome: 'restored', endedAt: NOW })
  expect(restored).toMatchObject({
    verdict: 'Restored: Git asks for it no more',
    sign: '↩',
    sides: { left: 'Made by', right: 'Before it' },
  })
  expect(restored.timeline.at(-1)?.title).toBe('Restored: Git asks for it no more')
})

it('what was synced before it is not known, rather than nothing, where Kedge has not seen it', async () => {
  const { page } = await pageOf(failedExperiment())
  expect(renderRelease(page).markup).toMatch(/Before it<\/span>\s*<span class="none">not known/)
})

it('one that is gone says so, and that no Rollout is', async () => {
  const { page, row } = await pageOf(failedExperiment({ state: 'ended', outcome: 'gone', endedAt: NOW }))
  expect([page.sentence, page.verdict, row.outcome]).toEqual([
    'shop/experiment:web-ab: the Experiment is gone',
    'Gone from the cluster',
    'Gone from the cluster',
  ])
})

it('the page of its name says that it is no Rollout, not that one is gone', () => {
  const ref = { cluster: 'prod', namespace: 'shop', name: 'experiment:web-ab' }
  const freshness = answered('Freshness', { fresh: true, asOf: NOW, blind: [] })
  const releases = ownReleasesOf({ path: '/', rollout: ref, items: [], next: null, asked: {}, isLater: false }, NOW)
  const page = rolloutPageOf({ ref, rollout: undefined, freshness, releases, applicationHref: undefined, now: NOW })
  expect(page.sentence).toContain('an Experiment outside of a Rollout')
})
