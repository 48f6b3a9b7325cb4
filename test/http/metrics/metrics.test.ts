import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import { createMetrics, type Metrics } from '../../../src/http/metrics/metrics.ts'
import type { Ledger, LedgerStore } from '../../../src/ports/ledger.ts'
import { anEffect } from '../../contract/ledger-documents.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { aLedger, aSplitRollout, aView, NOW, readOptions } from '../fleet-fixture.ts'
import { tellStory, theFleet, theRelease, theRevert } from '../story.ts'

function metricsOf(ledger: Ledger & LedgerStore, views = [theFleet()]): Metrics {
  return createMetrics({
    ...readOptions(views, ledger),
    version: '0.1.0',
    queueDepth: () => 3,
    readiness: () => ({ conditions: [{ name: 'ledger', ok: true }] }),
  })
}

test('the fleet, the exposure and the open pull requests are read when asked', async () => {
  await using ledger = await aLedger()
  await tellStory(ledger)
  const text = await metricsOf(ledger).registry.metrics()
  for (const line of [
    'kedge_rollouts{cluster="east",state="split"} 1',
    'kedge_rollouts{cluster="east",state="in-step"} 3',
    'kedge_rollouts{cluster="east",state="invalid-spec"} 0',
    'kedge_exposure_seconds{cluster="east",namespace="shop",rollout="checkout"} 251',
    'kedge_releases_open{state="failed",cause="analysis-failed"} 1',
    'kedge_pull_requests_open 1',
    'kedge_pull_request_oldest_seconds 249.9',
    'kedge_queue_depth 3',
    'kedge_outbox_depth 0',
    'kedge_condition{condition="ledger"} 1',
    'kedge_build_info{version="0.1.0"} 1',
  ])
    expect(text).toContain(`${line}\n`)
})

test('releases that burn are counted by how their alert stands, and none that has ended or failed otherwise', async () => {
  await using ledger = await aLedger()
  await tellStory(ledger)
  const burn = {
    alert: 'ErrorBudgetBurn',
    fingerprint: 'f',
    objective: {},
    beganAt: NOW - 9_000,
    promotedAt: NOW - 60_000,
    bakeMs: 3_600_000,
    others: 0,
    past: 'clean' as const,
    state: 'firing' as const,
  }
  const burning = (key: string, state: typeof burn.state | 'resolved', change: Partial<Release> = {}): Release => {
    const [attempt] = theRelease().attempts
    const attempts = [{ ...attempt!, cause: 'slo-burn' as const, burn: { ...burn, state } }]
    return theRelease({ key, cause: 'slo-burn', attempts, ...change })
  }
  const ended = burning('over', 'resolved', { state: 'ended', outcome: 'promoted', endedAt: NOW })
  for (const document of [burning('a', 'firing'), burning('b', 'firing'), burning('c', 'resolved'), ended])
    await ledger.append([{ kind: 'release', key: document.key, event: 'release-burned', document }])
  const text = await metricsOf(ledger).registry.metrics()
  const lines = ['firing', 'silenced', 'inhibited', 'resolved', 'unknown'].map((alert) =>
    text.split('\n').find((line) => line.startsWith(`kedge_burns{cluster="east",alert="${alert}"}`)),
  )
  expect(lines.map((line) => line?.split(' ').at(-1))).toEqual(['2', '0', '0', '1', '0'])
})

test('of the quarantines, those that stand are counted', async () => {
  await using ledger = await aLedger()
  for (const document of [aQuarantine(), aQuarantine({ key: 'old', release: 'r0', state: 'over', outcome: 'expired' })])
    await ledger.append([{ kind: 'quarantine', key: document.key, event: 'quarantine-begun', document }])
  expect(await metricsOf(ledger).registry.metrics()).toContain('\nkedge_quarantines 1\n')
})

