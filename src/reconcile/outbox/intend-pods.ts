import type { Release } from '../../domain/release/release.ts'
import type { ReleaseTransition } from '../../domain/release/transitions.ts'
import { replicaSetOf } from '../../domain/rollout/serving.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { intend } from './intent.ts'

/**
 * Asks which images the pods of a release and of the version before really run, where pods may be read: once while N+1 has pods that run,
 * and once more when it fails, if that has not told. Pods of what was aborted are gone half a minute later. `steps`: what this very look
 * has moved.
 */
export function intendPods(environment: Environment, look: Look, steps: readonly ReleaseTransition[]): readonly LedgerEntry[] {
  if (!look.view.podImages) return []
  const moved = steps.map(({ release }) => release)
  const others = look.releases.filter(({ key }) => moved.every((release) => release.key !== key))
  const failed = steps.filter(({ event }) => event === 'release-failed').map(({ release }) => release.key)
  return [...moved, ...others].flatMap((release) => {
    const key = `pods|${release.key}|${release.attempts.length}`
    const isDue = isAbout(release, look) && (failed.includes(release.key) ? !isTold(release) : isRunning(release, look))
    if (!isDue || environment.ledger.read('effect', key)) return []
    return [intend(key, { type: 'read-pods', releaseKey: release.key }, environment.clock.now())]
  })
}

function isAbout({ uid, preExisting }: Release, { rollout }: Look): boolean {
  return uid === rollout?.uid && !preExisting
}

function isTold({ ranImages = [] }: Release): boolean {
  return ranImages.some(({ of, digests }) => of === 'release' && digests.length > 0)
}

/** It has pods that run, and nothing was asked yet. */
function isRunning({ state, podTemplateHash, ranImages }: Release, { observation: { replicaSets } }: Look): boolean {
  const set = podTemplateHash === null ? undefined : replicaSetOf(replicaSets, podTemplateHash)
  return state === 'rolling' && ranImages === undefined && (set?.availableReplicas ?? 0) > 0
}
