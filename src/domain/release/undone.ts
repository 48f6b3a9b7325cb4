import { plain } from '../application/applied.ts'
import { imagesTold } from '../rollout/images-told.ts'
import { replicaSetOf } from '../rollout/serving.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../rollout/snapshots.ts'
import { attemptKey, releaseKey, templateKey } from './keys.ts'
import type { Observation } from './observation.ts'
import type { Attempt, Release } from './release.ts'
import type { ReleaseEvent, ReleaseFacts } from './transitions.ts'
import { wishSentence } from './wish-of.ts'
import type { HeldWish } from './wish.ts'

/**
 * A step of the release that Git asks for, while the cluster was told something else by hand and that is what serves. One that was healthy
 * is begun again, as undone: people are told, and may let Git follow. One that has failed is only marked: its PR is open already.
 */
export function undoneRelease(
  rollout: RolloutSnapshot,
  look: Observation,
): { known: Release | undefined; event: ReleaseEvent } | undefined {
  const { held } = look
  const serves = rollout.currentPodHash === rollout.stableRS && rollout.phase === 'Healthy' && look.serving.state === 'in-step'
  const set = replicaSetOf(look.replicaSets, held?.wanted)
  if (!look.settled || held?.state !== 'undone' || !serves || set?.rolloutRevision === undefined) return undefined
  const template = templateKey(rollout.cluster, rollout.uid, set.podTemplateHash)
  const key = releaseKey(template, set.rolloutRevision)
  const known = look.past.find((release) => release.key === key)
  if (known && known.state !== 'ended') {
    const facts: Partial<ReleaseFacts> = { serving: 'undone', ...(isOpenToAll(known) && standInBy(rollout, look)) }
    const isSame = known.serving === 'undone' && known.stableHash === (facts.stableHash ?? known.stableHash)
    return isSame ? undefined : { known, event: { type: 'release-updated', facts } }
  }
  const wasHealthy = known ? known.outcome === 'promoted' : held.wasThere || look.version(set.podTemplateHash) !== undefined
  if (!wasHealthy) return undefined
  // What people said of it is over with what it was then.
  const {
    adoptedBy: _by,
    onIt: _onIt,
    snooze: _snooze,
    ...before
  } = known ?? { ...nameOf(rollout, set), key, templateKey: template, startedAt: look.now }
  return { known, event: { type: 'release-undone', facts: { ...before, ...undoneBy(rollout, held, { key, look, known }) } } }
}

/** Whether what serves instead may be another than before: a revert leads to the one of then. */
function isOpenToAll({ cause, revertKey }: Release): boolean {
  return cause === 'undone' && revertKey === null
}

/** What serves instead stands in for N: that is where a revert would lead. */
function standInBy(rollout: RolloutSnapshot, look: Observation) {
  const running = rollout.currentPodHash ?? ''
  return {
    stableHash: running,
    stableImages: imagesTold(rollout, look.replicaSets),
    goodApplied: look.version(running)?.applied ?? null,
    goodRevision: null,
  } satisfies Partial<ReleaseFacts>
}

/** What a release is called that Kedge has not seen begin. */
function nameOf(rollout: RolloutSnapshot, { podTemplateHash, rolloutRevision = 0, images }: ReplicaSetSnapshot) {
  return {
    cluster: rollout.cluster,
    namespace: rollout.namespace,
    rollout: rollout.name,
    uid: rollout.uid,
    podTemplateHash,
    rolloutRevision,
    images,
    before: null,
    stepHash: null,
    byTemplate: true,
    revision: null,
    author: null,
    sourcePr: null,
    repository: null,
    attempts: [],
    adoptedBy: undefined,
    onIt: undefined,
    snooze: undefined,
  }
}

type Undone = Omit<ReleaseFacts, keyof ReturnType<typeof nameOf> | 'key' | 'templateKey' | 'startedAt'> & Pick<ReleaseFacts, 'attempts'>

function undoneBy(
  rollout: RolloutSnapshot,
  held: HeldWish,
  { key, look, known }: { key: string; look: Observation; known: Release | undefined },
): Undone {
  const running = rollout.currentPodHash ?? ''
  const attempt: Attempt = {
    key: attemptKey(key, `undone ${rollout.rolloutRevision}`),
    cause: 'undone',
    message: wishSentence(held, running),
    seenAt: look.now,
    abortedAt: null,
    abortedAtMs: null,
    evidence: [],
  }
  return {
    ...standInBy(rollout, look),
    applied: held.sync ? plain(held.sync) : null,
    told: 'by-clocks',
    cause: 'undone',
    attempts: [...(known?.attempts ?? []), attempt],
    recurrence: 1,
    serving: 'undone',
    waiting: null,
    preExisting: held.wasThere,
    decision: null,
    revertKey: null,
  }
}
