import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import { rolloutKey } from '../../../src/domain/rollout/key.ts'
import type { RolloutRef } from '../../../src/domain/rollout/snapshots.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import type { Environment, Journal } from '../../../src/reconcile/environment.ts'
import { createQuarantineWatch } from '../../../src/reconcile/quarantine/watch.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'

const STARTED_AT = 1_000_000
const JOURNAL: Journal = { commit: async () => undefined }

const passOf = (name: string): Pass => {
  const ref: RolloutRef = { cluster: 'east', namespace: 'shop', name }
  return { look: { ref, applications: [], rollout: {} }, policy: { mode: 'pr', quarantineMs: 1 } } as unknown as Pass
}

/** When each of these is asked about for the first time, in seconds after the start. */
function firstAsks(standing: readonly Quarantine[]): readonly number[] {
  const clock = createVirtualClock(STARTED_AT)
  const ledger = {
    quarantines: ({ rollout }: { rollout?: RolloutRef }) => standing.filter((one) => !rollout || one.rollout === rollout.name),
  }
  const at = new Map<string, number>()
  const environment = { ledger, clock } as unknown as Environment
  const watch = createQuarantineWatch(environment, JOURNAL, (key, due) => void at.set(key, (due - clock.elapsed()) / 1_000))
  return standing.map(({ rollout }) => {
    const pass = passOf(rollout)
    return watch.isDue(pass) ? 0 : (at.get(rolloutKey(pass.look.ref)) ?? Infinity)
  })
}

const many = (count: number, fields: Partial<Quarantine>): readonly Quarantine[] =>
  Array.from({ length: count }, (_, at) =>
    aQuarantine({ key: `k${at}`, rollout: `web-${at}`, until: STARTED_AT + 14 * 86_400_000, baseBranch: `main-${at}`, ...fields }),
  )

it('what was in quarantine before the start is asked about from the start on, a branch each four seconds', () => {
  expect(firstAsks(many(4, { since: STARTED_AT - 1 }))).toEqual([0, 4, 8, 12])
})

it('what is of one branch is asked about at one time: it is read once for all of them', () => {
  expect(firstAsks(many(30, { since: STARTED_AT - 1, baseBranch: 'main' }))).toEqual(Array.from({ length: 30 }, () => 0))
})

it('and none later than the pace of all of them has it, whatever was asked about before', () => {
  expect(Math.max(...firstAsks(many(40, { since: STARTED_AT - 1 })))).toBe(156)
})

it('what has failed since the start is asked about after two minutes: nobody has brought it back yet', () => {
  expect(firstAsks(many(2, { since: STARTED_AT }))).toEqual([120, 120])
})
