import type { Step } from './script.ts'

type Untimed<S> = S extends { at: number } ? Omit<S, 'at'> : never
export type Deed = Untimed<Step>

/** A story that was told of real controllers: deeds, and after them how many seconds go by. */
export interface Told {
  title: string
  selfHeal: boolean
  parts: readonly { seconds: number; deeds: readonly Deed[] }[]
}

const commit = (verdict: 'good' | 'failed' | 'flaky', change: 'tag' | 'env' | 'steps' | 'analysis' | 'config' = 'tag'): Deed => ({
  kind: 'commit',
  app: 'shop',
  rollout: 0,
  change,
  verdict,
  how: 'push',
})
const byHand = (kind: 'undo' | 'set-image' | 'promote-full', verdict: 'good' | 'failed' = 'good'): Deed => ({
  kind,
  app: 'shop',
  rollout: 0,
  verdict,
})
const revert: Deed = { kind: 'revert', app: 'shop', how: 'push', subject: 'git' }
const part = (seconds: number, ...deeds: readonly Deed[]) => ({ seconds, deeds })
const told = (title: string, parts: Told['parts'], selfHeal = true): Told => ({ title, parts, selfHeal })

/** What made what runs: by their numbers in the list of faults. Commits count from 1; 0 is what was there before. */
export const TOLD = {
  A1: told('a commit that was synced while the controller was away never ran', [
    part(1, { kind: 'controller-away', cluster: 'prod', ms: 15_000 }),
    part(9, commit('good')),
    part(40, commit('failed')),
  ]),
  A2: told('commits are synced after a failure that an undo and self-heal have brought twice', [
    part(20, commit('failed')),
    part(40, byHand('undo')),
    part(5, commit('good', 'config')),
    part(20, commit('good', 'analysis')),
  ]),
  A3: told('an undo that Argo CD has not compared yet when the next release begins', [
    part(20, commit('failed')),
    part(10, commit('good', 'analysis')),
    part(1, byHand('undo')),
    part(30, commit('failed')),
  ]),
  'A4 by undo': told(
    'what runs was brought back by hand',
    [part(30, commit('good')), part(30, byHand('undo')), part(30, commit('failed'))],
    false,
  ),
  'A4 by image': told(
    'what runs was made by hand',
    [part(30, commit('good')), part(30, byHand('set-image')), part(30, commit('failed'))],
    false,
  ),
  A5: told(
    'what fails was made by hand',
    [part(20, commit('failed')), part(5, commit('good', 'analysis')), part(20, byHand('set-image', 'failed'))],
    false,
  ),
  A6: told('an undo, and self-heal brings the failing version again', [part(20, commit('failed')), part(70, byHand('undo'))]),
  A7: told('other steps are synced just before', [part(3, commit('good', 'steps')), part(30, commit('failed'))]),
  A8: told('a revert is overtaken at once', [part(30, commit('failed')), part(1, revert), part(30, commit('failed'))]),
  A9: told('what runs well is undone', [part(30, commit('good')), part(30, byHand('undo'))], false),
  A10: told('a release is under way', [part(1.4, commit('failed'))]),
  A11: told('a version is overtaken before it is Healthy, and the Rollout is not heard of', [
    part(0, { kind: 'hush', cluster: 'prod', kinds: ['Rollout', 'ReplicaSet'], ms: 4_000 }),
    part(2, commit('good')),
    part(30, commit('failed')),
  ]),
  A12: told('it makes it after all while the revert is pushed', [
    part(4, { kind: 'slow-push', ms: 10_000 }, commit('failed')),
    part(4),
    part(30, byHand('promote-full')),
  ]),
  'with measures': told('other measures come along in the sync of what fails', [
    part(0, { kind: 'sync-off', app: 'shop' }, commit('failed')),
    part(1, commit('good', 'analysis')),
    part(30, { kind: 'sync-on', app: 'shop' }),
  ]),
  forced: told('what failed is taken off the branch by force, and something else is released', [
    part(30, commit('failed')),
    part(20, { kind: 'force-push', drop: 1 }),
    part(30, commit('failed')),
  ]),
  'forced back': told('what took back what failed is taken off the branch by force, and so it fails again', [
    part(30, commit('failed')),
    part(30, revert),
    part(30, { kind: 'force-push', drop: 1 }),
  ]),
  'forced on': told('what took back what failed last is taken off the branch by force with it, and what failed before fails again', [
    part(30, commit('good', 'analysis')),
    part(30, commit('failed')),
    part(30, commit('failed')),
    part(30, revert),
    part(20, { kind: 'force-push', drop: 2 }),
  ]),
  'on top, and back': told('what fails is taken back, and so what had failed before fails again', [
    part(30, commit('good', 'analysis')),
    part(30, commit('failed', 'env')),
    part(30, commit('failed')),
    part(30, revert),
  ]),
  'made anew': told('an Application is deleted and made anew, and so is its Rollout', [
    part(30, commit('good')),
    part(30, { kind: 'app-anew', app: 'shop', cascade: true, ms: 3_000 }),
    part(30, commit('failed')),
  ]),
  tag: told('an Application follows a tag that fails', [
    part(30, commit('good')),
    part(30, commit('failed')),
    part(30, { kind: 'revert', app: 'shop', how: 'push', subject: 'plain' }),
    part(30, { kind: 'retarget', app: 'shop', to: 'tag', ago: 1 }),
  ]),
  window: told('two commits are held back by a sync window', [
    part(1, { kind: 'deny-syncs', app: 'shop', ms: 20_000 }),
    part(5, commit('good')),
    part(50, commit('failed')),
  ]),
  steps: told('other steps after a failure begin it anew', [part(20, commit('failed')), part(20, commit('good', 'steps'))]),
} as const
