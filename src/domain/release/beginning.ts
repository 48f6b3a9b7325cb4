import type { AppliedRevision } from '../application/applied-revision.ts'
import { syncThatBegan } from '../application/applied.ts'
import { imagesTold } from '../rollout/images-told.ts'
import { replicaSetOf } from '../rollout/serving.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../rollout/snapshots.ts'
import { releaseKey, templateKey } from './keys.ts'
import type { Observation } from './observation.ts'
import type { ReleaseFacts } from './transitions.ts'
import { UNTRIED } from './untried.ts'

/** A release that Kedge sees for the first time. Undefined while it has no name: no template hash, no number. */
export function begin(rollout: RolloutSnapshot, look: Observation): ReleaseFacts | undefined {
  const name = nameOf(rollout, look)
  if (!name) return undefined
  const template = templateKey(rollout.cluster, rollout.uid, name.hash)
  const stableHash = rollout.stableRS ?? null
  const goodApplied = name.hash === stableHash ? null : lastAppliedOf(stableHash, look)
  const release: ReleaseFacts = {
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
    images: imagesTold(rollout, look.replicaSets),
    stableImages: imagesOf(stableHash, look),
    startedAt: look.now,
    before: lastAppliedBefore(goodApplied, look),
    goodApplied,
    stepHash: rollout.currentStepHash ?? null,
    byTemplate: !name.invalid,
    serving: look.serving.state,
  }
  return { ...release, ...beginningOf(release, look, { retried: false }) }
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

/** Images that the release does not name yet, as its ReplicaSets do: they were not in view, or an earlier Kedge did not read them there. */
export function imagesSince(
  { podTemplateHash, stableHash, images, stableImages }: Pick<ReleaseFacts, 'podTemplateHash' | 'stableHash' | 'images' | 'stableImages'>,
  replicaSets: readonly ReplicaSetSnapshot[],
): Partial<Pick<ReleaseFacts, 'images' | 'stableImages'>> {
  const missing = (known: readonly string[], hash: string | null): readonly string[] =>
    known.length === 0 ? (replicaSetOf(replicaSets, hash)?.images ?? []) : []
  const [own, stable] = [missing(images, podTemplateHash), missing(stableImages, stableHash)]
  return { ...(own.length > 0 && { images: own }), ...(stable.length > 0 && { stableImages: stable }) }
}

/**
 * What is new about how a release began: the sync that began it, as soon as that is known, and a new beginning when it was retried with
 * other steps. (A new hash alone is no sign: controllers have changed the way they make it.)
 */
export function beginningOf(stored: ReleaseFacts, look: Observation, { retried }: { retried: boolean }): Partial<ReleaseFacts> {
  const steps = look.rollout?.currentStepHash ?? null
  const isAnew = retried && stored.stepHash !== null && steps !== null && stored.stepHash !== steps
  const anew = isAnew ? { ...beganAnew(stored), stepHash: steps } : {}
  const release = { ...stored, ...anew }
  if (release.applied) return anew
  const applied = syncThatBegan({
    syncs: look.syncs,
    underWay: look.underWay,
    before: release.before,
    good: release.goodApplied,
    others: look.past.filter((other) => other.key !== release.key).flatMap((other) => other.applied ?? []),
    byTemplate: release.byTemplate,
    notBefore: release.anewSince,
    notAfter: firstFailedAt(release),
    drift: look.drift,
    first: release.stableHash === release.podTemplateHash,
    wanted: replicaSetOf(look.replicaSets, release.podTemplateHash),
    stable: replicaSetOf(look.replicaSets, release.stableHash),
  })
  return applied ? { ...anew, applied } : anew
}

/** When it was seen to have failed for the first time since it began, or began anew; by the controller's clock where that is known. */
export function firstFailedAt({ attempts, anewSince = 0 }: Pick<ReleaseFacts, 'attempts' | 'anewSince'>): number | undefined {
  const times = attempts.map(({ abortedAtMs, seenAt }) => abortedAtMs ?? seenAt)
  return times.find((time) => time > anewSince)
}

/** Whether two releases began with other canary steps, as the controller hashes them. */
export function haveOtherSteps(one: Pick<ReleaseFacts, 'stepHash'>, other: Pick<ReleaseFacts, 'stepHash'>): boolean {
  return one.stepHash !== null && other.stepHash !== null && one.stepHash !== other.stepHash
}

function beganAnew({ applied, attempts }: ReleaseFacts): Partial<ReleaseFacts> {
  const abortedAt = attempts.at(-1)?.abortedAtMs
  return {
    byTemplate: false,
    before: applied,
    applied: null,
    revision: null,
    told: 'by-clocks',
    ...(typeof abortedAt === 'number' && { anewSince: abortedAt }),
  }
}
