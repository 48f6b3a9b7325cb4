import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import type { TestDatabase } from '../../../postgres/database.ts'
import { holds, until } from '../../../until.ts'
import { openReplica, type Replica } from './open-replica.ts'

/** Appends one more release to what all know by then: its number says how many there were. */
function addOne({ ledger, journal, led }: Replica, cluster: string): Promise<void> {
  const within = led.get(cluster)
  if (!within) throw new Error(`does not lead ${cluster}`)
  return within(() =>
    journal.commit(() => {
      const count = ledger.releases({ limit: 1_000 }).length
      return [releaseEntry(aRelease({ key: `r${count}`, cluster, startedAt: count }))]
    }),
  )
}

const names = ({ led }: Replica): string => [...led.keys()].join()

/**
 * What holds of replicas that share a ledger, whatever stands between them and the server.
 * @param where for titles
 * @param create makes an empty database
 */
export function describeSharing(where: string, create: () => Promise<TestDatabase>): void {
  describe(`a ledger in PostgreSQL that replicas share${where}`, () => {
    it(
      'has one chain: of two that append at once each has seen what the other appended, and its head is that of the same records elsewhere',
      { timeout: 60_000 },
      async () => {
        const { options } = await create()
        await using a = await openReplica(options, 'a')
        // Its clock is a minute ahead: that is nothing to whose time is over.
        const ahead = { ...options, clock: { ...options.clock, now: () => options.clock.now() + 60_000 } }
        await using b = await openReplica(ahead, 'b')
        await holds('each leads one', () => a.led.size === 1 && b.led.size === 1, 10_000)
        const [ofA, ofB] = [names(a), names(b)]
        await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? addOne(a, ofA) : addOne(b, ofB))))
        const verdict = await a.store.verify()
        expect(verdict).toMatchObject({ intact: true, records: 20 })
        // Each release has its own number, so nobody has decided without the one before.
        expect((await a.store.load('release', { limit: 99 })).map(({ key }) => key).toSorted()).toEqual(
          Array.from({ length: 20 }, (_, index) => `r${index}`).toSorted(),
        )
        await holds('both know all', () => [a, b].every(({ ledger }) => ledger.releases({ limit: 99 }).length === 20), 10_000)
        expect(a.ledger.releases({ limit: 99 })).toEqual(b.ledger.releases({ limit: 99 }))
        const elsewhere = createMemoryLedger({ clock: { now: () => 0 } })
        await elsewhere.importChain({ after: undefined, records: Readable.from(await Array.fromAsync(a.store.records())) })
        expect(await elsewhere.verify()).toEqual(verdict)
      },
    )

    it(
      'refuses what is appended for a cluster that another leads by now, and takes what is for one that it leads still',
      { timeout: 60_000 },
      async () => {
        const { options, ask } = await create()
        await using a = await openReplica({ ...options, leaseMs: 60_000 }, 'a')
        expect(names(a)).toBe('east,west')
        await addOne(a, 'east')
        const old = a.led.get('east')
        await ask(`UPDATE kedge.leader SET number = number + 1, holder = 'b', until = now() + interval '1 hour' WHERE cluster = 'east'`)
        const late = { code: 'E_LEDGER_FENCED' }
        await expect(addOne(a, 'east')).rejects.toMatchObject(late)
        await holds('a knows', () => !a.led.has('east'), 10_000)
        await expect(Promise.resolve(old?.(() => Promise.resolve('acted')))).rejects.toMatchObject(late)
        await addOne(a, 'west')
        expect(await a.store.verify()).toMatchObject({ intact: true, records: 2 })
        await expect(a.store.append([releaseEntry(aRelease({ key: 'nobody' }))])).rejects.toMatchObject(late)
      },
    )

    it('may act in the name of a cluster for as long as it leads that one, whatever else it leads', { timeout: 60_000 }, async () => {
      const { options, ask } = await create()
      await using a = await openReplica({ ...options, leaseMs: 600 }, 'a')
      const going = Promise.withResolvers<void>()
      const acting = a.led.get('east')?.(async () => {
        a.store.assertMayAct()
        await going.promise
        a.store.assertMayAct()
      })
      await ask(`UPDATE kedge.leader SET number = number + 1, holder = 'b', until = now() WHERE cluster = 'east'`)
      await holds(
        'a has lost it and leads it again',
        () => a.led.has('east') && a.store.election?.leaders().some(({ name, number }) => name === 'east' && number === 3) === true,
        10_000,
      )
      going.resolve()
      await expect(acting).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
      await a.led.get('east')?.(async () => a.store.assertMayAct())
      expect(() => a.store.assertMayAct()).toThrow(expect.objectContaining({ code: 'E_LEDGER_FENCED' }))
    })

    it('gives up its surplus to one that has come once nothing is under way, and not before', { timeout: 60_000 }, async () => {
      const { options, ask } = await create()
      const short = { ...options, leaseMs: 600 }
      await using a = await openReplica(short, 'a')
      const going = Promise.withResolvers<void>()
      a.underWay = going.promise
      await using b = await openReplica(short, 'b')
      await holds('a is about to give one up', () => a.led.size === 1, 10_000)
      const held = async () => ask('SELECT holder FROM kedge.leader WHERE until > clock_timestamp() ORDER BY holder')
      const untilMs = async () =>
        Number((await ask('SELECT max(extract(epoch FROM until)) * 1000 AS until FROM kedge.leader'))[0]?.['until'])
      const first = await untilMs()
      // By what it renews meanwhile: three times of its lease.
      await until(async () => ((await untilMs()) > first + 1_800 ? true : undefined), { what: 'renewals', timeoutMs: 20_000 })
      expect([b.led.size, await held()]).toEqual([0, [{ holder: 'a' }, { holder: 'a' }]])
      going.resolve()
      await holds('b leads it', () => b.led.size === 1, 10_000)
      expect(await held()).toEqual([{ holder: 'a' }, { holder: 'b' }])
    })

    it('is not to be had as a whole while a cluster is led, nor a cluster while somebody has the whole', { timeout: 60_000 }, async () => {
      const { options } = await create()
      const short = { ...options, leaseMs: 600 }
      {
        await using _a = await openReplica(short, 'a')
        await expect(openPostgresLedger(short)).rejects.toMatchObject({
          code: 'E_LEDGER_LOCKED',
          message: expect.stringContaining('in use by a') as string,
        })
      }
      await using whole = await openPostgresLedger({ ...short, holder: 'whole' })
      await using b = await openReplica(short, 'b')
      expect(names(b)).toBe('')
      expect(b.store.election?.leaders()).toMatchObject([{ name: '*', holder: 'whole', isOwn: false }])
      await whole[Symbol.asyncDispose]()
      await holds('b leads', () => b.led.size === 2, 10_000)
    })
  })
}
