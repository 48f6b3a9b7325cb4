import { describe, expect, test } from 'vitest'
import type { RolloutSummary } from '../../src/api/contract.ts'
import { renderBoard } from '../../src/ui/board-html.ts'
import { boardOf, type BoardInput } from '../../src/ui/board.ts'
import { renderPage } from '../../src/ui/layout.ts'
import { answered } from '../answered.ts'

const NOW = Date.parse('2026-11-23T10:00:00Z')

function aSummary(fields: Partial<RolloutSummary> = {}): RolloutSummary {
  return answered('Rollout', {
    cluster: 'east',
    namespace: 'shop',
    name: 'checkout',
    uid: 'uid',
    application: 'argocd/checkout',
    project: 'shop',
    health: { status: 'Degraded', message: 'RolloutAborted' },
    serving: 'split',
    reason: 'Git wants bad, the cluster serves good.',
    strategy: 'canary',
    paused: null,
    step: null,
    weight: null,
    gitWants: {
      podTemplateHash: 'bad',
      revision: '9f31c2e4b7a81d5530f2c6a9e1b84d7702ac51f3',
      revisionBy: 'git',
      author: 'ana',
      images: ['r/checkout:v1.8.0', 'r/proxy:1'],
    },
    clusterRuns: {
      podTemplateHash: 'good',
      revision: '51ab07d92e6c3f1844b0aa7de953c21b6f8e0d45',
      revisionBy: 'git',
      author: null,
      images: ['r/checkout:v1.7.3', 'r/proxy:1'],
    },
    since: NOW - 252_000,
    exposedSince: null,
    blindSince: null,
    cause: 'analysis-failed',
    why: 'success-rate 0.91 < 0.95 (3/5)',
    release: 'aWQ',
    preExisting: false,
    quarantine: null,
    pullRequest: { number: 412, url: 'https://github.example/pull/412', state: 'open', outcome: null },
    ...fields,
  })
}

const COUNTS = {
  'in-step': 0,
  rolling: 0,
  undone: 0,
  'waiting-for-sync': 0,
  aborting: 0,
  split: 0,
  stuck: 0,
  'first-deploy-failed': 0,
  'invalid-spec': 0,
  unknown: 0,
}

function board(rollouts: readonly RolloutSummary[], fields: Partial<BoardInput> = {}) {
  return boardOf({
    rollouts,
    total: rollouts.length,
    fleet: { ...COUNTS, split: 1 },
    byState: { ...COUNTS, split: 1 },
    matching: rollouts.length,
    trouble: { matching: 1, hidden: 0 },
    filter: {},
    choices: { clusters: ['east'], namespaces: ['shop'], projects: [] },
    page: 1,
    pages: 1,
    blind: [],
    storms: [],
    beside: [],
    unaskedGit: undefined,
    now: NOW,
    ...fields,
  })
}

