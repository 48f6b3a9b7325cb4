import { expect, test } from 'vitest'
import type { RolloutDetail } from '../../src/api/contract.ts'
import { explainText } from '../../src/cli/commands/explain.ts'
import { createPaint } from '../../src/cli/terminal/paint.ts'
import { formatTable } from '../../src/cli/terminal/table.ts'
import { formatTree } from '../../src/cli/terminal/tree.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy/policy.ts'
import type { AnalysisRunSnapshot } from '../../src/domain/rollout/snapshots.ts'
import { findRelease } from '../../src/http/views/release-detail.ts'
import { summariseRollout } from '../../src/http/views/rollout-summary.ts'
import { answered } from '../answered.ts'
import { aLedger, NOW, readOptions } from '../http/fleet-fixture.ts'
import { tellStory, theFleet, theRelease } from '../http/story.ts'

const RUN: AnalysisRunSnapshot = {
  namespace: 'shop',
  name: 'checkout-bad-9-2',
  uid: 'run',
  resourceVersion: '1',
  ownerUid: 'uid-checkout',
  ownerKind: 'Rollout',
  podTemplateHash: 'bad',
  rolloutRevision: 9,
  role: 'Step',
  stepIndex: 2,
  createdAt: NOW,
  completedAt: NOW,
  phase: 'Failed',
  message: undefined,
  terminated: false,
  metrics: [
    {
      name: 'success-rate',
      phase: 'Failed',
      message: undefined,
      dryRun: false,
      provider: 'prometheus',
      successCondition: 'result[0] >= 0.95',
      failureCondition: undefined,
      failureLimit: '2',
      inconclusiveLimit: undefined,
      consecutiveErrorLimit: undefined,
      count: 5,
      failed: 3,
      inconclusive: 0,
      error: 0,
      consecutiveError: 0,
      measurements: [
        { phase: 'Successful', value: '[0.97]', message: undefined, finishedAt: NOW - 3_000, job: undefined },
        { phase: 'Failed', value: '[0.91]', message: undefined, finishedAt: NOW - 1_000, job: undefined },
      ],
    },
  ],
}

async function theDetail(fields: Partial<RolloutDetail> = {}): Promise<RolloutDetail> {
  await using ledger = await aLedger()
  await tellStory(ledger)
  const view = theFleet()
  const rollout = view.rollout('shop', 'checkout')!
  const summary = summariseRollout(
    { view, rollout, serving: 'split', reason: 'Git wants bad, the cluster serves good.' },
    readOptions([view], ledger),
  )
  const policy = { ...DEFAULT_POLICY, origins: { mode: 'rule 1' }, problems: ['kedge.dev/mode: "yes" is no mode'] }
  return answered('RolloutDetail', {
    ...summary,
    freshness: { fresh: true, asOf: NOW, blind: [] },
    analysisRuns: [RUN],
    newestRelease: (await findRelease(readOptions([view], ledger), theRelease().key))!,
    policy,
    unaskedGit: null,
    ...fields,
  })
}

const PLAIN = createPaint({ isTerminal: false, env: {} })

test('leads from the Rollout to the failing measurement', async () => {
  const text = explainText(await theDetail(), PLAIN, NOW)
  expect(text).toContain(
    [
      '├─ ✖ AnalysisRun checkout-bad-9-2  Failed (step 3)',
      '│  └─ ✖ success-rate  Failed  result[0] >= 0.95  3 failed, 0 errors of 5',
      '│     └─ [0.91]  at 2026-11-23T09:59:59Z',
      '',
    ].join('\n'),
  )
})

test('begins with what is to be done', async () => {
  expect(explainText(await theDetail(), PLAIN, NOW).split('\n')[1]).toBe('├─ Merge #412')
})

test('says where every value of the policy comes from, and what was left out', async () => {
  const text = explainText(await theDetail(), PLAIN, NOW)
  expect(text).toMatch(/^ {2}mode +observe +rule 1$/m)
  expect(text).toMatch(/^ {2}limits +openPerRollout 1, openPerRepository 10, openedPerHour 20 +built-in$/m)
  expect(text).toContain('  Left out: kedge.dev/mode: "yes" is no mode\n')
})

test('says what a person can do where no PR was opened', async () => {
  const detail = await theDetail()
  const checks = [{ id: 'P11', title: 'Policy', outcome: 'failed', detail: 'the mode is notify.' }] as const
  const decision = { action: 'notify', reason: 'No revert PR: the mode is notify.', checks, at: NOW }
  const newestRelease = { ...detail.newestRelease!, release: theRelease({ decision }) }
  expect(explainText({ ...detail, newestRelease }, PLAIN, NOW)).toContain(
    'No revert PR: the mode is notify. Git still asks for the failed version:',
  )
})

