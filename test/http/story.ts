import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { CheckId } from '../../src/domain/decision/check.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { aRelease, aRevert } from '../contract/ledger-documents.ts'
import { aReplicaSet, aRollout, aSplitRollout, aView, NOW } from './fleet-fixture.ts'
import { EVIDENCE, theRuns } from './story-analysis.ts'

export const BAD = '9f31c2e4b7a81d5530f2c6a9e1b84d7702ac51f3' as CommitSha
export const GOOD = '51ab07d92e6c3f1844b0aa7de953c21b6f8e0d45' as CommitSha

/** As the service words them: test/ui/fleet holds them against what it writes. */
const CHECKS: readonly [CheckId, string, string][] = [
  ['P1', 'The cluster serves N, seen fresh and live', 'Split, confirmed by a live read.'],
  ['P2', 'Exactly one Application owns the Rollout', 'Application argocd/checkout.'],
  ['P3', 'The source is a Git branch', 'Branch main of github.example/acme/gitops.'],
  ['P4', 'The applied revision is known and on the branch', 'N+1 is 9f31c2e4b7a8 “Release checkout v1.8.0”.'],
  ['P5', 'No newer commit would be taken back', 'None since N+1.'],
  ['P6', 'The commit of the version before is known and on the branch', 'N is 51ab07d92e6c “Release checkout v1.7.3”.'],
  ['P7', 'Git changed between the two versions', '1 commit(s), 1 file(s).'],
  ['P8', 'No culprit is itself a revert, nor a bot trying again', 'None says that it is a revert.'],
  ['P9', 'Nobody has decided on this very revert before', 'None.'],
  ['P10', 'The restore is clean and proven', 'Inputs at the revert equal those of N (51ab07d92e6c).'],
  ['P11', 'Policy allows a PR for this cause', 'analysis-failed opens a PR.'],
  ['P12', 'No limit is reached', 'Far from it.'],
]

/** checkout v1.8.0, aborted by its analysis, with a revert open. */
export function theRelease(fields: Partial<Release> = {}): Release {
  return aRelease({
    key: 'east|uid-checkout|bad|9',
    templateKey: 'east|uid-checkout|bad',
    rollout: 'checkout',
    uid: 'uid-checkout',
    podTemplateHash: 'bad',
    rolloutRevision: 9,
    stableHash: 'good',
    images: ['registry.example/checkout:v1.8.0'],
    stableImages: ['registry.example/checkout:v1.7.3'],
    startedAt: NOW - 412_000,
    stepHash: 'steps',
    applied: { application: 'argocd/checkout', revisions: [BAD] },
    goodApplied: { application: 'argocd/checkout', revisions: [GOOD] },
    revision: BAD,
    goodRevision: GOOD,
    author: 'ana',
    sourcePr: { number: 408, url: 'https://github.example/acme/gitops/pull/408', author: 'ana', approvers: ['lin'] },
    repository: 'github.example/acme/gitops',
    attempts: [
      {
        key: 'east|uid-checkout|bad|9|2026-11-23T09:55:48Z',
        cause: 'analysis-failed',
        message: 'Metric "success-rate" assessed Failed due to failed (3) > failureLimit (2)',
        seenAt: NOW - 251_000,
        abortedAt: '2026-11-23T09:55:48Z',
        abortedAtMs: NOW - 252_000,
        evidence: [EVIDENCE],
      },
    ],
    decision: {
      action: 'open-revert',
      reason: 'All twelve checks passed: 1 commit(s) to revert.',
      at: NOW - 250_800,
      checks: CHECKS.map(([id, title, detail]) => ({ id, title, detail, outcome: 'passed' as const })),
    },
    revertKey: 'revert-checkout',
    ...fields,
  })
}

