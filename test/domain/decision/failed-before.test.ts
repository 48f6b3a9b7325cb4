import { expect, test } from 'vitest'
import { failedBefore, servedBefore, type ServedBefore } from '../../../src/domain/decision/failed-before.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../src/domain/rollout/snapshots.ts'

type Change = Partial<Omit<Release, 'attempts'>> & { failed?: boolean }

function release({ failed = true, ...change }: Change): Release {
  const hash = change.podTemplateHash ?? 'v2'
  const base = { key: hash, uid: 'web', templateKey: hash, podTemplateHash: hash, stableHash: 'v1', images: [`web:${hash}`] }
  const rest = { stableImages: ['web:v1'], outcome: 'restored', revision: null, attempts: failed ? [{ cause: 'analysis-failed' }] : [] }
  return { ...base, ...rest, ...change } as unknown as Release
}

const again = release({ key: 'again' })

test('a template and the image that was new with it have failed before', () => {
  expect(failedBefore(again, [release({}), again])).toEqual([{ isSameTemplate: true, images: ['web:v2'], commit: null }])
  const other = release({ podTemplateHash: 'v2-env', images: ['web:v2'] })
  expect(failedBefore(again, [other, again])).toEqual([{ isSameTemplate: false, images: ['web:v2'], commit: null }])
})

test.each<[string, Release]>([
  ['failed as another Rollout', release({ uid: 'worker' })],
  ['was undone by hand', { ...release({}), attempts: [{ cause: 'undone' }] } as unknown as Release],
  ['has only other images', release({ podTemplateHash: 'v3', images: ['web:v1'] })],
  ['made it after all', release({ outcome: 'promoted' })],
])('what %s has not failed before', (_, one) => {
  expect(failedBefore(again, [one, again])).toEqual([])
})

test('what has served since has not failed before, in whichever release it made it', () => {
  const promoted = release({ key: 'later', outcome: 'promoted' })
  expect(failedBefore(again, [release({}), promoted, again])).toEqual([])
  const over = release({ key: 'v3', podTemplateHash: 'v3', stableHash: 'v2', stableImages: ['web:v2'] })
  expect(failedBefore(again, [release({}), over, again])).toEqual([{ isSameTemplate: false, images: ['web:v3'], commit: null }])
})

const setOf = (...formerRevisions: number[]): ReplicaSetSnapshot => ({ formerRevisions }) as unknown as ReplicaSetSnapshot

test.each<[ServedBefore, string, readonly Release[], ReplicaSetSnapshot]>([
  ['served', 'was the version before of another release', [release({ podTemplateHash: 'v3', stableHash: 'v2' })], setOf(1)],
  ['served', 'made it', [release({ outcome: 'promoted' })], setOf(1)],
  ['stood', 'was there before anything was written down', [], setOf(1)],
  [undefined, 'has failed, and never made it', [release({})], setOf(1)],
  [undefined, 'is new', [release({ podTemplateHash: 'v3' })], setOf()],
  [undefined, 'has served as another Rollout', [release({ uid: 'worker', outcome: 'promoted' })], setOf()],
])('whether a template has served before is told by the ledger, else by its number: %s, which %s', (served, _, others, failing) => {
  expect(servedBefore(again, [...others, again], failing)).toBe(served)
})

test('what was undone by hand is asked for still, though it has served', () => {
  expect(servedBefore({ ...again, cause: 'undone' }, [release({ outcome: 'promoted' }), again], setOf())).toBeUndefined()
})
