import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import { isSameSync } from '../../domain/application/applied-sources.ts'
import { plain } from '../../domain/application/applied.ts'
import { sameRevisions } from '../../domain/application/mapping.ts'
import { templateKey } from '../../domain/release/keys.ts'
import type { Version } from '../../domain/release/version.ts'
import { imagesTold } from '../../domain/rollout/images-told.ts'
import { replicaSetOf } from '../../domain/rollout/serving.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'

/** How long a Rollout and its sync have to agree. Argo CD notices within seconds when somebody has changed the Rollout by hand. */
export const AGREED_MS = 10_000

/**
 * What was seen to serve, with the sync behind it: the memory that later says what N is. Empty where it says nothing new. `agreed`: the
 * newest sync and what runs have been as they are for long enough to belong together.
 */
export function rememberVersion(
  { ledger }: Pick<Environment, 'ledger'>,
  look: Look,
  { settled, agreed }: { settled: boolean; agreed: boolean },
): readonly LedgerEntry[] {
  const { rollout, serving, observation } = look
  if (!rollout?.currentPodHash || serving.state !== 'in-step' || rollout.phase !== 'Healthy' || !settled) return []
  const key = templateKey(rollout.cluster, rollout.uid, rollout.currentPodHash)
  const known = ledger.read('version', key)
  const asked = toldBy(look, { podTemplateHash: rollout.currentPodHash, known, agreed })
  const told = imagesTold(rollout, observation.replicaSets)
  // A template has the same images for good, if they could be read at all.
  const images = told.length > 0 ? told : (known?.images ?? [])
  if (known && isKnown(known, asked) && known.images.length === images.length) return []
  const { applied, byHand, stay } = asked
  const document: Version = {
    templateKey: key,
    podTemplateHash: rollout.currentPodHash,
    healthyAt: observation.now,
    applied,
    ...(byHand && { byHand }),
    ...(stay !== undefined && { stay }),
    images,
  }
  return [{ kind: 'version', key, event: known ? 'version-applied' : 'version-healthy', document }]
}

/** What Argo CD's word says of how a version came to run. */
interface Asked extends Pick<Version, 'applied'> {
  byHand: boolean
  stay: number | undefined
}

function toldBy(
  look: Look,
  { podTemplateHash, known, agreed }: { podTemplateHash: string; known: Version | undefined; agreed: boolean },
): Asked {
  const asked = agreed ? appliedFor(look, podTemplateHash) : undefined
  const applied = asked ?? known?.applied ?? null
  // That lasts until Argo CD finds it as Git asks: when the branch moves on, its word no longer tells by hand from not synced yet.
  const byHand = applied === null && (known?.byHand === true || (agreed && look.observation.drift === 'by-hand'))
  return { applied, byHand, stay: asked ? stayOf(look) : known?.stay }
}

function isKnown(known: Version, { applied, byHand, stay }: Asked): boolean {
  const isSame = (known.byHand ?? false) === byHand && known.stay === stay
  return isSame && sameRevisions(known.applied?.revisions ?? [], applied?.revisions ?? [])
}

/** See `Version`: what has never left is in its first stay. */
function stayOf({ observation: { replicaSets }, rollout }: Look): number | undefined {
  const set = replicaSetOf(replicaSets, rollout?.currentPodHash)
  return set && set.formerRevisions.length > 0 ? set.rolloutRevision : undefined
}

/** The newest sync, unless something else than it made the template. */
function appliedFor({ observation: { syncs, past, drift } }: Look, podTemplateHash: string): AppliedRevision | undefined {
  const [newest] = syncs
  if (!newest || drift !== 'none') return undefined
  // N has come back, and Argo CD has not named yet the sync that brought it.
  const isOfAnother = past.some(
    (release) => release.podTemplateHash !== podTemplateHash && release.applied !== null && isSameSync(release.applied, newest),
  )
  return isOfAnother ? undefined : plain(newest)
}
