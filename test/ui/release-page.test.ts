import { describe, expect, test } from 'vitest'
import type { Freshness, ReleaseDetail } from '../../src/api/contract.ts'
import { findRelease } from '../../src/http/views/release-detail.ts'
import { renderRelease } from '../../src/ui/release-html.ts'
import { releasePageOf } from '../../src/ui/release-page.ts'
import { answered } from '../answered.ts'
import { aLedger, aView, NOW, readOptions } from '../http/fleet-fixture.ts'
import { tellStory, theRelease, theRevert } from '../http/story.ts'

const SEEN: Freshness = { fresh: true, asOf: NOW, blind: [] }

async function theDetail(freshness: Freshness = SEEN): Promise<ReleaseDetail> {
  await using ledger = await aLedger()
  await tellStory(ledger)
  return (await findRelease(readOptions([aView(theRelease().cluster, { rollouts: [], freshness })], ledger), theRelease().key))!
}

/** The page that the service makes of what it answers. */
function pageOf(detail: ReleaseDetail) {
  return releasePageOf(answered('ReleaseDetail', detail), NOW)
}

describe('the page of a release', () => {
  test('tells in order what happened, and where', async () => {
    const { timeline } = pageOf(await theDetail())
    expect(timeline.map(({ lane, title }) => `${lane}: ${title}`)).toEqual([
      'Cluster: Release of v1.8.0 began',
      'Cluster: Aborted: the cluster goes back',
      'Kedge: Settled: analysis failed',
      'Kedge: Decided to open a revert',
      'Git: Opened #412',
      'Kedge: Told people',
    ])
    expect(timeline[1]?.after).toBe('+2m40s')
  })

  test('begins with what is to be done, while the cluster is seen', async () => {
    expect(pageOf(await theDetail()).todo).toBe('Merge #412')
    const blind = { fresh: false, asOf: NOW, blind: [{ kind: 'rollouts', reason: 'E_CLUSTER_UNREACHABLE', since: NOW }] }
    expect(pageOf(await theDetail(blind)).todo).toBeUndefined()
  })

  test('shows what merging changes, folded, with the values of images alone, and of no other release', async () => {
    const detail = await theDetail()
    const { proof } = pageOf(detail)
    expect(proof?.changes).toEqual([
      {
        path: 'template.spec.containers[checkout].image',
        image: { before: 'registry.example/checkout:v1.8.0', after: 'registry.example/checkout:v1.7.3' },
      },
      { path: 'template.spec.containers[checkout].env[FEATURES].value', image: undefined },
    ])
    const { markup } = renderRelease(pageOf(detail))
    expect(markup).toMatch(/<details>\s*<summary>2 fields of the Rollout’s spec<\/summary>/)
    expect(markup).toMatch(/<code>registry\.example\/checkout:v1\.8\.0<\/code> → <code>registry\.example\/checkout:v1\.7\.3<\/code>/)
    const shared = { ...detail, revert: { ...detail.revert!, changes: { ...detail.revert!.changes!, release: 'another' } } }
    expect(pageOf(shared).proof?.changes).toEqual([])
    const evil = '<b onclick=x>\u202e'
    const changes = { release: theRelease().key, fields: [{ path: evil, image: { before: evil } }] }
    const hostile = renderRelease(pageOf({ ...detail, revert: { ...detail.revert!, changes } })).markup
    expect(hostile).not.toMatch(/<b |\u202e/)
    expect(hostile).toContain('→ <code>–</code>')
  })

  test('shows all twelve checks in order, the evidence and the proof', async () => {
    const page = pageOf(await theDetail())
    expect(page.checks.map(({ id }) => id)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12'])
    expect(page.evidence[0]).toMatchObject({
      metric: 'success-rate',
      value: '[0.91]',
      counts: '3 of 5',
      source: 'checkout-bad-9-2 · step 3',
    })
    expect(page.proof).toMatchObject({
      paths: ['apps/checkout/values.yaml'],
      base: 'main',
      culprits: [{ subject: 'Release checkout v1.8.0' }],
    })
    expect(page.records).toHaveLength(5)
  })

  test('while the cluster cannot be seen, an open release is unknown since then, and what it was is told as past', async () => {
    const since = NOW - 60_000
    const blind = { fresh: false, asOf: since, blind: [{ kind: 'rollouts', reason: 'E_CLUSTER_UNREACHABLE', since }] }
    const detail = await theDetail(blind)
    expect(detail.freshness).toEqual(blind)
    expect(pageOf(detail)).toMatchObject({
      verdict: 'Unknown: the cluster cannot be seen',
      tone: 'unknown',
      sign: '?',
      sides: { left: 'Git wanted', right: 'Cluster ran' },
      why: 'Kedge cannot see this cluster: rollouts: E_CLUSTER_UNREACHABLE',
      since: { at: since },
      contrast: false,
    })
    const ended = theRelease({ state: 'ended', outcome: 'restored', endedAt: NOW })
    expect(pageOf({ ...detail, release: ended }).verdict).toBe('Restored: Git and cluster agree again')
  })

  test('of a cluster that has left the configuration, an open release is unknown since the last that the ledger heard', async () => {
    await using ledger = await aLedger()
    await tellStory(ledger)
    const detail = (await findRelease(readOptions([], ledger), theRelease().key))!
    const page = pageOf(detail)
    expect(page).toMatchObject({ tone: 'unknown', why: 'Kedge cannot see this cluster: cluster: it is not in the configuration' })
    expect(page.since?.at).toBe(detail.history.at(-1)?.at)
  })

  test('an ended release says how it ended, and counts no time', async () => {
    const detail = await theDetail()
    const page = pageOf({ ...detail, release: theRelease({ state: 'ended', outcome: 'restored', endedAt: NOW }) })
    expect(page).toMatchObject({
      verdict: 'Restored: Git and cluster agree again',
      sign: '↩',
      sides: { left: 'Release', right: 'Version before' },
      tone: 'good',
      since: undefined,
    })
  })

  test('says what a person can do where no PR was opened', async () => {
    const checks = [{ id: 'P11', title: 'Policy', outcome: 'failed', detail: 'the mode is notify.' }] as const
    const decision = { action: 'notify', reason: 'No revert PR: the mode is notify.', checks, at: NOW }
    const page = pageOf({ ...(await theDetail()), release: theRelease({ decision }) })
    expect(page.decision).toMatch(/^No revert PR: the mode is notify\. Git still asks for the failed version:/)
  })

  test.each([
    ['that never failed', { cause: null, attempts: [] }, 'Promoted'],
    ['that had failed', {}, 'Promoted after all'],
  ])('a release %s is called so', async (_, fields, words) => {
    const detail = await theDetail()
    const release = theRelease({ state: 'ended', outcome: 'promoted', endedAt: NOW, ...fields })
    const page = pageOf({ ...detail, release })
    expect(page.verdict).toBe(words)
    expect(page.timeline.at(-1)?.title).toBe(words)
  })

  test('a first deploy that failed runs nothing and has nothing before it', async () => {
    const release = theRelease({ serving: 'first-deploy-failed', stableHash: 'bad', stableImages: theRelease().images })
    const page = pageOf({ ...(await theDetail()), release })
    expect(page.runs).toBeUndefined()
    expect(page.facts.find(({ label }) => label === 'Pod template')?.value).toBe('bad, before it nothing')
  })

  test.each([
    ['split', true],
    ['stuck', false],
    ['aborting', false],
  ] as const)('%s: one side is wrong and the other right: %s', async (serving, contrast) => {
    const { markup } = renderRelease(pageOf({ ...(await theDetail()), release: theRelease({ serving }) }))
    expect(markup.includes('chip-right')).toBe(contrast)
  })

  test('hostile texts of commits, metrics and messages are harmless on it', async () => {
    const detail = await theDetail()
    const hostile = `</td><script>alert(1)</script>\u202e\u001b[2J" onmouseover="x`
    const evidence = {
      ...theRelease().attempts[0]!.evidence[0]!,
      metric: hostile,
      value: hostile,
      condition: hostile,
      limit: hostile,
      analysisRun: hostile,
      phase: hostile,
    }
    const release = theRelease({
      rollout: hostile,
      namespace: hostile,
      author: hostile,
      repository: hostile,
      sourcePr: { number: 1, url: 'javascript:alert(1)', author: hostile, approvers: [] },
      attempts: [{ ...theRelease().attempts[0]!, message: hostile, evidence: [evidence] }],
      decision: {
        action: hostile,
        reason: hostile,
        at: NOW,
        checks: [{ id: 'P1', title: hostile, detail: hostile, outcome: 'failed' }],
      },
    })
    const revert = theRevert({
      branch: hostile,
      baseBranch: hostile,
      paths: [hostile],
      otherApplications: [hostile],
      culprits: [{ ...theRevert().culprits[0]!, subject: hostile, author: { name: hostile, email: hostile } }],
    })
    const links = {
      application: 'data:text/html,x',
      goodCommit: hostile,
      attestation: hostile,
      badCommit: 'javascript:1',
      more: [{ text: hostile, url: 'javascript:2' }],
    }
    const { markup } = renderRelease(pageOf({ ...detail, release, revert, links }))
    expect(markup).not.toMatch(/<script|javascript:|data:text|\u202e|" onmouseover/)
    expect(markup).not.toContain('\u001b')
  })
})
