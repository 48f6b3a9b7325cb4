import { describe, expect, it } from 'vitest'
import { addressOf, createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { startProxy, type CuttingProxy } from '../../../postgres/proxy.ts'
import { holds } from '../../../until.ts'
import { handClock } from '../../kubernetes/harness.ts'
import { openReplica, type Replica } from './open-replica.ts'

const LEASE_MS = 60_000
/** How long the answer is under way of what was sent last before the server says nothing any more. */
const ANSWERED_AFTER_MS = 15_000

/** Lets the transaction in which this is sent be committed, and its answer wait. Resolves once it waits. */
function withholdAnswerTo(proxy: CuttingProxy, what: RegExp): Promise<void> {
  const waits = Promise.withResolvers<void>()
  let isUnderWay = false
  proxy.cut = (sent) => {
    isUnderWay ||= what.test(sent)
    if (!isUnderWay || !/COMMIT\0/.test(sent)) return undefined
    proxy.cut = () => undefined
    waits.resolve()
    return 'silent'
  }
  return waits.promise
}

function answerAll(proxy: CuttingProxy): void {
  proxy.cut = () => undefined
  proxy.answer()
}

/** Whether it may act for the cluster that it leads; else why not. */
async function mayAct({ store, led }: Replica): Promise<unknown> {
  try {
    await led.get('east')?.(async () => store.assertMayAct())
    return led.has('east')
  } catch (fault) {
    return fault
  }
}

describe.runIf(hasPostgres)('a leader whose server answers no more', () => {
  it.each([
    ['it has taken the cluster', /SKIP LOCKED/],
    ['its last renewal', /UPDATE kedge\.leader AS present SET until/],
  ])(
    'stops acting at three quarters of its time, counted from when that was sent by which %s, before anybody else can lead',
    { timeout: 60_000 },
    async (_, what) => {
      const database = await createDatabase()
      await using proxy = await startProxy(database.address.port)
      const clock = { ...database.options.clock, ...handClock() }
      /** For the test's clock and for that of the database, by which others are let in. */
      const pass = async (ms: number): Promise<void> => {
        clock.advance(ms)
        for (const table of ['leader', 'replica']) {
          await database.ask(`UPDATE kedge.${table} SET until = until - ${ms} * interval '1 millisecond'`)
        }
      }
      const patient = { ...database.options, leaseMs: LEASE_MS, statementTimeoutMs: 50_000 }
      const waits = withholdAnswerTo(proxy, what)
      const opening = openReplica({ ...patient, clock, address: addressOf(proxy.through(database.url)) }, 'a', ['east'])
      const isTaken = await Promise.race([waits.then(() => false), opening.then(() => true)])
      if (isTaken) await pass(1_000)
      await waits
      const sentAt = clock.elapsed()
      await pass(ANSWERED_AFTER_MS)
      proxy.answer()
      await using a = await opening
      using _answers = { [Symbol.dispose]: () => answerAll(proxy) }
      const isSlow = () => a.store.trouble?.()?.includes(`it took ${ANSWERED_AFTER_MS / 1_000}.0 s`) === true
      if (isTaken) await holds('the renewal is answered', isSlow)

      proxy.cut = () => 'silent'
      await pass(sentAt + LEASE_MS * 0.75 - 1 - clock.elapsed())
      expect(await mayAct(a)).toBe(true)
      await pass(1)
      expect(await mayAct(a)).toMatchObject({
        code: 'E_LEDGER_UNREACHABLE',
        message: expect.stringContaining('not renewed in time') as string,
      })
      await using b = await openReplica(patient, 'b', ['east'])
      expect([b.led.size, b.store.election?.leaders()]).toMatchObject([0, [{ name: 'east', holder: 'a', isOwn: false }]])

      await pass(sentAt + LEASE_MS - clock.elapsed())
      await holds('b leads', () => b.led.has('east'))
      expect(await mayAct(b)).toBe(true)
      expect(await mayAct(a)).toMatchObject({ code: 'E_LEDGER_UNREACHABLE' })
      answerAll(proxy)
      await holds('a knows that it leads no more', () => a.led.size === 0)
    },
  )
})
