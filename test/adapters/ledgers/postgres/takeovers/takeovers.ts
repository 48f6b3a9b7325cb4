import { readPostgresLedger, type PostgresLedgerOptions } from '../../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSystemClock } from '../../../../../src/adapters/system/clock.ts'
import type { Effect } from '../../../../../src/domain/effect.ts'
import { until } from '../../../../until.ts'
import { startTestReplica, type TestReplica, type World } from './replica.ts'

export interface TakeoverRequest {
  /** Forced changes of the leader of a cluster, at least. */
  changes: number
  replicas: number
  clusters: number
  leaseMs: number
  everyMs: number
  /** Empty. */
  database: { url: string; options: PostgresLedgerOptions }
  /** Told of each force. */
  onForced?: (changes: number) => void
}

export interface Takeovers {
  changes: number
  effects: number
  /** Effects that were done twice, and acknowledged intents that are not in the ledger. */
  twice: readonly string[]
  lost: readonly string[]
  verdict: { intact: boolean }
  /** From the force until another leads, ms, in order; and until it has done something. */
  led: readonly number[]
  took: readonly number[]
}

/** How one is forced out: its connections stand still, as of a machine that is gone; they break; or it ends in good order. */
const WAYS = ['hold', 'before', 'end'] as const

/** Forces replicas out one after the other, while all of them intend and do things, each by a clock that is up to a minute off. */
export async function forceTakeovers(request: TakeoverRequest): Promise<Takeovers> {
  const { database, replicas: count, clusters: width, leaseMs, everyMs } = request
  const clusters = Array.from({ length: width }, (_, index) => `c${index}`)
  const { world, waiting, took, led } = createWitness()
  let started = 0
  const start = (): Promise<TestReplica> => {
    started += 1
    const offsetMs = [0, 60_000, -60_000][started % 3] ?? 0
    const clock = { ...createSystemClock(), now: () => Date.now() + offsetMs }
    const options = { ...database.options, clock, leaseMs, holder: `r${started}`, random: Math.random }
    return startTestReplica({ options, url: database.url, clusters, world, everyMs })
  }
  const replicas = await Promise.all(Array.from({ length: count }, start))
  const ledBy = (holder: string): readonly string[] =>
    (replicas.find((one) => one.holder === holder)?.election.leaders() ?? []).flatMap(({ name, isOwn }) => (isOwn ? [name] : []))

  for (let forced = 0; took.length < request.changes; forced += 1) {
    await until(() => (replicas.every(({ holder }) => ledBy(holder).length >= Math.floor(width / count)) ? true : undefined), {
      what: 'fair shares',
      timeoutMs: leaseMs * 10 + 30_000,
    })
    const at = forced % count
    const victim = replicas[at]
    if (!victim) break
    for (const cluster of ledBy(victim.holder)) waiting.set(cluster, { from: victim.holder, at: performance.now() })
    const way = WAYS[Math.floor(forced / count) % WAYS.length] ?? 'end'
    if (way === 'end') {
      await victim[Symbol.asyncDispose]()
      replicas[at] = await start()
    } else victim.proxy.cut = () => way
    await until(() => (waiting.size === 0 ? true : undefined), { what: `others have taken over (${way})`, timeoutMs: 60_000, everyMs: 5 })
    victim.proxy.cut = () => undefined
    request.onForced?.(took.length)
  }
  for (const replica of replicas) await replica[Symbol.asyncDispose]()

  return {
    changes: took.length,
    effects: world.did.size,
    twice: world.twice,
    ...(await readBack(database.options, world)),
    led: led.toSorted((a, b) => a - b),
    took: took.toSorted((a, b) => a - b),
  }
}

/** The world of the replicas, and when each cluster that was taken from its leader is led again, and has done something again. */
function createWitness() {
  const waiting = new Map<string, { from: string; at: number }>()
  const took: number[] = []
  const led: number[] = []
  const world: World = {
    did: new Map(),
    twice: [],
    acknowledged: [],
    onLed(cluster, by) {
      const forced = waiting.get(cluster)
      if (forced && forced.from !== by) led.push(performance.now() - forced.at)
    },
    onDone(cluster, by) {
      const forced = waiting.get(cluster)
      if (!forced || forced.from === by) return
      waiting.delete(cluster)
      took.push(performance.now() - forced.at)
    },
  }
  return { world, waiting, took, led }
}

/** What the ledger says of it in the end. */
async function readBack(options: PostgresLedgerOptions, world: World): Promise<Pick<Takeovers, 'lost' | 'verdict'>> {
  await using ledger = await readPostgresLedger(options)
  const known = new Map((await ledger.load('effect', { limit: 10_000_000 })).map(({ key, document }) => [key, document]))
  const wasDone = (effect: Effect | undefined): boolean => effect?.state !== 'done' || world.did.has(effect.key)
  return {
    lost: world.acknowledged.filter((key) => !known.has(key) || !wasDone(known.get(key))),
    verdict: await ledger.verify(),
  }
}
