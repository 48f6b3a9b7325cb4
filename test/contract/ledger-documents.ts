import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { Effect } from '../../src/domain/effect.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'

const SHA = '1'.repeat(40) as CommitSha

/** A release document with the fields a test cares about. */
export function aRelease(fields: Partial<Release> & { key: string }): Release {
  return {
    templateKey: 'east|uid-1|abc',
    cluster: 'east',
    namespace: 'shop',
    rollout: 'web',
    uid: 'uid-1',
    podTemplateHash: 'abc',
    rolloutRevision: 2,
    stableHash: 'old',
    images: ['registry.example/web:1.8.0'],
    stableImages: ['registry.example/web:1.7.3'],
    startedAt: 1_000,
    applied: null,
    before: null,
    goodApplied: null,
    stepHash: null,
    byTemplate: true,
    revision: SHA,
    goodRevision: null,
    author: null,
    sourcePr: null,
    repository: null,
    state: 'failed',
    waiting: null,
    serving: 'split',
    cause: 'analysis-failed',
    attempts: [],
    recurrence: 1,
    preExisting: false,
    outcome: 'open',
    endedAt: null,
    decision: null,
    revertKey: null,
    ...fields,
  }
}

/** A revert document with the fields a test cares about. */
export function aRevert(fields: Partial<Revert> & { key: string }): Revert {
  return {
    repoURL: 'https://github.com/acme/shop.git',
    repository: 'github.com/acme/shop',
    branch: 'kedge/revert/111111111111-abcdefab',
    baseBranch: 'main',
    culprits: [],
    goodRevision: SHA,
    paths: ['apps/web/values.yaml'],
    cause: 'analysis-failed',
    releases: [],
    otherApplications: [],
    state: 'open',
    outcome: null,
    commit: SHA,
    pullRequest: { number: 7, url: 'https://github.com/acme/shop/pull/7' },
    touchedByOthers: false,
    plannedAt: 1_000,
    openedAt: 1_100,
    endedAt: null,
    mergeCommit: null,
    toldNotRestored: false,
    ...fields,
  }
}

/** An effect document with the fields a test cares about. */
export function anEffect(fields: Partial<Effect> & { key: string }): Effect {
  return {
    action: { type: 'open-revert', revertKey: 'revert-1' },
    state: 'pending',
    attempts: 0,
    createdAt: 1_000,
    notBefore: 0,
    lastError: undefined,
    receipt: undefined,
    ...fields,
  }
}

export const releaseEntry = (document: Release, event = 'failed'): LedgerEntry => ({
  kind: 'release',
  key: document.key,
  event,
  document,
})
/** What an append takes: one release of this key. */
export const entry = (key: string): LedgerEntry[] => [releaseEntry(aRelease({ key }))]

export const revertEntry = (document: Revert, event = 'opened'): LedgerEntry => ({
  kind: 'revert',
  key: document.key,
  event,
  document,
})
export const effectEntry = (document: Effect, event = 'intended'): LedgerEntry => ({
  kind: 'effect',
  key: document.key,
  event,
  document,
})
