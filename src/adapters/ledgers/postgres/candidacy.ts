import { AsyncLocalStorage } from 'node:async_hooks'
import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Campaign, Candidate, Leader } from '../../../ports/leader-election.ts'
import { WRITING, type Database } from './database.ts'
import { isWaitOver, workFault } from './faults.ts'
import type { Fence, HeldRow } from './fence.ts'
import { giveUpRow, leave, renewAndLook, takeRow, type Seen } from './leader-rows.ts'
import { ACTING_PART } from './leadership.ts'
import { pause } from './pause.ts'
import { shareOut } from './share-out.ts'
import { slowness } from './slow.ts'

export interface CandidacyOptions {
  /** A connection of its own: long reads must not keep what is held from being renewed. */
  database: Database
  /** Of the ledger, for messages. */
  name: string
  /** Who this is; of no two processes the same. */
  holder: string
  /** For how long something is taken. */
  leaseMs: number
  clock: Clock
}

interface Part {
  names: readonly string[]
  candidate: Candidate
  /** Reads what others have appended. */
  catchUp: () => Promise<void>
}

interface Held extends HeldRow {
  /** By `Clock.elapsed`. Counted from before the database counts: nobody else is let in before. */
  actsUntil: number
  /** Resolves once nothing is under way for it; set when it is to be given up. */
  leaving?: Promise<void>
}

/** How often all is looked at: what is free waits no longer than this, and pages are no older. */
const LONGEST_BETWEEN_MS = 1_000

/** What this process leads, and by what right it acts and appends. Takes part in nothing before it is asked to. */
export class Candidacy implements Fence {
  readonly #options: CandidacyOptions
  readonly #lost = Promise.withResolvers<KedgeError>()
  readonly #inNameOf = new AsyncLocalStorage<Held>()
  readonly #held = new Map<string, Held>()
  /** What is not led any more and still has something under way. */
  readonly #ending = new Map<string, Promise<void>>()
  #fault: KedgeError | undefined
  #trouble: string | undefined
  #seen: Seen = { renewed: [], leaders: [], replicas: [] }
  #isClosing = false
  #rest = new AbortController()

  constructor(options: CandidacyOptions) {
    this.#options = options
  }

  /** Resolves once this process will never write again. */
  get lost(): Promise<KedgeError> {
    return this.#lost.promise
  }

  /** Why the last look at the database failed; undefined where it did not. */
  trouble(): string | undefined {
    return this.#fault?.message ?? this.#trouble
  }