test('says of a revert that has no pull request yet whether it waits for its turn at the forge', async () => {
  const detail = await theDetail({ pullRequest: null })
  const { pullRequest: _none, ...revert } = detail.newestRelease!.revert!
  const textOf = (awaitsTurn: object): string => {
    const planned = { ...revert, state: 'planned', pullRequest: null, ...awaitsTurn } as const
    return explainText({ ...detail, newestRelease: { ...detail.newestRelease!, revert: planned } }, PLAIN, NOW)
  }
  expect(textOf({})).toContain('No pull request yet. A revert PR is being opened.')
  expect(textOf({ awaitsTurn: true })).toContain('No pull request yet. Its revert PR waits for its turn')
})

test('says who is on it, and until when nobody is called', async () => {
  const detail = await theDetail()
  const said = { user: 'U1', channel: '#releases', at: NOW }
  const snooze = { ...said, by: 'bob', until: NOW + 60_000, pullRequest: 412 }
  const newestRelease = { ...detail.newestRelease!, release: theRelease({ onIt: { ...said, by: 'ada\u001b[31m (in Slack)' }, snooze }) }
  const text = explainText({ ...detail, newestRelease }, PLAIN, NOW)
  expect(text).toContain('On it: ada (in Slack), since 2026-11-23T10:00:00Z\n')
  expect(text).toContain('Snoozed: until 2026-11-23T10:01:00Z, by bob\n')
})

test('names who brought a commit only beside the commit that it was', async () => {
  const detail = await theDetail()
  expect(explainText(detail, PLAIN, NOW)).toContain('came by #408 of ana')
  const restored = { ...detail, gitWants: { ...detail.gitWants, revision: detail.clusterRuns.revision } }
  expect(explainText(restored, PLAIN, NOW)).not.toContain('came by')
})

test('says what it is blind to since when, and tells what was seen before as past', async () => {
  const text = explainText(
    await theDetail({
      freshness: { fresh: false, asOf: 0, blind: [{ kind: 'Rollout', reason: 'forbidden', since: NOW - 60_000 }] },
      serving: 'unknown',
      blindSince: NOW - 60_000,
      since: NOW - 60_000,
    }),
    PLAIN,
    NOW,
  )
  expect(text).toContain('  Rollout for 1m00s: forbidden\n')
  expect(text).toContain('Unknown: the cluster cannot be seen (for 1m00s)')
  expect(text).toMatch(/Argo CD showed .+\n.+Git wanted    .+\n(.+\n)*.+Cluster ran   /)
})

test('says which Deployment has pods beside it, and where to read on; or that it is not known', async () => {
  const beside = { items: [{ name: 'checkout', available: 3, how: 'refers' as const }], fault: null }
  const text = explainText(await theDetail({ beside }), PLAIN, NOW)
  expect(text).toContain('Deployment checkout serves beside it: the one whose template it takes, with 3 available pods')
  expect(text).toContain('kedge doctor --migration shop/checkout says what is next')
  const unknown = explainText(await theDetail({ beside: { items: [], fault: 'E_CLUSTER_FORBIDDEN: no' } }), PLAIN, NOW)
  expect(unknown).toContain('Whether a Deployment serves beside it is not known: E_CLUSTER_FORBIDDEN: no')
  expect(unknown).not.toContain('--migration')
})

test('hostile names move no cursor and add no line', async () => {
  const hostile = 'x\u001b[2J\r\n✔ Rollout fine\u202e'
  const metric = { ...RUN.metrics[0]!, name: hostile, successCondition: hostile }
  const text = explainText(
    await theDetail({ name: hostile, reason: hostile, analysisRuns: [{ ...RUN, name: hostile, metrics: [metric] }] }),
    PLAIN,
    NOW,
  )
  expect(text).not.toContain('\u001b')
  expect(text).not.toMatch(/\r|\u202e|^✔ Rollout fine/m)
})

test('a tree and a table keep their lines straight', () => {
  expect(
    formatTree({
      text: 'a',
      branches: [
        { text: 'b', branches: [{ text: 'c' }] },
        { text: 'd', branches: [{ text: 'e' }] },
      ],
    }),
  ).toBe('a\n├─ b\n│  └─ c\n└─ d\n   └─ e\n')
  expect(formatTable(['A', 'B'], [[{ text: '✔ long', painted: '\u001b[32m✔ long\u001b[0m' }, { text: 'x' }]])).toBe(
    'A       B\n\u001b[32m✔ long\u001b[0m  x\n',
  )
})