test('a release of a cluster that has left the configuration is counted no more', async () => {
  await using ledger = await aLedger()
  await tellStory(ledger)
  const text = await metricsOf(ledger, [aView('west', { rollouts: [] })]).registry.metrics()
  expect(text).not.toMatch(/^kedge_(?:exposure_seconds|releases_open)\{/m)
})

test('what is appended is counted once, however often it is written', async () => {
  await using ledger = await aLedger()
  const metrics = metricsOf(ledger)
  const metered = metrics.meter(ledger)
  await tellStory(metered)
  const ended = theRelease({ state: 'ended', outcome: 'restored', endedAt: NOW })
  for (const event of ['restored', 'looked again']) await metered.append([{ kind: 'release', key: ended.key, event, document: ended }])
  await metered.append([
    {
      kind: 'revert',
      key: 'revert-checkout',
      event: 'merged',
      document: theRevert({ state: 'ended', outcome: 'merged', endedAt: NOW }),
    },
  ])
  const text = await metrics.registry.metrics()
  expect(text).toContain('kedge_releases_total{outcome="restored",cause="analysis-failed"} 1\n')
  expect(text).toContain('kedge_pull_requests_total{outcome="opened"} 1\n')
  expect(text).toContain('kedge_pull_requests_total{outcome="merged"} 1\n')
  expect(text).toContain('kedge_abort_to_pull_request_seconds_sum 1.1\n')
  expect(text).toContain('kedge_ledger_records_total{kind="release"} 4\n')
})

test('a pull request that was found at the forge is counted, and none that was opened there', async () => {
  await using ledger = await aLedger()
  const metrics = metricsOf(ledger)
  const metered = metrics.meter(ledger)
  const action = { type: 'open-revert', revertKey: 'r' } as const
  for (const [key, receipt] of Object.entries({ opened: { number: 1 }, found: { number: 2, found: 1 } }))
    await metered.append([{ kind: 'effect', key, event: 'revert-opened', document: anEffect({ key, state: 'done', action, receipt }) }])
  expect(await metrics.registry.metrics()).toContain('kedge_pull_requests_total{outcome="found"} 1\n')
})

/** A card that was asked for, then each of these deliveries of it: what it says in the thread, and where it is by the channel's answer. */
async function deliverCards(...deliveries: readonly { thread?: string; timestamp?: string }[]): Promise<string> {
  await using ledger = await aLedger()
  const metrics = metricsOf(ledger)
  const metered = metrics.meter(ledger)
  const release = theRelease()
  const { key: releaseKey } = release
  await metered.append([
    { kind: 'release', key: releaseKey, event: 'failed', document: release },
    { kind: 'card', key: releaseKey, event: 'card-changed', document: { releaseKey, ref: null, contentHash: 'h', channel: '#rel' } },
  ])
  const card = { key: releaseKey, tone: 'bad', title: '', fields: [], evidence: [], outcome: '', links: [] } as const
  for (const [index, { thread, timestamp }] of deliveries.entries()) {
    const key = `card-${index}`
    const receipt = timestamp === undefined ? undefined : { timestamp }
    const action = { type: 'publish-card', releaseKey, card, channel: '#rel', thread } as const
    const ref = timestamp ? { channel: 'C1', timestamp } : null
    await metered.append([
      { kind: 'card', key: releaseKey, event: 'card-published', document: { releaseKey, ref, contentHash: 'h', channel: '#rel' } },
      { kind: 'effect', key, event: 'card-published', document: anEffect({ key, state: 'done', action, receipt }) },
    ])
  }
  return await metrics.registry.metrics()
}

test.each([
  ['of the first that gets through', [{ timestamp: '1.0' }, { thread: 'news', timestamp: '1.0' }]],
  [
    'of a later one that has overtaken the first',
    [
      { thread: 'news', timestamp: '1.0' },
      { thread: 'more', timestamp: '1.0' },
    ],
  ],
  ['of the first, where a channel has no addresses', [{}, { thread: 'news' }]],
  ['of the first, where an older version wrote that a channel has none', [{ timestamp: '' }, { thread: 'news', timestamp: '' }]],
])('the time to the first card is taken once: %s', async (_, deliveries) => {
  expect(await deliverCards(...deliveries)).toContain('kedge_abort_to_notice_seconds_count 1\n')
})

test('a thousand failed Rollouts do not make a thousand series', async () => {
  await using ledger = await aLedger()
  const rollouts = Array.from({ length: 1_000 }, (_, at) => aSplitRollout({ name: `app-${at}` }))
  await ledger.append(
    rollouts.map(({ name }) => ({
      kind: 'release',
      key: name,
      event: 'failed',
      document: theRelease({ key: name, rollout: name, uid: name }),
    })),
  )
  const text = await metricsOf(ledger, [aView('east', { rollouts })]).registry.metrics()
  expect(text.match(/^kedge_exposure_seconds\{/gm)).toHaveLength(100)
})

test('a version known bad that Git asks for no longer is no exposure', async () => {
  await using ledger = await aLedger()
  const exposed = async (state: KeptWish['state']): Promise<boolean> => {
    const wish = { state, revisions: [], podTemplateHash: null, images: [] }
    await ledger.append([{ kind: 'release', key: 'app', event: 'failed', document: theRelease({ key: 'app', wish }) }])
    const text = await metricsOf(ledger, [aView('east', { rollouts: [] })]).registry.metrics()
    return /^kedge_exposure_seconds\{/m.test(text)
  }
  expect([await exposed('unknown'), await exposed('waiting-for-sync'), await exposed('undone')]).toEqual([true, false, false])
})

test('what a deployment came to is counted once, by cluster: its lead time when Git has told', async () => {
  await using ledger = await aLedger()
  const metrics = metricsOf(ledger)
  const metered = metrics.meter(ledger)
  const write = (document: Release) => metered.append([{ kind: 'release', key: document.key, event: 'x', document }])
  const [attempt] = theRelease().attempts
  if (!attempt) throw new Error('the story has no attempt')
  const failed = theRelease({ attempts: [{ ...attempt, safeAt: NOW - 249_000 }], revertKey: null })
  await write(failed)
  const restored: Release = { ...failed, state: 'ended', outcome: 'restored', endedAt: NOW }
  for (const document of [restored, restored]) await write(document)
  const promoted = theRelease({ key: 'p', attempts: [], cause: null, state: 'ended', outcome: 'promoted', endedAt: NOW, revertKey: null })
  await write({ ...promoted, revision: null })
  for (const document of [
    { ...promoted, committedAt: NOW - 600_000 },
    { ...promoted, committedAt: NOW - 600_000 },
  ])
    await write(document)
  const text = await metrics.registry.metrics()
  for (const line of [
    'kedge_deployments_total{cluster="east",result="failed"} 1',
    'kedge_deployments_total{cluster="east",result="promoted"} 1',
    'kedge_cluster_safe_seconds_sum{cluster="east"} 3',
    'kedge_git_honest_seconds_sum{cluster="east"} 252',
    'kedge_lead_time_seconds_sum{cluster="east"} 600',
    'kedge_lead_time_seconds_count{cluster="east"} 1',
  ])
    expect(text).toContain(`${line}\n`)
})

test('a write that the ledger refuses is counted', async () => {
  await using ledger = await aLedger()
  const metrics = metricsOf(ledger)
  const metered = metrics.meter({ ...ledger, append: () => Promise.reject(new Error('disk full')) })
  await expect(tellStory(metered)).rejects.toThrow('disk full')
  expect(await metrics.registry.metrics()).toContain('kedge_ledger_write_failures_total 1\n')
})

test('what the forge has left is shown by host', async () => {
  await using ledger = await aLedger()
  const metrics = createMetrics({
    ...readOptions([theFleet()], ledger),
    version: '0.1.0',
    queueDepth: () => 0,
    readiness: () => ({ conditions: [] }),
    forgeRateLimits: () => new Map([['github.com', 4_999]]),
  })
  expect(await metrics.registry.metrics()).toContain('kedge_forge_rate_limit_remaining{host="github.com"} 4999\n')
})

test('the docs list every metric with its type and help, and no other', async () => {
  await using ledger = await aLedger()
  const { registry } = createMetrics({
    ...readOptions([], ledger),
    version: '0.1.0',
    queueDepth: () => 0,
    readiness: () => ({ conditions: [] }),
    forgeRateLimits: () => new Map(),
  })
  const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `(kedge_\w+)` \| (\w+) \| [^|]*\| (.+) \|$/gm)].map((row) => row.slice(1))
  const there = (await registry.getMetricsAsJSON()).map(({ name, type, help }) => [name, type, help])
  expect(listed).toEqual(there)
})