  /** See `LeaderElection`. */
  leaders(): readonly Leader[] {
    const { holder } = this.#options
    const own = [...this.#held.values()].map(({ cluster, number }) => ({ name: cluster, number, holder, isOwn: true }))
    const others = this.#seen.leaders.filter((row) => row.remaining > 0 && row.holder !== holder && !this.#held.has(row.cluster))
    return [...own, ...others.map(({ cluster, ...row }) => ({ name: cluster, number: row.number, holder: row.holder, isOwn: false }))]
  }

  fault(): KedgeError | undefined {
    return this.#fault
  }

  lose(why: KedgeError): KedgeError {
    this.#fault ??= why
    this.#lost.resolve(this.#fault)
    this.#rest.abort()
    return this.#fault
  }

  rows(): readonly HeldRow[] {
    const { holder, name } = this.#options
    if (this.#held.size === 0) throw refuse(`this Kedge (${holder}) leads nothing of ledger ${name}, so it appends nothing`)
    return [...this.#held.values()].toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1))
  }

  refused(): KedgeError {
    this.#rest.abort()
    return refuse(`another Kedge leads what this one (${this.#options.holder}) was to append to ledger ${this.#options.name}`)
  }

  /** See `LeaderElection`. */
  within<T>(cluster: string, work: () => Promise<T>): Promise<T> {
    const row = this.#held.get(cluster)
    if (!row) return Promise.reject(refuse(`this Kedge (${this.#options.holder}) does not lead ${cluster}`))
    return this.#inNameOf.run(row, work)
  }

  /** See `HeldLedger`. */
  assertMayAct(): void {
    if (this.#fault) throw this.#fault
    const row = this.#inNameOf.getStore()
    if (!row || this.#held.get(row.cluster) !== row) {
      throw refuse(`this Kedge (${this.#options.holder}) does not lead ${row?.cluster ?? 'what this is for'} any more, so nothing is done`)
    }
    if (this.#options.clock.elapsed() < row.actsUntil) return
    const what = `the right to act for ${row.cluster} was not renewed in time, so nothing is done until it is: another may have it`
    throw new KedgeError('E_LEDGER_UNREACHABLE', what)
  }

  /** See `LeaderElection.campaign`. To be called once. */
  campaign(part: Part): Campaign {
    const { database, holder } = this.#options
    const begun = Promise.withResolvers<void>()
    const running = this.#run(part, begun.resolve)
    return {
      begun: begun.promise,
      [Symbol.asyncDispose]: async () => {
        this.#isClosing = true
        this.#rest.abort()
        await Promise.all([...this.#held.values()].map((row) => this.#giveUp(row, part)))
        await running
        await database.transact(WRITING, (query) => leave(query, holder)).catch(() => undefined)
      },
    }
  }

  async #run(part: Part, begun: () => void): Promise<void> {
    const { clock, name } = this.#options
    while (!this.#fault && (!this.#isClosing || this.#held.size > 0)) {
      this.#rest = new AbortController()
      try {
        this.#trouble = slowness(name, await this.#look(part))
      } catch (thrown) {
        this.#trouble = workFault(name, thrown).message
      }
      begun()
      if (!this.#isClosing || this.#held.size > 0) await pause(clock, this.#untilNext(), this.#rest.signal)
    }
    for (const row of this.#held.values()) this.#drop(row, part)
    await Promise.all(this.#ending.values())
  }

  /** Until the next look: the time of somebody who leads may be over before. */
  #untilNext(): number {
    const { holder, leaseMs } = this.#options
    const others = this.#seen.leaders.filter((row) => row.holder !== holder && row.remaining > 0)
    return Math.min(LONGEST_BETWEEN_MS, leaseMs / 6, ...others.map(({ remaining }) => remaining + 1))
  }

  /** @returns how long it took to renew what is held, milliseconds */
  async #look(part: Part): Promise<number> {
    const { database, clock, holder, leaseMs } = this.#options
    const sentAt = clock.elapsed()
    const asked = [...this.#held.values()]
    const seen = await database.transact(WRITING, (query) => renewAndLook(query, holder, leaseMs, asked))
    this.#seen = seen
    const tookMs = clock.elapsed() - sentAt
    for (const row of asked) {
      if (seen.renewed.includes(row.cluster)) row.actsUntil = sentAt + leaseMs * ACTING_PART
      else this.#drop(row, part)
    }
    await part.catchUp()
    if (this.#isClosing) return tookMs
    const led = new Map(seen.leaders.flatMap((row) => (row.remaining > 0 ? [[row.cluster, row.holder] as const] : [])))
    const staying = [...this.#held.values()].filter(({ leaving }) => !leaving)
    const held = staying.map(({ cluster }) => cluster)
    const { take, giveUp } = shareOut({ names: part.names, led, replicas: seen.replicas, own: holder, held })
    for (const row of staying) if (giveUp.includes(row.cluster)) void this.#giveUp(row, part)
    for (const cluster of take) if (!this.#ending.has(cluster)) await this.#take(cluster, part)
    return tookMs
  }

  async #take(cluster: string, { candidate, catchUp }: Part): Promise<void> {
    const { database, clock, holder, leaseMs } = this.#options
    const sentAt = clock.elapsed()
    const number = await database
      .transact(WRITING, (query) => takeRow(query, holder, leaseMs, cluster))
      .catch((thrown: unknown) => {
        // An append is under way, of one who may have been stopped in the middle of it: the server ends that before long.
        if (isWaitOver(thrown)) return undefined
        throw thrown
      })
    if (number === undefined) return
    const row: Held = { cluster, number, actsUntil: sentAt + leaseMs * ACTING_PART }
    try {
      // Nobody appends in its name any more, so this is all that there is.
      await catchUp()
      if (!this.#isClosing) {
        this.#held.set(cluster, row)
        candidate.gained(cluster)
      }
    } finally {
      if (!this.#held.has(cluster)) await database.transact(WRITING, (query) => giveUpRow(query, row))
    }
  }

  /** Somebody else has it. */
  #drop(row: Held, { candidate }: Part): void {
    if (this.#held.get(row.cluster) !== row) return
    this.#held.delete(row.cluster)
    const ended = (row.leaving ?? candidate.lost(row.cluster)).finally(() => this.#ending.delete(row.cluster))
    this.#ending.set(row.cluster, ended)
  }

  /** It is renewed until nothing is under way: what was begun may write down how it came out. */
  async #giveUp(row: Held, { candidate }: Part): Promise<void> {
    const { database } = this.#options
    if (row.leaving) return row.leaving
    row.leaving = candidate.lost(row.cluster)
    await row.leaving
    if (this.#held.get(row.cluster) !== row) return
    this.#held.delete(row.cluster)
    // Where that cannot be told, its time is over before long.
    await database.transact(WRITING, (query) => giveUpRow(query, row)).catch(() => undefined)
    this.#rest.abort()
  }
}

function refuse(what: string): KedgeError {
  return new KedgeError('E_LEDGER_FENCED', what)
}
