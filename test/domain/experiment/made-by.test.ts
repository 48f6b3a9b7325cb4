import { describe, expect, it } from 'vitest'
import type { AppliedSync } from '../../../src/domain/application/applied.ts'
import { ranAt, syncThatMade } from '../../../src/domain/experiment/made-by.ts'

const BEGAN = 1_000_000
const ENDED = 1_060_000
const sync = (revision: string, startedAt: number | undefined, endedAt: number | undefined): AppliedSync => ({
  application: 'argocd/web',
  revisions: [revision],
  startedAt,
  endedAt,
})

describe('a sync ran', () => {
  it.each<[boolean, string, number, Partial<AppliedSync>]>([
    [true, 'from five seconds before it began, as clocks differ', BEGAN - 5_000, {}],
    [false, 'not before', BEGAN - 5_001, {}],
    [true, 'to five seconds after it ended', ENDED + 5_000, {}],
    [false, 'not after', ENDED + 5_001, {}],
    [true, 'for ever while it has not ended', ENDED * 2, { endedAt: undefined }],
    [false, 'never where its beginning is not known', BEGAN, { startedAt: undefined }],
  ])('%s: %s', (ran, _, at, fields) => {
    expect(ranAt(at, { startedAt: BEGAN, endedAt: ENDED, ...fields })).toBe(ran)
  })
})

describe('an Experiment was made', () => {
  const mine = sync('a', BEGAN, ENDED)
  const before = sync('b', BEGAN - 90_000, BEGAN - 60_000)

  it.each<[string, readonly AppliedSync[], string | undefined]>([
    ['by the one sync that ran then', [sync('c', ENDED + 60_000, undefined), mine, before], 'a'],
    ['by nobody known where two ran then', [mine, sync('c', BEGAN + 1_000, undefined)], undefined],
    ['by nobody known where none ran then', [before], undefined],
    ['by nobody known where no sync is', [], undefined],
  ])('%s', (_, syncs, revision) => {
    const made = revision === undefined ? null : { application: 'argocd/web', revisions: [revision] }
    expect(syncThatMade(BEGAN + 30_000, syncs)).toEqual(made)
  })
})
