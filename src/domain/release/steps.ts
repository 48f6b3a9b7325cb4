import type { AppliedRevision } from '../application/applied-revision.ts'
import { syncThatBegan } from '../application/applied.ts'
import { replicaSetOf, type Failure, type Serving } from '../rollout/serving.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { endOf } from './end.ts'
import { classifyCause, collectEvidence } from './evidence.ts'
import { attemptKey, releaseKey, templateKey } from './keys.ts'
import type { Observation } from './observation.ts'
import type { Attempt, Outcome, Release } from './release.ts'

/** A release document that is to be written, and what happened to it. */
export interface ReleaseChange {
  event: 'release-started' | 'release-failed' | 'release-retried' | 'release-ended' | 'release-updated'
  release: Release
}

/**
 * The next documents of a Rollout's releases. Pure and level-triggered: the same look twice changes nothing the second time, and a
 * look that missed what lay between reaches the same end.
 */
export function advanceReleases(look: Observation): readonly ReleaseChange[] {
  const ended = look.open.flatMap((release) => {
    const outcome = endOf(release, look)
    return outcome === undefined ? [] : [{ event: 'release-ended' as const, release: end(release, outcome, look.now) }]
  })
  const endedKeys = new Set(ended.map((change) => change.release.key))
  const current = look.rollout && followCurrent(look.rollout, look)
  return current && !endedKeys.has(current.release.key) ? [...ended, current] : ended
}

function end(release: Release, outcome: Outcome, now: number): Release {
  return { ...release, state: 'ended', waiting: null, outcome, endedAt: now, serving: outcome === 'gone' ? 'unknown' : 'in-step' }
}

/** The document of the release that the cluster is at, when it is under way or failed and something about it changed. */
function followCurrent(rollout: RolloutSnapshot, look: Observation): ReleaseChange | undefined {
  const known = findCurrent(rollout, look)
  if (known?.state === 'ended') return undefined
  const { failure } = look.serving
  if (failure && look.settled) {
    const release = known ?? begin(rollout, look)
    return release && (fail(release, rollout, failure, look) ?? complete(release, rollout, failure, look) ?? update(known, look))
  }
  if (known) return failure ? undefined : update(known, look)
  if (failure || !isUnderWay(rollout, look.serving)) return undefined
  const release = begin(rollout, look)
  return release && { event: 'release-started', release }
}

function isUnderWay(rollout: RolloutSnapshot, serving: Serving): boolean {
  if (serving.state !== 'rolling' || !serving.current || !rollout.stableRS) return false
  return rollout.currentPodHash !== rollout.stableRS || rollout.rolloutRevision === 1
}

function findCurrent(rollout: RolloutSnapshot, look: Observation): Release | undefined {
  if (look.serving.state === 'invalid-spec') {
    return look.open.find((release) => release.uid === rollout.uid && release.podTemplateHash === null)
  }
  const key = keyOf(rollout, look)
  return key === undefined ? undefined : look.past.find((release) => release.key === key)
}

function keyOf(rollout: RolloutSnapshot, look: Observation): string | undefined {
  const { current } = look.serving
  return current && releaseKey(templateKey(rollout.cluster, rollout.uid, current.podTemplateHash), current.rolloutRevision)
}

/** What no release has when it begins. */
const UNTRIED = {
  applied: null,
  revision: null,
  goodRevision: null,
  author: null,
  sourcePr: null,
  repository: null,
  state: 'rolling',
  waiting: null,
  cause: null,
  attempts: [],
  recurrence: 0,
  preExisting: false,
  outcome: 'open',
  endedAt: null,
  decision: null,
  revertKey: null,
} satisfies Partial<Release>

