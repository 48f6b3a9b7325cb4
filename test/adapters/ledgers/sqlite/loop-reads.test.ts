import { afterEach, expect, it, vi } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { openLedger } from '../../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

afterEach(() => void vi.restoreAllMocks())

it('what a look reads of a Rollout with 200 past releases parses no document', async () => {
  using folder = tempFolder()
  await using store = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
  const past = Array.from({ length: 200 }, (_, index) =>
    aRelease({ key: `r${index}`, startedAt: index, state: 'ended', outcome: 'promoted' }),
  )
  await store.append(past.map((release) => releaseEntry(release)))
  const parse = vi.spyOn(JSON, 'parse')
  const ledger = await openLedger(store)
  expect(parse.mock.calls.length).toBeGreaterThanOrEqual(200)
  parse.mockClear()
  const { cluster, namespace, rollout: name } = aRelease({ key: 'any' })
  expect(ledger.releasesOf({ cluster, namespace, name })).toHaveLength(200)
  expect(ledger.read('release', 'r7')?.startedAt).toBe(7)
  expect([ledger.releases({ open: true, limit: 10 }), ledger.reverts({ open: true }), ledger.pendingEffects()]).toEqual([[], [], []])
  expect(parse).not.toHaveBeenCalled()
})