describe('a row of the board', () => {
  test('says what Git wants, that it is not what the cluster runs, and why', () => {
    expect(board([aSummary()]).rows[0]).toMatchObject({
      wants: { sha: '9f31c2e', tag: 'v1.8.0', author: 'ana' },
      relation: '≠',
      runs: { sha: '51ab07d', tag: 'v1.7.3' },
      verdict: { words: 'Split: the cluster went back, Git did not', tone: 'bad' },
      why: 'success-rate 0.91 < 0.95 (3/5)',
      since: { text: '4m12s' },
      pullRequest: { words: '#412 open', href: 'https://github.example/pull/412' },
    })
  })

  test.each([
    [{ serving: 'in-step', health: { status: 'Healthy', message: '' } }, '=', 'In step'],
    [{ serving: 'in-step', health: { status: 'Degraded', message: 'pods crash' } }, '=', 'In step, Degraded'],
    [{ serving: 'in-step', health: { status: 'Suspended', message: '' } }, '=', 'In step, Paused'],
    [{ serving: 'rolling', weight: 40, step: { index: 3, count: 8 } }, '→', 'Rolling 40% (3/8)'],
    [{ serving: 'rolling', paused: 'CanaryPauseStep', weight: 20 }, '→', 'Paused (CanaryPauseStep) 20%'],
    [{ serving: 'aborting' }, '≠', 'Aborted: not proven yet who serves'],
    [{ serving: 'unknown' }, '?', 'Unknown'],
  ] as const)('%j reads %s %s', (fields, relation, words) => {
    expect(board([aSummary(fields)]).rows[0]?.verdict).toMatchObject({ relation, words })
  })

  test('is unknown since its cluster cannot be seen, says why, and holds neither side to be right', () => {
    const reason = 'Kedge cannot see this cluster: rollouts: E_CLUSTER_UNREACHABLE'
    const [row] = board([aSummary({ serving: 'unknown', reason, since: NOW - 60_000, blindSince: NOW - 60_000 })]).rows
    expect(row).toMatchObject({ verdict: { words: 'Unknown: the cluster cannot be seen', tone: 'unknown' }, relation: '?', why: reason })
    expect(row).toMatchObject({ contrast: false, since: { text: '1m00s' } })
  })

  test('of which Git is not known says that, and not what Git did', () => {
    const gitWants = { podTemplateHash: null, revision: null, revisionBy: null, author: null, images: [] }
    const split = board([aSummary({ gitWants })])
    expect(split.rows[0]).toMatchObject({
      wants: undefined,
      relation: '?',
      verdict: { words: 'Split: the cluster went back, Git is not known' },
    })
    expect(renderBoard(split).markup).toContain('not known')
    const reason = 'What Git asks for is not known: Argo CD cannot compare it.'
    expect(board([aSummary({ gitWants, serving: 'unknown', cause: 'undone', why: null, reason })]).rows[0]?.why).toBe(reason)
  })

  test('of which Git asks for what serves, while something else was told by hand, has two equal sides', () => {
    const { clusterRuns } = aSummary()
    const [row] = board([aSummary({ serving: 'undone', gitWants: clusterRuns })]).rows
    expect(row).toMatchObject({ relation: '=', verdict: { words: 'Undone: told by hand, what Git asks for serves' }, contrast: false })
  })

  test('a first deploy that failed runs nothing', () => {
    const [row] = board([
      aSummary({
        serving: 'first-deploy-failed',
        clusterRuns: { podTemplateHash: null, revision: null, revisionBy: null, author: null, images: [] },
      }),
    ]).rows
    expect(row?.runs).toBeUndefined()
    expect(
      renderBoard(board([aSummary({ clusterRuns: { podTemplateHash: null, revision: null, revisionBy: null, author: null, images: [] } })]))
        .markup,
    ).toContain('nothing')
  })
})

