import { expect, it } from 'vitest'
import { asksGit } from '../../../src/domain/release/end.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aBurn, anAttempt } from './a-look.ts'

type Seen = Parameters<typeof asksGit>[1]

/** A failed release of `b` over `a`, of which `a` serves again after another sync. */
function asks(release: Partial<Release>, rollout: object | null, more: Partial<Observation> = {}): boolean {
  const failed = {
    uid: 'u',
    state: 'failed',
    podTemplateHash: 'b',
    stableHash: 'a',
    rolloutRevision: 2,
    attempts: [],
    applied: { revisions: ['old'] },
  }
  const seen = {
    rollout: rollout && { uid: 'u', currentPodHash: 'a', stableRS: 'a', phase: 'Healthy', rolloutRevision: 3, ...rollout },
    syncs: [{ revisions: ['new'] }],
    restoredInGit: () => false,
    ...more,
  }
  return asksGit({ ...failed, ...release } as unknown as Release, seen as unknown as Seen)
}

it('Git is asked how a release has ended when N serves again, or N+1 under a new number, and something was synced since', () => {
  expect(asks({}, {})).toBe(true)
  expect(asks({}, { currentPodHash: 'b', stableRS: 'a', phase: 'Progressing' })).toBe(true)
  const ofFlags = { attempts: [anAttempt({ burn: aBurn({ flags: ['flags/web.yaml'] }) })] }
  expect(asks(ofFlags, {}, { restoredInGit: () => true })).toBe(true)
})

it.each<[string, boolean]>([
  ['it has ended', asks({ state: 'ended' }, {})],
  ['the Rollout is gone', asks({}, null)],
  ['another object has its name', asks({}, { uid: 'other' })],
  ['N+1 is still what it was', asks({}, { currentPodHash: 'b', rolloutRevision: 2 })],
  ['a third version is under way', asks({}, { currentPodHash: 'c' })],
  ['N is asked for and another is stable', asks({}, { stableRS: 'b' })],
  ['N is not Healthy yet', asks({}, { phase: 'Progressing' })],
  ['nobody knows what it was applied with', asks({ applied: null }, {})],
  ['nothing was synced', asks({}, {}, { syncs: [] })],
  ['the newest sync is the one that applied it', asks({ applied: { revisions: ['new'] } as unknown as Release['applied'] }, {})],
  ['Git is known to have it restored', asks({}, {}, { restoredInGit: () => true })],
])('Git is not asked when %s', (_, asked) => {
  expect(asked).toBe(false)
})
