import { expect, it } from 'vitest'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { aBurnedRelease } from '../../../domain/release/a-look.ts'
import { appliedSource } from '../../an-application.ts'
import { aMove, NOWHERE, web, whetherMoved, type Move } from './a-move.ts'

const SECONDS = 1_000
const BACK = { changes: [web('v1'), web('v2'), web('v1')] }

it('Git is asked once of one look, and anew of another', async () => {
  const { moved, look, clock } = await aMove(BACK)
  const { look: seen, release } = look()
  expect(moved.of(seen)(release)).toBeUndefined()
  expect(await moved.ask(seen)).toBe(true)
  await clock.advanceTo(3_600 * SECONDS, async () => undefined)
  expect([moved.of(seen)(release), await moved.ask(seen)]).toEqual([true, false])
  for (const more of [{ isAsked: true }, { application: { name: 'other' } }, { applied: 0 }, { newest: { revisions: [NOWHERE] } }]) {
    const other = look(more)
    expect(moved.of(other.look)(other.release)).toBeUndefined()
    expect(await moved.ask(other.look)).toBe(true)
  }
})

it('what does not hang on Git is not asked, and counts as moved', async () => {
  const { moved, look } = await aMove(BACK)
  const { look: seen, release } = look({ newest: 1 })
  expect(await moved.ask(seen)).toBe(false)
  expect(moved.of(seen)(release)).toBe(true)
})

it('of a release that has ended nothing is kept', async () => {
  const { moved, look } = await aMove(BACK)
  const { look: seen, release } = look()
  await moved.ask(seen)
  const ended = { ...seen, releases: [{ ...release, state: 'ended' as const }], observation: { ...seen.observation, open: [] } }
  expect(await moved.ask(ended)).toBe(false)
  expect(await moved.ask(seen)).toBe(true)
})

it.each([
  ['which has changed, it is asked anew', '{"a":1}', true],
  ['which is the same, it is not', '{}', false],
])('with other parameters in the spec than in a sync %s', async (_, before, again) => {
  const applied = { sources: [appliedSource({ parameters: before })] }
  const newest = { sources: [appliedSource()] }
  const { moved, look } = await aMove({ ...BACK, applied, newest })
  await moved.ask(look().look)
  expect(await moved.ask(look({ sources: [{ parameters: '{"b":1}' }] }).look)).toBe(again)
})

const failing = (error: Error): Partial<Move> => ({ ...BACK, git: () => ({ has: () => Promise.reject(error) }) })
it('while Git cannot be reached nothing has moved, and it is asked anew after thirty seconds', async () => {
  const { moved, look, clock } = await aMove(failing(new KedgeError('E_GIT_UNREACHABLE', 'no', { retryable: true })))
  const { look: seen, release } = look()
  await moved.ask(seen)
  expect(moved.of(seen)(release)).toBe(false)
  await clock.advanceTo(30 * SECONDS - 1, async () => undefined)
  expect([moved.of(seen)(release), await moved.ask(seen)]).toEqual([false, false])
  await clock.advanceTo(30 * SECONDS, async () => undefined)
  expect(moved.of(seen)(release)).toBeUndefined()
  expect(await moved.ask(seen)).toBe(true)
})

it('what Git will never answer counts as moved, and is asked no more', async () => {
  const { moved, look, clock } = await aMove(failing(new KedgeError('E_GIT_BAD_INPUT', 'no')))
  const { look: seen, release } = look()
  await moved.ask(seen)
  await clock.advanceTo(3_600 * SECONDS, async () => undefined)
  expect([moved.of(seen)(release), await moved.ask(seen)]).toEqual([true, false])
})

it('what is no fault of Git is told', async () => {
  const { moved, look } = await aMove(failing(new TypeError('a fault of ours')))
  await expect(moved.ask(look().look)).rejects.toThrow('a fault of ours')
})

const flags = (value: string): Record<string, string> => ({ 'apps/web/flags.yaml': `on: ${value}\n` })
const { attempts } = aBurnedRelease({ flags: ['apps/web/flags.yaml'] })
const CHANGED = [{ ...web('v1'), ...flags('1') }, flags('2')]

it.for<readonly [what: string, move: Partial<Move>, fields: Partial<Release>, moved: boolean | 'onward']>([
  ['are back', { changes: [...CHANGED, flags('1')] }, {}, true],
  ['are as they were made', { changes: [...CHANGED, web('v2')] }, {}, false],
  ['are as they were made, beside what is not read', { changes: [...CHANGED, { 'x.yaml': '' }] }, {}, false],
  ['have other values', { changes: [...CHANGED, flags('3')] }, {}, 'onward'],
  ['were never told of N', { changes: [...CHANGED, flags('1')] }, { goodRevision: null }, false],
  ['were never told of N+1', { changes: [...CHANGED, flags('1')] }, { revision: null }, false],
  ['are of a commit of N that is gone', { changes: [...CHANGED, flags('1')] }, { goodRevision: NOWHERE as never }, 'onward'],
  ['are of a commit of N+1 that is gone', { changes: [...CHANGED, flags('1')] }, { revision: NOWHERE as never }, 'onward'],
  ['have not changed with N+1', { changes: [web('v1'), { 'x.yaml': '' }, web('v2')] }, {}, 'onward'],
  ['are in a sync that is gone', { changes: CHANGED, newest: { revisions: [NOWHERE] } }, {}, 'onward'],
  [
    'are read from several repositories',
    { changes: CHANGED, newest: 0, sources: [{}, { repoURL: 'https://git.example/x.git' }] },
    {},
    'onward',
  ],
  ['are read from several branches', { changes: CHANGED, newest: 0, sources: [{}, { targetRevision: 'x' }] }, {}, 'onward'],
  ['are of an Application that is gone', { changes: CHANGED, newest: 0, application: null }, {}, 'onward'],
  ['are of an earlier sync than theirs', { changes: CHANGED, newest: 0 }, {}, false],
])('a release of flags that %s', async ([, move, fields, expected]) => {
  expect(await whetherMoved({ ...move, release: () => ({ attempts, ...fields }) })).toBe(expected)
})

it('releases of flags are asked about beside those of templates', async () => {
  const { moved, look, clock } = await aMove({ changes: [...CHANGED, flags('1')], release: () => ({ attempts }) })
  const { look: seen, release } = look({ look: { open: [] } })
  const beside = {
    ...seen,
    observation: { ...seen.observation, flags: { releases: [release, { ...release, key: 'e', state: 'ended' as const }] } },
  }
  expect([await moved.ask(seen), await moved.ask(beside)]).toEqual([false, true])
  await clock.advanceTo(3_600 * SECONDS, async () => undefined)
  expect(await moved.ask(beside)).toBe(false)
  expect(moved.of(beside)(release)).toBe(true)
})
