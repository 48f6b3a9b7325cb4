import { AsyncLocalStorage } from 'node:async_hooks'
import { KedgeError } from '../../../domain/errors.ts'
import type { Campaign, Candidate, Leader } from '../../../ports/leader-election.ts'
import { WRITING } from './database.ts'
import { isDamage, isUnreadable, workFault } from './faults.ts'
import type { Fence, HeldRow } from './fence.ts'
import { giveUpRows, leave, renewAndLook, takeRows, type Seen } from './leader-rows.ts'
import { ACTING_PART, type LeadershipOptions } from './leadership.ts'
import { pause } from './pause.ts'
import { createReading } from './reading.ts'
import { shareOut } from './share-out.ts'
import { slowness } from './slow.ts'

interface Part {
  /** What this process watches. */
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
  readonly #options: LeadershipOptions
  readonly #lost = Promise.withResolvers<KedgeError>()
  readonly #inNameOf = new AsyncLocalStorage<Held>()
  readonly #held = new Map<string, Held>()
  /** What is not led any more and still has something under way. */
  readonly #ending = new Map<string, Promise<void>>()
  #fault: KedgeError | undefined
  #trouble: string | undefined
  #seen: Seen = { renewed: [], leaders: [], replicas: new Map() }
  #isClosing = false
  /** Why it cannot read what others have appended, and never will. */
  #outdated: KedgeError | undefined
  readonly #read: ReturnType<typeof createReading>
  #rest = new AbortController()

  constructor(options: LeadershipOptions) {
    this.#options = options
    this.#read = createReading(options)
  }

  /** Resolves once this process will never write again. */
  get lost(): Promise<KedgeError> {
    return this.#lost.promise
  }

  /** Why the last look at the database failed; undefined where it did not. */
  trouble(): string | undefined {
    return (this.#fault ?? this.#outdated)?.message ?? this.#trouble
  }

  /** See `HeldLedger`. */
  outdated(): KedgeError | undefined {
    return this.#outdated
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

  row(): HeldRow {
    const row = this.#inNameOf.getStore()
    if (row && this.holds(row)) return row
    const { holder, name } = this.#options
    throw refuse(`this Kedge (${holder}) does not lead ${row?.cluster ?? 'what this is for'}, so it appends nothing to ledger ${name}`)
  }

  holds(row: HeldRow): boolean {
    return this.#held.get(row.cluster) === row
  }

  refused(): KedgeError {
    this.#rest.abort()
    return refuse(`another Kedge leads what this one (${this.#options.holder}) was to append to ledger ${this.#options.name}`)
  }

  /** See `HeldLedger`. */
  assertMayAct(): void {
    if (this.#fault) throw this.#fault
    const row = this.#inNameOf.getStore()
    if (!row || !this.holds(row)) {
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
        const why = workFault(name, thrown)
        this.#trouble = why.message
        if (isUnreadable(thrown)) this.#stop(thrown, part)
        // Nobody can say who leads what, and the next look would find the same.
        if (isDamage(thrown)) this.lose(why)
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
    const looking = { holder, leaseMs, names: this.#isStaying() ? part.names : undefined }
    const seen = await database.transact(WRITING, (query) => renewAndLook(query, looking, asked))
    this.#seen = seen
    const tookMs = clock.elapsed() - sentAt
    for (const row of asked) {
      if (seen.renewed.includes(row.cluster)) row.actsUntil = sentAt + leaseMs * ACTING_PART
      else this.#drop(row, part)
    }
    if (this.#outdated) return tookMs
    await this.#read(part.catchUp)
    if (this.#isClosing) return tookMs
    const led = new Map(seen.leaders.flatMap((row) => (row.remaining > 0 ? [[row.cluster, row.holder] as const] : [])))
    const staying = [...this.#held.values()].filter(({ leaving }) => !leaving)
    const held = staying.map(({ cluster }) => cluster)
    const { take, giveUp } = shareOut({ led, replicas: seen.replicas, left: part.candidate.left(), own: holder, held })
    for (const row of staying) if (giveUp.includes(row.cluster)) void this.#giveUp(row, part)
    const free = take.filter((cluster) => !this.#ending.has(cluster))
    if (free.length > 0) await this.#take(free, part)
    return tookMs
  }

  async #take(clusters: readonly string[], part: Part): Promise<void> {
    const { database, clock, holder, leaseMs } = this.#options
    const sentAt = clock.elapsed()
    const taken = await database.transact(WRITING, (query) => takeRows(query, holder, leaseMs, clusters))
    const rows = taken.map((row): Held => ({ ...row, actsUntil: sentAt + leaseMs * ACTING_PART }))
    let isKnown = false
    try {
      // Nobody appends in their names any more, so this is all that there is.
      await this.#read(part.catchUp)
      isKnown = !this.#isClosing
    } finally {
      if (!isKnown) await database.transact(WRITING, (query) => giveUpRows(query, rows))
    }
    for (const row of isKnown ? rows : []) {
      this.#held.set(row.cluster, row)
      part.candidate.gained(row.cluster, (work) => this.#within(row, work))
    }
  }

  async #within<T>(row: Held, work: () => Promise<T>): Promise<T> {
    if (!this.holds(row)) throw refuse(`this Kedge (${this.#options.holder}) does not lead ${row.cluster} any more`)
    return this.#inNameOf.run(row, work)
  }

  /** Somebody else has it. */
  #drop(row: Held, { candidate }: Part): void {
    if (!this.holds(row)) return
    this.#held.delete(row.cluster)
    const ended = (row.leaving ?? candidate.lost(row.cluster)).finally(() => this.#ending.delete(row.cluster))
    this.#ending.set(row.cluster, ended)
  }

  #isStaying(): boolean {
    return !this.#isClosing && !this.#outdated
  }

  /** Others write what this program cannot read: who does not know what they have decided decides nothing any more. */
  #stop(why: KedgeError, part: Part): void {
    this.#outdated = why
    part.candidate.outdated(why)
    for (const row of this.#held.values()) void this.#giveUp(row, part)
  }

  /** It is renewed until nothing is under way: what was begun may write down how it came out. */
  async #giveUp(row: Held, { candidate }: Part): Promise<void> {
    const { database } = this.#options
    if (row.leaving) return row.leaving
    row.leaving = candidate.lost(row.cluster)
    await row.leaving
    if (!this.holds(row)) return
    this.#held.delete(row.cluster)
    // Where that cannot be told, its time is over before long.
    await database.transact(WRITING, (query) => giveUpRows(query, [row])).catch(() => undefined)
    this.#rest.abort()
  }
}

function refuse(what: string): KedgeError {
  return new KedgeError('E_LEDGER_FENCED', what)
}
