import { readAddress } from '../../../../../src/adapters/ledgers/postgres/address.ts'
import { openSharedPostgresLedger, type PostgresLedgerOptions } from '../../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { Effect } from '../../../../../src/domain/effect.ts'
import type { Candidate, LeaderElection } from '../../../../../src/ports/leader-election.ts'
import type { Ledger } from '../../../../../src/ports/ledger.ts'
import { SILENT } from '../../../../../src/ports/log.ts'
import { createDelivery } from '../../../../../src/reconcile/act/delivery.ts'
import { createJournal, type Journal } from '../../../../../src/reconcile/environment.ts'
import { openLedger } from '../../../../../src/reconcile/ledger/open-ledger.ts'
import { anEffect, effectEntry } from '../../../../contract/ledger-documents.ts'
import { startProxy, type CuttingProxy } from '../../../../postgres/proxy.ts'

/** What effects do, and who has done it. */
export interface World {
  did: Map<string, string>
  /** Done once more, by whom. */
  twice: string[]
  /** Told of each that begins to lead. */
  onLed: (cluster: string, by: string) => void
  /** Told of each that was done for the first time. */
  onDone: (cluster: string, by: string) => void
  /** Intents whose append returned. */
  acknowledged: string[]
}

/** A replica of a service with nothing but a ledger and an outbox. */
export interface TestReplica extends AsyncDisposable {
  readonly holder: string
  readonly election: LeaderElection
  readonly proxy: CuttingProxy
}

export interface ReplicaRequest {
  options: PostgresLedgerOptions
  url: string
  clusters: readonly string[]
  world: World
  /** How often a leader intends something for a cluster. */
  everyMs: number
}

const clusterOf = (key: string): string => key.split('|')[0] ?? ''

/** Starts one that intends and does something for each cluster that it leads, again and again. It reaches its database by a proxy. */
export async function startTestReplica({ options, url, clusters, world, everyMs }: ReplicaRequest): Promise<TestReplica> {
  await using stack = new AsyncDisposableStack()
  const proxy = stack.use(await startProxy(options.address.port))
  const address = readAddress(proxy.through(url), undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  const store = stack.use(await openSharedPostgresLedger({ ...options, address }))
  const { election } = store
  if (!election) throw new Error('a ledger that nobody shares')
  const ledger = await openLedger(store)
  const journal = createJournal(ledger)
  const lanes = new Map<string, AsyncDisposable>()
  const { holder } = options
  const candidate: Candidate = {
    left: () => [],
    outdated: () => undefined,
    gained(cluster, within) {
      world.onLed(cluster, holder)
      const act = async (effect: Effect): Promise<void> => {
        if (world.did.has(effect.key)) return
        // What a request takes to get to its sending.
        await new Promise<void>((resolve) => void options.clock.after(options.random() * 20, resolve))
        store.assertMayAct()
        if (world.did.has(effect.key)) world.twice.push(`${effect.key}: ${world.did.get(effect.key)}, ${holder}`)
        world.did.set(effect.key, holder)
        world.onDone(cluster, holder)
      }
      const own: Journal = { commit: (entries) => within(() => journal.commit(entries)) }
      lanes.set(cluster, startLane({ cluster, ledger, journal: own, options, world, everyMs, act: (effect) => within(() => act(effect)) }))
    },
    async lost(cluster) {
      const lane = lanes.get(cluster)
      lanes.delete(cluster)
      await lane?.[Symbol.asyncDispose]()
    },
  }
  const campaign = stack.use(election.campaign(clusters, candidate))
  await campaign.begun
  const running = stack.move()
  return { holder, election, proxy, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

interface Lane {
  cluster: string
  ledger: Ledger
  journal: Journal
  options: PostgresLedgerOptions
  world: World
  everyMs: number
  act: (effect: Effect) => Promise<void>
}

/** The real outbox for one cluster, and somebody who fills it. */
function startLane({ cluster, ledger, journal, options, world, everyMs, act }: Lane): AsyncDisposable {
  const { clock, random } = options
  const pending = (): readonly Effect[] => ledger.pendingEffects().filter(({ key }) => clusterOf(key) === cluster)
  const delivery = createDelivery({
    clock,
    random,
    journal,
    ledger: { ...ledger, pendingEffects: pending },
    logger: SILENT,
    isReady: () => true,
    onOver: () => undefined,
    sideOfChannel: () => '',
    async perform(effect) {
      await act(effect)
      return { state: 'done', event: 'done', receipt: {} }
    },
  })
  let isOver = false
  let intending = Promise.resolve()
  const intend = async (): Promise<void> => {
    if (pending().length > 3) return
    const key = `${cluster}|${crypto.randomUUID()}`
    const action: Effect['action'] = { type: 'trace-release', releaseKey: key }
    await journal.commit(() => [effectEntry(anEffect({ key, action, createdAt: clock.now(), notBefore: 0 }))])
    world.acknowledged.push(key)
    delivery.kick()
  }
  const timer = setInterval(() => {
    // One that is refused is nobody's: whoever leads intends something of their own.
    intending = intending.then(() => (isOver ? undefined : intend())).catch(() => undefined)
  }, everyMs)
  delivery.kick()
  return {
    async [Symbol.asyncDispose]() {
      isOver = true
      clearInterval(timer)
      await intending
      delivery[Symbol.dispose]()
      await delivery.idle()
    },
  }
}
