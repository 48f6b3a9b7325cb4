import { expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { anAttempt } from '../../../domain/release/a-look.ts'
import { at, running, web, type Of, type Story } from '../a-question.ts'
import { failedAt, N, told, type Asking } from './telling.ts'

const SECOND = 1 / 60
const SKEW = 5 * SECOND

/** N+1 with its first steps, with other ones, and with other ones again. */
const COMMITS = {
  n: web('v1'),
  next: web('v2', { steps: 10 }),
  same: web('v2', { steps: 10, more: 'note: 1\n' }),
  steps: web('v2', { steps: 20 }),
  more: web('v2', { steps: 30 }),
}
const OWN = ['P4', expect.stringContaining('Kedge has not seen every sync since the one before')]

it.each<[string, Asking, unknown]>([
  ['changes nothing of it', { synced: [N, ['same', 49]] }, OWN],
  [
    'changes nothing of it, and every sync since N was seen',
    { synced: [N, ['same', 49]], application: { seenSince: at(10) } },
    ['same', 'n'],
  ],
  ['changes nothing of it, and not every sync since N was seen', { synced: [N, ['same', 49]], application: { seenSince: at(11) } }, OWN],
  ['changes the steps', { synced: [N, ['steps', 49]] }, ['steps', 'n']],
  ['has made it', { synced: [N, ['next', 49]] }, ['next', 'n']],
  ['changes nothing of it, where several repositories are read', { synced: [N, ['same', 49]], several: true }, ['same', 'n']],
  ['has no commit before it', { commits: { same: web('v2'), n: web('v1') }, synced: [N, ['same', 49]] }, ['same', 'n']],
  ['comes after what cannot be rendered', { commits: { ...COMMITS, next: 'unknown: why\n' }, synced: [['same', 49]] }, ['same', null]],
])('the newest commit of the oldest sync of N+1 %s', async (_, story, expected) => {
  expect(await told({ commits: COMMITS, ...story })).toEqual(expected)
})

/** N+1 has failed in minute 60. */
const over =
  (fields: Partial<Release> = {}): Of<Partial<Release>> =>
  () => ({ ...failedAt(60), ...fields })

const late = (began: number, ended?: number): Asking => ({
  synced: [N, ['next', 40], ended === undefined ? ['steps', began] : ['steps', began, ended]],
  failing: { formerRevisions: [0] },
})

it.each<[string, Asking, unknown]>([
  ['ended long before N+1 failed', late(45), ['steps', 'n']],
  ['ended only just before N+1 failed', late(58, 60 - SKEW), ['steps', 'n']],
  ['ended about when N+1 failed', late(58, 60 - SKEW + SECOND), ['next', 'n']],
  ['ended after it', late(61), ['next', 'n']],
  ['ended before N+1 was made, which has not failed', { ...late(45, 50 - 2 * SECOND), failing: {}, release: () => ({}) }, ['steps', 'n']],
  ['ended as N+1 was made', { ...late(45, 50 - SECOND), failing: {}, release: () => ({}) }, ['next', 'n']],
  ['ended before N+1 came back', { ...late(45, 46), release: () => ({}) }, ['next', 'n']],
  [
    'ended before N+1 was made, by another clock',
    { ...late(45, 50 - SKEW), failing: {}, release: () => ({}), application: { cluster: 'west' } },
    ['steps', 'n'],
  ],
  [
    'ended about when N+1 was made, by another clock',
    { ...late(45, 50 - SKEW + SECOND), failing: {}, release: () => ({}), application: { cluster: 'west' } },
    ['next', 'n'],
  ],
])('other steps have begun N+1 anew where their sync %s', async (_, story, expected) => {
  expect(await told({ commits: COMMITS, release: over(), ...story })).toEqual(expected)
})

it('of several syncs with other steps the newest has begun it anew that came in time', async () => {
  const synced: Story['synced'] = [N, ['next', 40], ['steps', 45], ['more', 50]]
  const failing = { formerRevisions: [0] }
  expect(await told({ commits: COMMITS, synced, failing, release: over() })).toEqual(['more', 'n'])
  expect(await told({ commits: COMMITS, synced, failing, release: () => failedAt(50) })).toEqual(['steps', 'n'])
})

/** The same template has failed with the steps of before. */
const before =
  (fields: Partial<Release> = {}): Of<readonly Release[]> =>
  ({ applied }) => [aRelease({ key: 'b', stepHash: 'ten', attempts: [anAttempt()], applied: applied('next'), ...fields })]
const TWENTY = over({ stepHash: 'twenty' })

it.each<[string, Asking, unknown]>([
  ['is the only one since', {}, ['steps', 'n']],
  ['began when N+1 failed', late(60, 61), ['steps', 'n']],
  ['began after N+1 failed', late(60 + SECOND, 61), ['next', 'n']],
  ['is one of two', { synced: [N, ['next', 40], ['steps', 55, 61], ['more', 58, 62]] }, ['next', 'n']],
  ['brings the steps of then', { others: before({ stepHash: 'twenty' }) }, ['next', 'n']],
  ['came after what began another template', { others: before({ podTemplateHash: 'x' }) }, ['next', 'n']],
  ['came after a sync that began nothing', { others: before({ applied: null }) }, ['next', 'n']],
  ['is the one that it had begun with', { others: (of) => before({ applied: of.applied('steps') })(of) }, ['next', 'n']],
])(
  'other steps that came too late to be sure have begun N+1 anew, as it had failed with others: their sync %s',
  async (_, story, expected) => {
    expect(await told({ commits: COMMITS, ...late(55, 61), release: TWENTY, others: before(), ...story })).toEqual(expected)
  },
)

it.each<[string, Asking, unknown]>([['an earlier sync that failed is remembered to have begun it', { application: {} }, ['steps', 'n']]])(
  'other steps have begun N+1 anew where %s',
  async (_, story, expected) => {
    const release: Of<Partial<Release>> = ({ applied }) => ({ ...failedAt(60), applied: applied('next') })
    expect(await told({ commits: COMMITS, synced: [N, ['steps', 45]], failing: { formerRevisions: [0] }, release, ...story })).toEqual(
      expected,
    )
  },
)

/** It began anew, with other steps, after it had failed in minute 52. */
const anew =
  (fields: Of<Partial<Release>> = () => ({})): Of<Partial<Release>> =>
  (of) => ({ ...failedAt(60), byTemplate: false, anewSince: at(52), ...fields(of) })
const ANEW: Asking = { commits: COMMITS, synced: [N, ['next', 40], ['steps', 55]], release: anew() }

it.each<[string, Asking, unknown]>([
  ['the sync that brought them', {}, ['steps', 'n']],
  [
    'the sync that brought them, and not one that brought none',
    { synced: [N, ['next', 40], ['steps', 55], ['steps', 57]] },
    ['steps', 'n'],
  ],
  ['nothing that is known', { synced: [N, ['next', 40], ['same', 55]] }, undefined],
  ['nothing, where the sync came after it failed', { synced: [N, ['next', 40], ['steps', 60 + SECOND]] }, undefined],
  ['the sync that came as it failed', { synced: [N, ['next', 40], ['steps', 60]] }, ['steps', 'n']],
  ['what is remembered', { synced: [N, ['next', 40]], release: anew(({ applied }) => ({ applied: applied('steps') })) }, ['steps', 'n']],
  [
    'the only sync there is',
    {
      synced: [
        ['next', 40],
        ['steps', 55],
      ],
    },
    ['steps', null],
  ],
  ['the sync that brought them, of which it has not failed', { release: anew(() => ({ attempts: [] })) }, ['steps', 'n']],
])('N+1 has begun anew with %s', async (_, story, expected) => {
  expect(await told({ ...ANEW, ...story })).toEqual(expected)
})

const LATE = ['P4', 'what renders N+1 was synced only after N+1 ran: somebody had made it by hand.']
const SHORT: Asking = { ...ANEW, synced: [N, ['steps', 55], ['more', 57]] }
const knew = (name: string): Of<Partial<Release>> => anew(({ applied }) => ({ before: applied(name) }))

it.each<[string, Asking, unknown]>([
  ['an earlier commit', { release: knew('next') }, ['more', 'n']],
  ['an earlier commit, of several repositories', { release: knew('next'), several: true }, ['more', 'n']],
  ['the oldest that is left of the history', { release: knew('steps') }, LATE],
  ['a later commit', { release: knew('more') }, LATE],
  ['what renders something else', { release: knew('n') }, LATE],
  ['nothing', {}, LATE],
])('what began anew was there before all that is left of the history, where it had begun with %s', async (_, story, expected) => {
  expect(await told({ ...SHORT, ...story })).toEqual(expected)
})

/** `more` is what runs now. */
const runs: Of<Partial<ApplicationSnapshot>> = ({ sha }) => ({ operation: running(sha('more'), at(55)) })
const COMING = ['P4', expect.stringContaining('one is running and may not have applied the Rollout yet')]
const steps = (ended: number): Story['synced'] => [N, ['next', 40], ['steps', 45, ended]]

it.each<[string, Asking, unknown]>([
  ['is the only one', { synced: [N, ['next', 40]] }, ['more', 'n']],
  ['comes after another, which was over when N+1 failed before', { synced: steps(52 - SKEW - SECOND) }, ['more', 'n']],
  ['comes after another, which was not over for sure', { synced: steps(52 - SKEW) }, COMING],
  [
    'comes after another, and nobody knows when N+1 failed before',
    { synced: steps(46), release: () => ({ ...failedAt(60), byTemplate: false }) },
    COMING,
  ],
  ['comes after one that brings no other steps', { synced: [N, ['next', 40], ['same', 50, 53]] }, ['more', 'n']],
  [
    'has applied the Rollout',
    {
      synced: steps(53),
      application: ({ sha }) => ({
        operation: { ...running(sha('more'), at(55)), revisions: [sha('more')], rolloutsApplied: ['shop/web'] },
      }),
    },
    ['more', 'n'],
  ],
  ['is over', { synced: [...steps(53), ['more', 55]], application: {} }, ['more', 'n']],
])('what runs now and brings other steps %s', async (_, story, expected) => {
  expect(await told({ ...ANEW, application: runs, ...story })).toEqual(expected)
})
