import { describe, expect, it } from 'vitest'
import { KedgeError, type ErrorCode } from '../../../src/domain/errors.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Forge } from '../../../src/ports/forge.ts'
import { createTellRefusal, openWays } from '../../../src/reconcile/announce/announce.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { AT } from '../../domain/an-attempt.ts'
import { rememberLog } from '../../remember-log.ts'
import { COMMIT, REPO } from './an-announcement.ts'
import { anAnnouncing } from './an-announcing.ts'

describe('the ways to tell the forge', () => {
  it.each<[string, Partial<Policy>, readonly string[]]>([
    ['are those of the policy', {}, ['status']],
    ['are none for who only observes', { mode: 'observe' }, []],
    ['are none while it is muted', { mutedUntil: AT + 1 }, []],
    ['are open again once that is over', { mutedUntil: AT }, ['status']],
  ])('%s', (_, policy, ways) => {
    const clock = { now: () => AT } as Environment['clock']
    expect(openWays({ clock }, { mode: 'pr', announce: ['status'], mutedUntil: undefined, ...policy })).toEqual(ways)
  })
})

describe('what the forge refuses', () => {
  const fails = (code: ErrorCode): Partial<Forge> => ({
    comment: async () => {
      throw new KedgeError(code, 'Locked.')
    },
  })

  it('is left out, and told', async () => {
    const { say, forges, refused } = await anAnnouncing({ forge: fails('E_FORGE_FORBIDDEN') })
    forges.refuseStatuses(REPO, 'No right.')
    const { receipt, entries } = await say()
    expect(receipt).toEqual({ status: 'refused', comment: 'refused' })
    expect(entries?.()).toEqual([])
    expect(refused).toEqual([
      [COMMIT, 'status', 'No right.'],
      [COMMIT, 'comment', 'Locked.'],
    ])
  })

  it('is tried again where that may pass', async () => {
    await expect((await anAnnouncing({ forge: fails('E_FORGE_UNREACHABLE') })).say()).rejects.toThrow('Locked.')
    const broken = { introducedBy: () => Promise.reject(new Error('bug')) }
    await expect((await anAnnouncing({ forge: broken })).say()).rejects.toThrow('bug')
  })

  it.each([
    [899, 'set', []],
    [900, 'full', [[COMMIT, 'status', `900 statuses were set on ${COMMIT}, and the forge takes few more.`]]],
  ])('are more statuses than a forge takes of one name: after %i, one is %s', async (statuses, status, told) => {
    const { say, refused } = await anAnnouncing({ announcement: { statuses } })
    expect((await say()).receipt).toMatchObject({ status })
    expect(refused).toEqual(told)
  })

  it('is logged once for each repository and way', () => {
    const { logger, lines } = rememberLog()
    const tellRefusal = createTellRefusal({ logger })
    const where = (repository: string) => ({ repository, commit: COMMIT })
    tellRefusal(where('a'), 'status', 'No right.')
    tellRefusal(where('a'), 'status', 'No right.')
    tellRefusal(where('a'), 'comment', 'No right.')
    tellRefusal(where('b'), 'status', 'No right.')
    expect(lines.map(({ level, fields }) => [level, fields?.['repository'], fields?.['way'], fields?.['commit']])).toEqual([
      ['warn', 'a', 'status', COMMIT],
      ['warn', 'a', 'comment', COMMIT],
      ['warn', 'b', 'status', COMMIT],
    ])
    expect(lines[0]?.fields?.['error']).toContain('No right.')
  })
})
