import type { Random } from '../random.ts'
import type { Step } from '../script.ts'
import type { Verdict } from '../world/host.ts'
import type { Change } from '../world/manifests.ts'

type Untimed<S> = S extends { at: number } ? Omit<S, 'at'> : never
type Commit = Extract<Step, { kind: 'commit' }>

/** What a story is told with: time goes on only by `wait`. */
export interface Telling {
  readonly random: Random
  readonly app: string
  readonly cluster: string
  /** The cluster that Argo CD runs in. */
  readonly argocd: string
  readonly rollout: number
  /** Milliseconds since the world began. */
  now: number
  wait(from: number, to?: number): void
  add(step: Untimed<Step>): void
  /** A commit to the app, by default one that changes a template. */
  commit(verdict: Verdict, more?: Partial<Commit>): void
  /** A commit that changes no template. */
  touch(change?: Change): void
}

export interface Story {
  name: string
  weight: number
  tell: (telling: Telling) => void
}

/** Long enough for a release to come to its end. */
export const RELEASE = [15_000, 30_000] as const
/** Long enough for a failure to be handled. */
export const HANDLED = [65_000, 80_000] as const

const BAD: readonly Verdict[] = ['failed', 'failed', 'failed', 'failed', 'deadline']
/** A commit that fails. */
export const bad = (telling: Telling): void => telling.commit(telling.random.pick(BAD))
/** Somebody does it by hand. */
export const byHand = (
  telling: Telling,
  kind: 'undo' | 'set-image' | 'retry' | 'abort' | 'promote-full',
  verdict: Verdict = 'good',
): void => telling.add({ kind, app: telling.app, rollout: telling.rollout, verdict })

/** How people end a failure. */
export function end(telling: Telling): void {
  const { random, app } = telling
  const how = random.pick(['merge', 'merge', 'merge', 'revert', 'forward', 'forward', 'close', 'nothing'] as const)
  if (how === 'merge') telling.add({ kind: 'merge-pr' })
  else if (how === 'close') telling.add({ kind: 'close-pr' })
  else if (how === 'revert')
    telling.add({ kind: 'revert', app, how: random.pick(['push', 'merge']), subject: random.pick(['git', 'plain']) })
  else if (how === 'forward') telling.commit('good')
  telling.wait(...RELEASE)
}
