import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { readConfig } from '../../src/config/load.ts'
import type { LedgerHead } from '../../src/ports/ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import type { ClusterLeader } from '../../src/reconcile/loop/controllers.ts'
import type { Site } from '../../src/service/adapters.ts'
import { signCheckpoints } from '../../src/service/sign-checkpoints.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'

const CHECKPOINTS = 'ledger: { checkpoints: { keyFile: key.pem, origin: kedge.example/test, folder: audit } }'

/** What is signed within a minute by a replica that is told who leads what. */
async function signedBy(leaders: readonly ClusterLeader[], more = CHECKPOINTS): Promise<readonly number[] | undefined> {
  await using store = createMemoryLedger({ clock: { now: () => 0 } })
  await store.append([releaseEntry(aRelease({ key: 'r1' }))])
  const clock = createVirtualClock(0)
  const signed: number[] = []
  const add = async ({ head }: { head: LedgerHead }): Promise<void> => void signed.push(head.sequence)
  const signing = {
    checkpoint: (head: LedgerHead) => ({ head, text: '' }),
    attest: async () => undefined,
    places: [{ name: 'audit', add, newest: async () => undefined }],
  }
  const site = { clock, logger: SILENT } as unknown as Site
  const config = readConfig(`apiVersion: kedge/v1\n${more}\n`, '/etc/kedge')
  using checkpoints = signCheckpoints(config, { site, store, signing }, { leaders: () => leaders, counted: () => undefined })
  await clock.advanceTo(60_000, async () => {
    await checkpoints?.idle()
    await new Promise((resolve) => setImmediate(resolve))
  })
  return checkpoints && signed
}

const leader = (cluster: string, holder: string | undefined): ClusterLeader => ({ cluster, holder, isOwn: holder === 'own' })

it.each<[string, readonly ClusterLeader[], readonly number[]]>([
  ['is the only process', [], [1]],
  ['leads the first cluster', [leader('a', 'own'), leader('b', 'other')], [1]],
  ['leads another one', [leader('a', 'other'), leader('b', 'own')], []],
  ['leads the first that somebody leads', [leader('a', undefined), leader('b', 'own'), leader('c', 'other')], [1]],
  ['leads nothing', [leader('a', 'other')], []],
  ['sees that nobody leads anything', [leader('a', undefined)], []],
])('of several replicas one signs: who %s', async (_, leaders, signed) => {
  expect(await signedBy(leaders)).toEqual(signed)
})

it('where nothing is configured, nothing is signed', async () => {
  expect(await signedBy([], '')).toBeUndefined()
})
