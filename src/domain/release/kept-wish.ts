import { imagesTold } from '../rollout/images-told.ts'
import { replicaSetOf } from '../rollout/serving.ts'
import type { Observation } from './observation.ts'
import type { KeptWish, Release } from './release.ts'
import { askedBy } from './wish-of.ts'
import type { HeldWish, Wish } from './wish.ts'

const UNKNOWN: KeptWish = { state: 'unknown', revisions: [], podTemplateHash: null, images: [] }

/**
 * The release with what Git asks for instead of it, and what runs by hand instead of N, as a look shows: a card says "Git did not" only
 * while Git asks for the version that failed. The same document where nothing has changed.
 */
export function withWish(release: Release, look: Observation): Release {
  const { wish: before, instead: ranBefore, ...rest } = release
  const isOver = release.state === 'ended' || release.uid !== look.rollout?.uid
  const wish = isOver ? undefined : wishBeside(release, look)
  const instead = isOver ? undefined : byHandInstead(release, look)
  if (isSame(wish, before) && isSame(instead, ranBefore)) return release
  return { ...rest, ...(wish && { wish }), ...(instead && { instead }) }
}

/** What was told by hand and serves, and is not N either. */
function byHandInstead({ serving, stableHash, podTemplateHash }: Release, { rollout, replicaSets }: Observation): Release['instead'] {
  const told = rollout?.currentPodHash
  if (serving !== 'undone' || told === undefined || told !== rollout?.stableRS || told === podTemplateHash || told === stableHash)
    return undefined
  return { podTemplateHash: told, images: imagesTold(rollout, replicaSets) }
}

function isSame(one: object | undefined, other: object | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What Git asks for instead of this release; undefined while it asks for this one, as far as is known. */
function wishBeside(release: Release, look: Observation): KeptWish | undefined {
  const { held, wish, rollout } = look
  const isTold = rollout?.currentPodHash === release.podTemplateHash
  if (isTold && (held?.state === 'met' || (!held && isMet(wish, release, look)))) return undefined
  if (!held || held.state === 'met') {
    return release.state === 'failed' && isUnsaid(release, wish, isTold) ? UNKNOWN : release.wish
  }
  if (held.state === 'unknown') return { ...UNKNOWN, ...(held.why && { why: held.why }) }
  const isThis = !isTold && held.state === 'undone' && held.wanted === release.podTemplateHash && !held.isNewer
  return isThis ? undefined : kept(held, look)
}

/** Argo CD finds the Rollout as Git asks. Where no sync is known to have brought it, it must have looked since: it may be of before. */
function isMet({ state, comparedAt = 0 }: Wish, { applied, podTemplateHash }: Release, { replicaSets }: Observation): boolean {
  const set = replicaSetOf(replicaSets, podTemplateHash)
  return state === 'met' && (applied !== null || (set !== undefined && comparedAt >= set.createdAt))
}

/** Nobody has said yet that Git asks for it, or nobody owns it any more. */
function isUnsaid({ applied, wish: before }: Release, { state, why }: Wish, isTold: boolean): boolean {
  if (state === 'unknown' && why === undefined) return true
  return isTold && applied === null && before === undefined
}

function kept(held: HeldWish, { replicaSets }: Observation): KeptWish {
  const { state, by, syncedByHand, isNewer, wanted } = held
  const asked = state === 'undone' && !isNewer ? replicaSetOf(replicaSets, wanted) : undefined
  return {
    state: state === 'undone' ? 'undone' : 'waiting-for-sync',
    ...askedBy(held),
    ...(state === 'undone' && by && { how: by }),
    podTemplateHash: asked?.podTemplateHash ?? null,
    images: asked?.images ?? [],
    ...(syncedByHand && { syncedByHand: true }),
  }
}