function begin(rollout: RolloutSnapshot, look: Observation): Release | undefined {
  const name = nameOf(rollout, look)
  if (!name) return undefined
  const template = templateKey(rollout.cluster, rollout.uid, name.hash)
  const stableHash = rollout.stableRS ?? null
  const goodApplied = name.hash === stableHash ? null : lastAppliedOf(stableHash, look)
  const release: Release = {
    ...UNTRIED,
    key: releaseKey(template, name.number),
    templateKey: template,
    cluster: rollout.cluster,
    namespace: rollout.namespace,
    rollout: rollout.name,
    uid: rollout.uid,
    podTemplateHash: name.invalid ? null : name.hash,
    rolloutRevision: name.number,
    stableHash,
    images: rollout.images,
    stableImages: imagesOf(stableHash, look),
    startedAt: look.now,
    before: lastAppliedBefore(goodApplied, look),
    goodApplied,
    stepHash: rollout.currentStepHash ?? null,
    byTemplate: !name.invalid,
    serving: look.serving.state,
  }
  return withBeginning(release, look, { retried: false })
}

/** What a new release is called. A spec that the controller refuses has no template hash, so its generation stands for it. */
function nameOf(rollout: RolloutSnapshot, { serving }: Observation): { hash: string; number: number; invalid: boolean } | undefined {
  if (serving.state === 'invalid-spec') return { hash: `spec-${rollout.generation}`, number: rollout.rolloutRevision ?? 0, invalid: true }
  return serving.current && { hash: serving.current.podTemplateHash, number: serving.current.rolloutRevision, invalid: false }
}

/** What was applied for N: as remembered, or as its own release began when it has served too shortly to be remembered. */
function lastAppliedOf(stableHash: string | null, look: Observation): AppliedRevision | null {
  if (stableHash === null) return null
  const own = look.past.find((release) => release.outcome === 'promoted' && release.podTemplateHash === stableHash)
  return look.version(stableHash)?.applied ?? own?.applied ?? null
}

/**
 * What a new release must not be taken for: a release that failed and was overtaken was applied after N, and its sync is the newest that
 * Argo CD names until the next one is through.
 */
function lastAppliedBefore(goodApplied: AppliedRevision | null, { past }: Observation): AppliedRevision | null {
  const [latest] = past.toSorted((a, b) => b.startedAt - a.startedAt)
  const isOver = latest?.outcome === 'restored' || latest?.outcome === 'promoted'
  return isOver ? goodApplied : (latest?.applied ?? goodApplied)
}

function imagesOf(stableHash: string | null, look: Observation): readonly string[] {
  if (stableHash === null) return []
  return replicaSetOf(look.replicaSets, stableHash)?.images ?? look.version(stableHash)?.images ?? []
}

/** Adds the attempt, unless it is there already. */
function fail(release: Release, rollout: RolloutSnapshot, failure: Failure, look: Observation): ReleaseChange | undefined {
  const key = attemptKey(release.key, failure.attempt)
  if (release.attempts.some((attempt) => attempt.key === key)) return undefined
  const attempt: Attempt = {
    key,
    ...explain(rollout, failure, { look, previous: release.attempts.at(-1) }),
    message: rollout.message ?? look.serving.reason,
    seenAt: look.now,
    abortedAt: failure.kind === 'abort' ? failure.attempt : null,
    abortedAtMs: failure.at ?? null,
  }
  const before = look.past.filter(
    (past) => past.templateKey === release.templateKey && past.key !== release.key && past.attempts.length > 0,
  )
  return {
    event: 'release-failed',
    release: {
      ...withBeginning(release, look, { retried: true }),
      state: 'failed',
      waiting: null,
      serving: look.serving.state,
      cause: attempt.cause,
      attempts: [...release.attempts, attempt],
      recurrence: before.length + 1,
      revision: null,
      preExisting: look.baseline,
      decision: null,
    },
  }
}

function explain(
  rollout: RolloutSnapshot,
  failure: Failure,
  { look, previous }: { look: Observation; previous: Attempt | undefined },
): Pick<Attempt, 'cause' | 'evidence'> {
  const { analysisRuns, experiments, serving } = look
  const facts = {
    rollout,
    failure,
    release: serving.current,
    analysisRuns,
    experiments,
    previousAbortAt: previous?.abortedAtMs ?? undefined,
  }
  return { cause: classifyCause(facts), evidence: collectEvidence(facts) }
}

