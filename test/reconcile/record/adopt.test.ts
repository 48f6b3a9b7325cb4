import { expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import { adoptRelease, type AdoptResult } from '../../../src/reconcile/record/adopt.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anEnvironment, known } from '../an-environment.ts'

it.each<{ what: string; release: Partial<Release> | undefined; result: AdoptResult; adoptedBy: string | undefined }>([
  { what: 'that was broken before the first look', release: { preExisting: true }, result: 'adopted', adoptedBy: 'ada' },
  { what: 'that somebody undid by hand', release: { cause: 'undone' }, result: 'adopted', adoptedBy: 'ada' },
  { what: 'that was adopted before', release: { cause: 'undone', adoptedBy: 'bob' }, result: 'not-needed', adoptedBy: 'bob' },
  { what: 'that failed since', release: {}, result: 'not-needed', adoptedBy: undefined },
  { what: 'that is over', release: { preExisting: true, state: 'ended', endedAt: 1 }, result: 'not-needed', adoptedBy: undefined },
  { what: 'that nobody knows', release: undefined, result: 'absent', adoptedBy: undefined },
])('a release $what: $result', async ({ release, result, adoptedBy }) => {
  const { environment, ledger, journal } = await anEnvironment(release ? [known('release', aRelease({ key: 'r', ...release }))] : [])
  expect(await adoptRelease(environment, journal, { releaseKey: 'r', by: 'ada' })).toBe(result)
  const after = ledger.read('release', 'r')
  expect(after?.adoptedBy).toBe(adoptedBy)
  expect(after?.preExisting).toBe(result === 'adopted' ? false : release && (release.preExisting ?? false))
})