/** Its revert. */
export function theRevert(fields: Partial<Revert> = {}): Revert {
  return aRevert({
    key: 'revert-checkout',
    repository: 'github.example/acme/gitops',
    branch: 'kedge/revert/9f31c2e4b7a8-5b0e11c2',
    goodRevision: GOOD,
    paths: ['apps/checkout/values.yaml'],
    culprits: [
      {
        sha: BAD,
        parents: [GOOD],
        author: { name: 'Ana', email: 'ana@acme.example' },
        committedAt: NOW - 420_000,
        subject: 'Release checkout v1.8.0',
        body: '',
      },
    ],
    releases: ['east|uid-checkout|bad|9'],
    changes: {
      release: 'east|uid-checkout|bad|9',
      fields: [
        {
          path: 'template.spec.containers[checkout].image',
          image: { before: 'registry.example/checkout:v1.8.0', after: 'registry.example/checkout:v1.7.3' },
        },
        { path: 'template.spec.containers[checkout].env[FEATURES].value' },
      ],
    },
    pullRequest: { number: 412, url: 'https://github.example/acme/gitops/pull/412' },
    plannedAt: NOW - 250_700,
    openedAt: NOW - 249_900,
    ...fields,
  })
}

/** Writes the story into a ledger. */
export async function tellStory(ledger: Ledger): Promise<void> {
  await ledger.append([
    {
      kind: 'release',
      key: 'east|uid-checkout|bad|9',
      event: 'began',
      document: theRelease({ attempts: [], decision: null, state: 'rolling' }),
    },
  ])
  await ledger.append([
    { kind: 'release', key: 'east|uid-checkout|bad|9', event: 'failed', document: theRelease() },
    {
      kind: 'revert',
      key: 'revert-checkout',
      event: 'planned',
      document: theRevert({ state: 'planned', openedAt: null, pullRequest: null }),
    },
  ])
  await ledger.append([
    { kind: 'revert', key: 'revert-checkout', event: 'opened', document: theRevert() },
    {
      kind: 'card',
      key: 'east|uid-checkout|bad|9',
      event: 'published',
      document: { releaseKey: 'east|uid-checkout|bad|9', ref: { channel: 'C1', timestamp: '1' }, contentHash: 'h' },
    },
  ])
}

const STEPS = ['setWeight 5', 'pause 2m', 'analysis', 'setWeight 20', 'pause 5m', 'setWeight 50', 'pause 5m', 'setWeight 100']

/** A fleet of seven, one of each kind that people meet. */
export function theFleet() {
  const rollouts = [
    aRollout({ name: 'catalog', images: ['registry.example/catalog:v3.0.0'] }),
    aRollout({
      name: 'search',
      images: ['registry.example/search:v2.4.1'],
      currentPodHash: 'next',
      currentStepIndex: 3,
      stepCount: 8,
      phase: 'Progressing',
      weights: { canaryWeight: 40, canaryHash: 'next', stableHash: 'good', experimentWeight: 0, verified: undefined },
      health: { status: 'Progressing', message: '' },
    }),
    aSplitRollout({ name: 'checkout', steps: STEPS }),
    aRollout({
      name: 'payments',
      images: ['registry.example/payments:v5.2.0'],
      currentPodHash: 'next',
      currentStepIndex: 2,
      stepCount: 4,
      phase: 'Paused',
      pauseReasons: ['CanaryPauseStep'],
      weights: { canaryWeight: 20, canaryHash: 'next', stableHash: 'good', experimentWeight: 0, verified: undefined },
      health: { status: 'Suspended', message: '' },
    }),
    aRollout({
      name: 'ledger-api',
      images: ['registry.example/ledger-api:v0.9.1'],
      currentPodHash: 'next',
      phase: 'Degraded',
      progressingReason: 'ProgressDeadlineExceeded',
      message: 'ProgressDeadlineExceeded: ReplicaSet "ledger-api-next" has timed out progressing.',
      health: { status: 'Degraded', message: '' },
    }),
    aRollout({ name: 'recommendations', images: ['registry.example/recommendations:2026.11.2'] }),
    aRollout({ name: 'web', images: ['registry.example/web:v12.1.0'] }),
  ]
  const stable: Readonly<Record<string, string>> = {
    checkout: 'v1.7.3',
    search: 'v2.4.0',
    payments: 'v5.1.8',
    'ledger-api': 'v0.9.0',
  }
  const replicaSets = rollouts.map((rollout) =>
    aReplicaSet(rollout, {
      images: stable[rollout.name] ? [`registry.example/${rollout.name}:${stable[rollout.name]}`] : rollout.images,
    }),
  )
  return aView('east', { rollouts, replicaSets, analysisRuns: theRuns() })
}
