import type { Serving, ServingState } from '../rollout/serving.ts'
import { wishSentence } from './wish-of.ts'
import type { HeldWish, WishState } from './wish.ts'

/** How a Rollout stands between Git and its cluster: what every surface says of it. */
export interface Standing {
  readonly state: ServingState
  /** One sentence or more: what Git asks for where that is not what the cluster was told, and who serves. */
  readonly reason: string
  /** What Git asks for instead of what the cluster was told, or that nobody says it. Undefined where it is that, as far as is known. */
  readonly wish: HeldWish | undefined
}

export interface StandingInput {
  /** Who serves. */
  readonly serving: Serving
  /** Git's wish, where it has been something else, or unknown, for long enough. */
  readonly wish: HeldWish | undefined
  /** Since when the ledger knows that something else runs than Git asks for, epoch ms, while nobody has said since what it asks for. */
  readonly undoneSince: number | undefined
}

/**
 * The one answer to what Git asks for, what the cluster runs, and how the two stand. Who serves says the state, but where one version
 * serves: a Split that Git does not ask for is none. Pure.
 */
export function standingOf({ serving, wish: held, undoneSince }: StandingInput): Standing {
  const { state, reason, current } = serving
  const told = current?.podTemplateHash
  if (state === 'unknown' || told === undefined) return { state, reason, wish: undefined }
  const wish = held ?? (undoneSince === undefined ? undefined : notSaidSince(undoneSince, told))
  if (!wish || wish.state === 'met') return { state, reason, wish: undefined }
  return { state: stateBeside(state, wish.state), reason: `${wishSentence(wish, told)} ${reason}`, wish }
}

/**
 * The state of which people are told: who serves, by what Git asks for. A Split that Git does not ask for is none, and what one version
 * serves is not in step before Git asks for it. `wish`: undefined where Git asks for what the cluster was told.
 */
export function stateBeside(serving: ServingState, wish: Exclude<WishState, 'met'> | undefined): ServingState {
  if (wish === undefined) return serving
  if (serving === 'in-step' || serving === 'undone') return wish
  return serving === 'split' && wish !== 'unknown' ? wish : serving
}

/** After a start, and while nobody owns it: what was seen before is no present. */
function notSaidSince(since: number, podTemplateHash: string): HeldWish {
  return { state: 'unknown', revisions: [], podTemplateHash, since, wasThere: false }
}
