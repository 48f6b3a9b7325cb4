import { describe, expect, it } from 'vitest'
import { spellDocument } from '../../../../src/adapters/ledgers/chain/documents.ts'
import { linkAfter } from '../../../../src/adapters/ledgers/chain/row.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import type { TestDatabase } from '../../../postgres/database.ts'
import { holds, until } from '../../../until.ts'
import { openReplica, type Replica } from './open-replica.ts'

const led = (...replicas: readonly Replica[]): string =>
  replicas
    .flatMap((one) => [...one.led.keys()])
    .toSorted()
    .join()

const RELEASE = releaseEntry(aRelease({ key: 'newer' }))
const SPELLED = spellDocument(RELEASE)

/** What a newer program would append, in its place in the chain. */
async function appendNewer({ ask }: TestDatabase, kindOf: string, document: string): Promise<void> {
  const entry = { ...RELEASE, kind: kindOf as 'release' }
  const [last] = (await ask('SELECT sequence::int, hash FROM kedge.record ORDER BY sequence DESC LIMIT 1')) as {
    sequence: number
    hash: string
  }[]
  const { sequence, at, kind, key, event, hash } = linkAfter(last, { ...entry, document }, 1)
  await ask('INSERT INTO kedge.record (sequence, at, kind, key, event, document, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    sequence,
    at,
    kind,
    key,
    event,
    document,
    hash,
  ])
  await ask(`INSERT INTO kedge.document VALUES ($1, $2, $3, $3, 'east/shop/web', 1, 1000)`, [kind, key, sequence])
}

/**
 * What holds while replicas of two versions, or of two configurations, live side by side.
 * @param where for titles
 * @param create makes an empty database
 */
export function describeRollingOut(where: string, create: () => Promise<TestDatabase>): void {
  describe(`replicas of which one is newer${where}`, () => {
    it('share what both watch, and the newer leads the clusters that were added', { timeout: 60_000 }, async () => {
      const { options } = await create()
      const short = { ...options, leaseMs: 600 }
      await using old = await openReplica(short, 'old', ['east', 'west'])
      await using added = await openReplica(short, 'new', ['east', 'west', 'north', 'south'])
      await holds('each leads its share', () => led(old, added) === 'east,north,south,west', 10_000)
      expect(led(added)).toBe('north,south')
    })

    it('have what is left of a cluster that was removed led by one, with its number', { timeout: 60_000 }, async () => {
      const { options, ask } = await create()
      const short = { ...options, leaseMs: 600 }
      await using old = await openReplica(short, 'old', ['east', 'gone'])
      const left = ['gone']
      await using a = await openReplica(short, 'a', ['east'], left)
      await using b = await openReplica(short, 'b', ['east'], left)
      await holds('who watches it leads it', () => old.led.has('gone') && led(old, a, b) === 'east,gone', 10_000)
      await old[Symbol.asyncDispose]()
      await holds('one of the others leads it', () => led(a, b) === 'east,gone', 10_000)
      const leader = a.led.has('gone') ? a : b
      await leader.led.get('gone')?.(() => leader.store.append([releaseEntry(aRelease({ key: 'r1', cluster: 'gone' }))]))
      expect(await ask(`SELECT holder, number::int FROM kedge.leader WHERE cluster = 'gone'`)).toEqual([
        { holder: leader === a ? 'a' : 'b', number: expect.any(Number) as number },
      ])
    })

    it.each([
      ['a document of a later schema', 'release', SPELLED.replace(/"\$version":\d+/, '"$version":999'), '999'],
      ['a kind of its own', 'forecast', SPELLED, 'forecast'],
      ['a kind that every object has', 'constructor', SPELLED, 'constructor'],
    ])('are led by the newer alone once it has written %s, which the older says', { timeout: 60_000 }, async (_, kind, document, named) => {
      const database = await create()
      const { ask } = database
      await using old = await openReplica({ ...database.options, leaseMs: 600 }, 'old', ['east', 'west'])
      await old.led.get('east')?.(() => old.store.append([releaseEntry(aRelease({ key: 'r1' }))]))
      expect(old.store.outdated?.()).toBeUndefined()
      await appendNewer(database, kind, document)
      await holds('it leads nothing', () => old.led.size === 0, 10_000)
      const taking = `SELECT FROM kedge.leader WHERE until > clock_timestamp() UNION ALL SELECT FROM kedge.replica`
      await until(async () => ((await ask(taking)).length === 0 ? true : undefined), { what: 'it takes part no more', timeoutMs: 10_000 })
      expect(old.told).toEqual(['E_LEDGER_NEWER'])
      expect([old.store.outdated?.()?.code, old.store.trouble?.()]).toEqual(['E_LEDGER_NEWER', expect.stringContaining(named)])
      await expect(old.store.append([releaseEntry(aRelease({ key: 'r2' }))])).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
      await expect(openReplica(database.options, 'old again')).rejects.toMatchObject({ code: 'E_LEDGER_NEWER' })
    })
  })
}