describe('the board', () => {
  test('says that it is blind, and since when', () => {
    const { blind, headline } = board([], {
      fleet: COUNTS,
      trouble: { matching: 0, hidden: 0 },
      blind: [{ cluster: 'east', kinds: ['Rollout'], since: NOW - 61_000 }],
    })
    expect(blind[0]).toContain('east: cannot see Rollout for 1m01s')
    expect(headline).toBe('Not everything can be seen')
  })

  test('names hostile enough to break a page are harmless on it', () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202e\u001b[31m`
    const rollout = aSummary({
      name: hostile,
      namespace: hostile,
      cluster: hostile,
      why: hostile,
      release: hostile,
      paused: hostile,
      serving: 'rolling',
      reason: hostile,
      gitWants: { podTemplateHash: hostile, revision: hostile, revisionBy: 'git', author: hostile, images: [hostile] },
      pullRequest: { number: 1, url: 'javascript:alert(1)', state: 'open', outcome: null },
    })
    const page = renderPage({
      title: hostile,
      body: renderBoard(board([rollout], { blind: [{ cluster: hostile, kinds: [hostile], since: NOW }] })),
      now: NOW,
      ledgerHead: { sequence: 1, hash: hostile },
      leaders: [{ cluster: hostile, holder: hostile, isOwn: true }],
    })
    expect(page).not.toMatch(/<img|<script>|javascript:|\u202e/)
    expect(page).not.toContain('\u001b')
    expect(page.match(/<script/g)).toHaveLength(1)
  })

  test('needs nothing inline, so that the strict policy holds', () => {
    const page = renderPage({ title: 'x', body: renderBoard(board([aSummary()])), now: NOW, ledgerHead: undefined, leaders: [] })
    expect(page).not.toMatch(/\sstyle=|\son[a-z]+=|<style/)
  })

  test('where more Rollouts match than one page has, leads on and back, and keeps what is filtered for', () => {
    const { pages } = board([aSummary()], { matching: 2_001, page: 2, pages: 3, filter: { namespace: 'shop' } })
    expect(pages).toEqual({
      words: 'Page 2 of 3: 1 of 2001 Rollouts',
      before: '/?namespace=shop',
      after: '/?namespace=shop&page=3',
    })
    expect(board([aSummary()]).pages).toBeUndefined()
  })
})

describe('a filter on the board', () => {
  const calm = { ...COUNTS, 'in-step': 5 }

  test('that hides trouble says how much, and never that all is in step', () => {
    const counted = { fleet: { ...calm, split: 40 }, byState: calm, total: 45, matching: 5, trouble: { matching: 0, hidden: 40 } }
    const { headline, tone } = board([], { ...counted, filter: { namespace: 'x' } })
    expect(headline).toBe('5 of 45 shown, none needs a look; 40 that need a look hidden by the filter')
    expect(tone).toBe('warn')
    expect(board([], { ...counted, matching: 0, filter: { state: 'stuck' } }).headline).toBe(
      'None of 45 is like that; 40 that need a look hidden by the filter',
    )
  })

  test('that hides none says so without a word of what it hides', () => {
    const counted = { fleet: calm, byState: calm, total: 5, matching: 2, trouble: { matching: 0, hidden: 0 } }
    expect(board([], { ...counted, filter: { q: 'x' } })).toMatchObject({ headline: '2 of 5 shown, none needs a look', tone: 'good' })
    expect(board([], { ...counted, fleet: { ...calm, unknown: 1 }, filter: { q: 'x' } }).tone).toBe('warn')
  })

  test('is seen, can be taken out part by part, and is kept by the counts', () => {
    const { filter, tiles } = board([aSummary()], { filter: { q: 'che', namespace: 'shop', state: 'split', cause: 'analysis-failed' } })
    expect(filter.active).toEqual([
      { label: 'Search', value: 'che', clearHref: '/?namespace=shop&state=split&cause=analysis-failed' },
      { label: 'Namespace', value: 'shop', clearHref: '/?q=che&state=split&cause=analysis-failed' },
      { label: 'State', value: 'Split', clearHref: '/?q=che&namespace=shop&cause=analysis-failed' },
      { label: 'Cause', value: 'analysis failed', clearHref: '/?q=che&namespace=shop&state=split' },
    ])
    expect(tiles.find(({ words }) => words === 'In step')?.href).toBe('/?q=che&namespace=shop&state=in-step&cause=analysis-failed')
    const { markup } = renderBoard(board([aSummary()], { filter: { q: '"><b>', namespace: 'gone', health: 'Degraded' } }))
    expect(markup).toContain('<option value="gone" selected>gone</option>')
    expect(markup).toContain('<option value="Degraded" selected>Degraded</option>')
    expect(markup).toContain('value="&#34;&#62;&#60;b&#62;"')
  })

  test('for a cluster that nobody watches says that', () => {
    expect(board([], { total: 3, matching: 0, filter: { cluster: 'west' } }).empty).toBe('No cluster is called west here.')
    expect(board([], { total: 3, matching: 0, filter: { namespace: 'x' } }).empty).toBe('No Rollout is like that.')
    expect(board([], { total: 0, matching: 0 }).empty).toBe('Kedge has seen no Rollout yet.')
  })
})