/** The runs have a watch of their own and may come into view only after the failure has. Evidence that was found once stays as it is. */
function complete(release: Release, rollout: RolloutSnapshot, failure: Failure, look: Observation): ReleaseChange | undefined {
  const last = release.attempts.at(-1)
  if (!last || last.evidence.length > 0 || last.key !== attemptKey(release.key, failure.attempt)) return undefined
  const found = explain(rollout, failure, { look, previous: release.attempts.at(-2) })
  if (found.evidence.length === 0) return undefined
  return {
    event: 'release-updated',
    release: { ...release, cause: found.cause, attempts: [...release.attempts.slice(0, -1), { ...last, ...found }] },
  }
}

function update(stored: Release | undefined, look: Observation): ReleaseChange | undefined {
  if (!stored || look.serving.state === 'unknown') return undefined
  const state = look.serving.failure ? 'failed' : 'rolling'
  const release = withBeginning(stored, look, { retried: !look.serving.failure })
  const waiting = waitsForPerson(stored, look)
  const same = release === stored && waiting?.reason === stored.waiting?.reason
  if (same && release.serving === look.serving.state && release.state === state) return undefined
  const retried = stored.state === 'failed' && state === 'rolling'
  return { event: retried ? 'release-retried' : 'release-updated', release: { ...release, state, waiting, serving: look.serving.state } }
}

/** Argo Rollouts waits for a person after an inconclusive run, however long: `rollout/pause.go` requiresManualAction. */
function waitsForPerson(stored: Release, look: Observation): Release['waiting'] {
  const { rollout, serving } = look
  const reason = rollout?.pauseReasons.find((one) => one.startsWith('Inconclusive'))
  if (!rollout || !reason || serving.failure) return null
  if (stored.waiting?.reason === reason) return stored.waiting
  if (!look.settled) return null
  const failure: Failure = { kind: 'stuck', attempt: reason, at: undefined }
  return {
    reason,
    evidence: collectEvidence({
      rollout,
      failure,
      release: serving.current,
      analysisRuns: look.analysisRuns,
      experiments: look.experiments,
      previousAbortAt: undefined,
    }),
  }
}

/**
 * The release with the sync that began it, as soon as that is known; begun anew when it was retried with other steps. (A new hash alone is
 * no sign: controllers have changed the way they make it.)
 */
function withBeginning(stored: Release, look: Observation, { retried }: { retried: boolean }): Release {
  const steps = look.rollout?.currentStepHash ?? null
  const anew = retried && stored.stepHash !== null && steps !== null && stored.stepHash !== steps
  const release: Release = anew ? { ...stored, ...beganAnew(stored), stepHash: steps } : stored
  if (release.applied) return release
  const applied = syncThatBegan({
    syncs: look.syncs,
    before: release.before,
    others: look.past.filter((other) => other.key !== release.key).flatMap((other) => other.applied ?? []),
    byTemplate: release.byTemplate,
    notBefore: release.anewSince,
    drift: look.drift,
    first: release.stableHash === release.podTemplateHash,
    wanted: replicaSetOf(look.replicaSets, release.podTemplateHash ?? undefined),
    stable: replicaSetOf(look.replicaSets, release.stableHash ?? undefined),
  })
  return applied ? { ...release, applied } : release
}

function beganAnew({ applied, attempts }: Release): Partial<Release> {
  const abortedAt = attempts.at(-1)?.abortedAtMs
  return {
    byTemplate: false,
    before: applied,
    applied: null,
    revision: null,
    ...(typeof abortedAt === 'number' && { anewSince: abortedAt }),
  }
}

/** Aborts of a release; 1 where it failed without one. The number that recordings' expected.json calls `attempts`. */
export function countAttempts(release: Release): number {
  return Math.max(1, release.attempts.filter((attempt) => attempt.abortedAt !== null).length)
}
