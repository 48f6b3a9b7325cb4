import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'undici'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aView, until } from '../../test/adapters/kubernetes/harness.ts'
import type { BenchRow } from '../row.ts'
import type { Sizes } from '../sizes.ts'
import { startServerProcess } from './server-process.ts'

/** Of the events of `api-server.ts`. */
const FIRST_VERSION = 100_000_000_000
/** A release makes some 30 events of its Rollout and about 3 records. */
const EVENTS_A_RECORD = 10

/** The whole way from the socket to the records of the view, with a durable ledger, against a reader that only parses. */
export async function benchThroughput({ events, rounds }: Sizes['watch']['throughput']): Promise<BenchRow[]> {
  const ours: number[] = []
  const bare: number[] = []
  await measureOurs(events)
  await measureBare(events)
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measureOurs(events))
    bare.push(await measureBare(events))
  }
  const rate = Math.max(...ours)
  const bareRate = Math.max(...bare)
  const ratio = rate / bareRate
  return [
    {
      what:
        `watch events of 10 KB a second, kept, judged, with 1 durable ledger record every ${EVENTS_A_RECORD}, against ` +
        `HTTP + line split + JSON.parse alone`,
      ours: `${Math.round(rate)}/s`,
      other: `${Math.round(bareRate)}/s`,
      ratio: `${(ratio * 100).toFixed(0)} %`,
      goal: '>= 90 %, >= 5,000/s',
      ok: ratio >= 0.9 && rate >= 5_000,
    },
  ]
}

/** Events a second of one view with a ledger behind it. */
async function measureOurs(count: number): Promise<number> {
  using server = await startServerProcess({ Rollout: 500 })
  const folder = mkdtempSync(join(tmpdir(), 'kedge-bench-'))
  try {
    await using ledger = createSqliteLedger({ path: join(folder, 'ledger.db'), clock: { now: Date.now } })
    await using view = aView(server.url, { staleAfterMs: 60_000 })
    const watched = server.watched(2)
    await view.start()
    await watched
    let events = 0
    const writes: Promise<void>[] = []
    view.subscribe((change) => {
      if (!('rollout' in change)) return
      events += 1
      if (events % EVENTS_A_RECORD !== 0) return
      const templateKey = `${change.namespace}/${change.rollout}/${events}`
      const document = { templateKey, podTemplateHash: 'abc', healthyAt: events, applied: null, images: [] }
      writes.push(ledger.append([{ kind: 'version', key: templateKey, event: 'seen-healthy', document }]))
    })
    const began = performance.now()
    server.flood(count)
    await until(view, () => events === count)
    await Promise.all(writes)
    return (count / (performance.now() - began)) * 1_000
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Events a second of the least that anybody must do: read, split, parse. */
async function measureBare(count: number): Promise<number> {
  const lastVersion = String(FIRST_VERSION + count - 1)
  using server = await startServerProcess({ Rollout: 500 })
  const client = new Client(server.url)
  const watched = server.watched(1)
  const { body } = await client.request({ method: 'GET', path: '/apis/argoproj.io/v1alpha1/rollouts?watch=1' })
  await watched
  const began = performance.now()
  server.flood(count)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      const event = JSON.parse(bytes.toString('utf8', start, end)) as { object: { metadata: { resourceVersion: string } } }
      start = end + 1
      if (event.object.metadata.resourceVersion === lastVersion) {
        const rate = (count / (performance.now() - began)) * 1_000
        await client.destroy()
        return rate
      }
    }
    rest = bytes.subarray(start)
  }
  throw new Error('the watch ended early')
}
