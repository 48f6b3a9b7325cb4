import { expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import { moveRelease, RELEASE_TABLE, type ReleaseFacts, type ReleaseNews } from '../../../src/domain/release/transitions.ts'
import type { Ledger } from '../../../src/ports/ledger.ts'
import { recordRelease } from '../../../src/reconcile/record/moves.ts'

/** What `recordRelease` takes. The compiler asks for every one of them. */
const NEWS = Object.keys({
  'release-updated': 0,
  'release-retried': 0,
  'release-relapsed': 0,
  'release-decided': 0,
  'release-adopted': 0,
  'release-traced': 0,
  'release-freed': 0,
  'release-shown': 0,
  'release-policy': 0,
  'release-gathered': 0,
  'release-acknowledged': 0,
  'release-snoozed': 0,
} satisfies Record<ReleaseNews['type'], 0>) as ReleaseNews['type'][]

const facts = { key: 'r1', serving: 'rolling', waiting: null, attempts: [], preExisting: false } as unknown as ReleaseFacts

/** A ledger that knows one release, as it stands. */
function knowing(release: Release | undefined): { ledger: Ledger } {
  return { ledger: { read: () => release } as unknown as Ledger }
}

/** Releases that stand in each state of the table. */
const STANDING: Readonly<Record<keyof typeof RELEASE_TABLE, Release | undefined>> = {
  none: undefined,
  rolling: moveRelease(undefined, { type: 'release-started', facts })?.release,
  failed: moveRelease(undefined, { type: 'release-failed', facts })?.release,
  ended: moveRelease(moveRelease(undefined, { type: 'release-failed', facts })?.release, { type: 'release-ended', outcome: 'gone', at: 7 })
    ?.release,
}

it.each(NEWS)('%s has no effects wherever it applies: who records it has no more to write than the release', (type) => {
  for (const [standing, release] of Object.entries(STANDING)) {
    const row = RELEASE_TABLE[standing as keyof typeof STANDING][type]
    expect(row?.effects ?? []).toEqual([])
    const { entries } = recordRelease(knowing(release), 'r1', { type, facts: { repository: 'changed' } })
    expect(entries.map(({ kind, event }) => [kind, event])).toEqual(row ? [['release', type]] : [])
  }
})

it('an event from which something follows is not recorded as news', () => {
  const { rolling, failed } = STANDING
  expect([rolling && moveRelease(rolling, { type: 'release-ended', outcome: 'gone', at: 7 })?.effects, failed?.state]).toEqual([
    ['trace-release', 'tell-people'],
    'failed',
  ])
  // What these have to say beside the release would be lost: the compiler does not take them.
  const refused = [
    // @ts-expect-error -- a trace and a card follow
    () => recordRelease(knowing(rolling), 'r1', { type: 'release-ended', outcome: 'gone', at: 7 }),
    // @ts-expect-error -- word to the revert that stands for it follows
    () => recordRelease(knowing(undefined), 'r1', { type: 'release-started', facts }),
    // @ts-expect-error -- so it does here
    () => recordRelease(knowing(undefined), 'r1', { type: 'release-failed', facts }),
  ]
  expect(refused).toHaveLength(3)
})
