import { describe, expect, it } from 'vitest'
import { NOW } from '../../http/fleet-fixture.ts'
import { aKnown, decided, ended, type Known } from './a-known.ts'
import type { Place } from './a-place.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('Git and the forge are asked about a failed Experiment', () => {
  it.each<[string, boolean, Known]>([
    ['until something was decided', true, { release: { decision: null } }],
    ['not where none may be reverted', false, { release: { decision: null }, policy: { mode: 'notify' } }],
    ['for a day after people were told that there is no PR', true, { release: decided('notify', NOW - DAY + 1) }],
    ['and then no more', false, { release: decided('notify', NOW - DAY) }],
    ['but where somebody hints', true, { release: decided('notify', NOW - DAY), isHinted: true }],
    ['for as long as nothing was decided of it', true, { release: decided('none', NOW - 9 * DAY) }],
    ['not while it is muted', false, { release: decided('notify', NOW), policy: { mutedUntil: NOW + 1 } }],
    ['as soon as that is over', true, { release: decided('notify', NOW), policy: { mutedUntil: NOW } }],
    ['while its PR is open, however old that is', true, { release: decided('notify', NOW - 9 * DAY), revert: {} }],
    [
      'while its PR is open, though it is over',
      true,
      { release: { ...decided('notify', NOW), state: 'ended', outcome: 'gone' }, revert: {} },
    ],
    [
      'not once both are over',
      false,
      { release: { ...decided('notify', NOW), state: 'ended', outcome: 'gone' }, revert: ended('declined', NOW), isHinted: true },
    ],
    ['for a day after its PR was closed', true, { release: decided('notify', NOW - 9 * DAY), revert: ended('declined', NOW - DAY + 1) }],
    ['and no longer', false, { release: decided('notify', NOW - 9 * DAY), revert: ended('declined', NOW - DAY) }],
    [
      'also where it may not be reverted by now',
      true,
      { release: decided('notify', NOW), revert: ended('declined', NOW), policy: { mode: 'notify' } },
    ],
    [
      'for a day after its PR was merged',
      true,
      { release: decided('notify', NOW - 9 * DAY), revert: ended('merged', NOW - DAY + 1), policy: { restoreDeadlineMs: 0 } },
    ],
    [
      'and no longer than that',
      false,
      { release: decided('notify', NOW - 9 * DAY), revert: ended('merged', NOW - DAY), policy: { restoreDeadlineMs: 0 } },
    ],
    [
      'until the restore is overdue, and a poll longer',
      true,
      { release: decided('notify', NOW), revert: ended('merged', NOW - 2 * DAY - 29_999), policy: { restoreDeadlineMs: 2 * DAY } },
    ],
    [
      'and then no longer',
      false,
      { release: decided('notify', NOW), revert: ended('merged', NOW - 2 * DAY - 30_000), policy: { restoreDeadlineMs: 2 * DAY } },
    ],
    ['where it is not known when that was', true, { release: decided('notify', NOW), revert: ended('merged', null) }],
    [
      'also while it is muted, once its PR was merged',
      true,
      { release: decided('notify', NOW), revert: ended('merged', NOW), policy: { mutedUntil: NOW + HOUR } },
    ],
  ])('%s: %s', async (_, follows, known) => {
    expect(await (await aKnown(known)).look()).toMatchObject({ follows })
  })

  it.each([
    ['once its mute is over', NOW + HOUR, HOUR],
    ['after a day, where that is later', NOW + 30 * HOUR, DAY],
    ['when something happens, where it is not muted', NOW, undefined],
  ])('%s, it is looked at again', async (_, mutedUntil, inMs) => {
    const { look, clock } = await aKnown({ release: decided('notify', NOW), policy: { mutedUntil } })
    expect((await look()).at).toBe(inMs === undefined ? undefined : clock.elapsed() + inMs)
  })
})

describe('a failed Experiment', () => {
  const MERGED = ended('merged', NOW)

  it.each<[string, string, Known, Place]>([
    ['that is gone is over', 'gone', {}, { experiments: [] }],
    ['that is gone with its revert merged is restored', 'restored', { revert: MERGED }, { experiments: [] }],
    ['that is gone with its revert declined is over', 'gone', { revert: ended('declined', NOW) }, { experiments: [] }],
    [
      'whose revert was changed by others before it was merged is over',
      'gone',
      { revert: { ...MERGED, touchedByOthers: true } },
      { experiments: [] },
    ],
    ['that was made anew is superseded', 'superseded', { release: { uid: 'experiment-0', ...decided('notify', NOW) } }, {}],
    ['that is there still stays open', 'open', { release: decided('notify', NOW) }, {}],
    ['that was over is so, whatever is seen', 'gone', { release: { state: 'ended', outcome: 'gone', endedAt: 1 } }, {}],
  ])('%s', async (_, outcome, known, place) => {
    const { ledger, look } = await aKnown(known, place)
    await look()
    expect(ledger.read('release', 'r')).toMatchObject({ outcome })
  })
})
