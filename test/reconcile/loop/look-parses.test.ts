import { afterEach, expect, it, vi } from 'vitest'
import { createSqliteLedger } from '../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import type { Ledger } from '../../../src/ports/ledger.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { countingClock, tempFolder } from '../../adapters/ledgers/sqlite/temp.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { createRunningStage } from '../../simulation/stage.ts'

const PAST = 200
const WEB = { cluster: 'prod', namespace: 'shop', name: 'web' }
const READS = ['load', 'naming', 'history', 'newest', 'records', 'head', 'archived'] as const

afterEach(() => void vi.restoreAllMocks())

/** Counts the looks: each asks for the releases of its Rollout. */
function countingLooks(ledger: Ledger): { ledger: Ledger; looks: () => number } {
  let looks = 0
  const releasesOf: Ledger['releasesOf'] = (rollout, limit) => {
    looks += 1
    const releases = ledger.releasesOf(rollout, limit)
    expect(releases.length).toBeGreaterThanOrEqual(PAST)
    return releases
  }
  return { ledger: { ...ledger, releasesOf }, looks: () => looks }
}

it('a look of the loop at a Rollout with 200 past releases in SQLite parses no JSON and asks the store nothing', async () => {
  using folder = tempFolder()
  await using store = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
  const { cluster, namespace, name: rollout } = WEB
  const past = Array.from({ length: PAST }, (_, index) => {
    const podTemplateHash = `past${index}`
    const of = { cluster, namespace, rollout, uid: 'uid-web', podTemplateHash, templateKey: `prod|uid-web|${podTemplateHash}` }
    return releaseEntry(aRelease({ key: `past-${index}`, ...of, startedAt: index, state: 'ended', outcome: 'promoted', endedAt: index }))
  })
  await store.append(past)
  const counting = countingLooks(await openLedger(store))
  await using stage = await createRunningStage({ wrap: (environment) => ({ ...environment, ledger: counting.ledger }) })
  await stage.release('v2')
  const before = counting.looks()

  const parse = vi.spyOn(JSON, 'parse')
  const reads = READS.map((read) => vi.spyOn(store, read))
  for (let time = 0; time < 3; time += 1) {
    stage.controller.enqueue('prod/shop/web')
    await stage.idle()
  }
  expect(counting.looks()).toBeGreaterThanOrEqual(before + 3)
  expect(parse.mock.calls).toEqual([])
  expect(reads.flatMap(({ mock }) => mock.calls)).toEqual([])
})
