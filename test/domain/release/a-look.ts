import type { Burn, SeenAlert } from '../../../src/domain/alert/alert.ts'
import type { AppliedRevision } from '../../../src/domain/application/applied-revision.ts'
import type { AppliedSync } from '../../../src/domain/application/applied.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'

/** When everything here is looked at. */
export const NOW = Date.parse('2026-12-01T22:00:00Z')
export const MINUTE = 60_000

/** What every look here is of: N is `old`, N+1 `abc`, and N serves again. */
const WEB = {
  cluster: 'east',
  namespace: 'shop',
  name: 'web',
  uid: 'uid-1',
  generation: 7,
  observed: true,
  invalidSpec: undefined,
  workloadRef: undefined,
  images: ['registry.example/web:1.7.3'],
  rolloutRevision: 3,
  phase: 'Healthy',
  message: undefined,
  currentPodHash: 'old',
  stableRS: 'old',
  currentStepHash: undefined,
  pauseReasons: [],
} as unknown as RolloutSnapshot

export function aRollout(fields: Partial<RolloutSnapshot> = {}): RolloutSnapshot {
  return { ...WEB, ...fields }
}

export function aReplicaSet(
  podTemplateHash: string,
  rolloutRevision: number,
  fields: Partial<ReplicaSetSnapshot> = {},
): ReplicaSetSnapshot {
  const set = { podTemplateHash, rolloutRevision, formerRevisions: [], createdAt: 1, images: [`registry.example/web:${podTemplateHash}`] }
  return { ...set, ...fields } as unknown as ReplicaSetSnapshot
}

/** A look that has settled, in which Argo CD finds the Rollout as Git asks, and no sync is told of. */
export function aLook(rollout: Partial<RolloutSnapshot> | null = {}, fields: Partial<Observation> = {}): Observation {
  return {
    ref: { cluster: 'east', namespace: 'shop', name: 'web' },
    rollout: rollout === null ? undefined : aRollout(rollout),
    replicaSets: [],
    analysisRuns: [],
    experiments: [],
    serving: { state: 'in-step', reason: 'N serves.', failure: undefined, current: { podTemplateHash: 'old', rolloutRevision: 3 } },
    settled: true,
    seesApplications: true,
    syncs: [],
    underWay: [],
    drift: 'none',
    wish: { state: 'met', revisions: [] },
    held: undefined,
    version: () => undefined,
    open: [],
    past: [],
    standingRevert: () => null,
    restoredInGit: () => false,
    movedInGit: () => true,
    baseline: false,
    now: NOW,
    ...fields,
  }
}

export function applied(...revisions: string[]): AppliedRevision {
  return { application: 'argocd/web', revisions }
}

export function aSync(revision: string, startedAt?: number): AppliedSync {
  return { ...applied(revision), startedAt, endedAt: startedAt }
}

export function anAttempt(fields: Partial<Attempt> = {}): Attempt {
  return { key: 'a', cause: 'analysis-failed', message: '', seenAt: 1, abortedAt: null, abortedAtMs: null, evidence: [], ...fields }
}

/** An alert that fires since ten minutes, of which nobody keeps the past. */
export function anAlert(fields: Partial<SeenAlert> = {}): SeenAlert {
  return {
    fingerprint: 'f',
    name: 'ErrorBudgetBurn',
    labels: {},
    annotations: {},
    state: 'firing',
    beganAt: NOW - 10 * MINUTE,
    link: undefined,
    past: { result: 'unknown', detail: 'nobody keeps it' },
    ...fields,
  }
}

/** What that alert says of a release that was promoted twenty minutes ago. */
export function aBurn(fields: Partial<Burn> = {}): Burn {
  return {
    alert: 'ErrorBudgetBurn',
    fingerprint: 'f',
    objective: {},
    beganAt: NOW - 10 * MINUTE,
    promotedAt: NOW - 20 * MINUTE,
    bakeMs: 60 * MINUTE,
    others: 0,
    past: 'clean',
    state: 'firing',
    ...fields,
  }
}

export function aBurnedRelease(burn: Partial<Burn> = {}, fields: Partial<Release> = {}): Release {
  return aRelease({ key: 'r', cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn(burn) })], ...fields })
}
