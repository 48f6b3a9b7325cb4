import { expect, it } from 'vitest'
import { releaseOfExperiment } from '../../src/domain/experiment/failed.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy/policy.ts'
import type { Release } from '../../src/domain/release/release.ts'
import { findRelease } from '../../src/http/release-detail.ts'
import { summariseRelease } from '../../src/http/release-list.ts'
import { renderRelease } from '../../src/ui/release-html.ts'
import { releasePageOf } from '../../src/ui/release-page.ts'
import { ownReleasesOf, releaseRowOf } from '../../src/ui/releases-page.ts'
import { rolloutPageOf } from '../../src/ui/rollout-page.ts'
import { answered } from '../answered.ts'
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
    applied: { application: 'argocd/shop', revisions: [SHA] },
    policy: { ...DEFAULT_POLICY, mode: 'pr' },
    preExisting: false,
    now: NOW,
  })
  return { ...facts, state: 'failed', outcome: 'open', endedAt: null, ...change }
}

async function pageOf(release: Release) {
  await using ledger = await aLedger()
  await ledger.append([{ kind: 'release', key: release.key, event: 'release-failed', document: release }])
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
  expect(page.did).toContain('No revert PR: an Experiment outside of a Rollout replaces no version')
  expect(page.timeline.map(({ title }) => title)).toEqual(['Settled: analysis could not measure', 'Decided to tell people, and no more'])
  expect(renderRelease(page).markup).not.toMatch(/<b onclick|\u202e|unknown/)
  expect(row).toMatchObject({ name: 'experiment:web-ab', outcome: 'Failed, open' })
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
