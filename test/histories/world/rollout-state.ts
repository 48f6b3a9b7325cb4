import type { Owner, Raw, REASONS } from '../../simulation/objects.ts'

export interface SetState {
  template: Raw
  isRewritten: boolean
  revision: number
  former: readonly number[]
  createdAt: number
  replicas: number
  /** None of its pods is available. */
  isDown: boolean
}

/** One that is made now, of a template that has not run before. The first pods of a Rollout that was made anew take their time. */
export function newSet({ owner, template, isRewritten, revision, stable }: RolloutState, now: number): SetState {
  return { template, isRewritten, revision, former: [], createdAt: now, replicas: 0, isDown: owner.uid.endsWith('+') && stable === '' }
}

/** What ran before a template, by Rollouts' numbers. */
export function formerOf(sets: ReadonlyMap<string, SetState>, key: string): SetState | undefined {
  return [...sets].filter(([hash]) => hash !== key).toSorted(([, a], [, b]) => b.revision - a.revision)[0]?.[1]
}

/** What a Rollout's controller has come to. `aborted` with pods of N+1 that are `still` there. */
export type Mode = 'none' | 'progressing' | 'healthy' | 'aborted' | 'paused' | 'stuck' | 'retrying'

export interface RolloutState {
  owner: Owner
  application: string
  template: Raw
  isRewritten: boolean
  steps: number
  generation: number
  observed: number
  revision: number
  stepHash: number
  mode: Mode
  current: string
  stable: string
  still: number
  available: number
  abortedAt: number | undefined
  /** Asked for by hand, and not yet carried out by the controller. */
  abortAsked: boolean
  why: keyof typeof REASONS
}

export interface RolloutOptions {
  owner: Owner
  cluster: string
  application: string
  /** Something rewrites its templates on the way in. */
  isRewritten: boolean
  onChange: () => void
}

/** Before anything was applied. */
export function firstState(own: Pick<RolloutState, 'owner' | 'application' | 'isRewritten'>): RolloutState {
  return {
    ...own,
    template: {},
    steps: 0,
    generation: 0,
    observed: 0,
    revision: 0,
    stepHash: 1,
    mode: 'none',
    current: '',
    stable: '',
    still: 0,
    available: 0,
    abortedAt: undefined,
    abortAsked: false,
    why: 'failed',
  }
}
