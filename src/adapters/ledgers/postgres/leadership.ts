import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { READING, WRITING, type Database } from './database.ts'
import { isDamage, isWaitOver, workFault } from './faults.ts'
import type { Fence, HeldRow } from './fence.ts'
import { pause } from './pause.ts'
import { slowness } from './slow.ts'

/** The right of one process to the whole ledger. */
export interface Leadership extends AsyncDisposable, Fence {
  /** Resolves with why this process will never write again, once it is so. */
  readonly lost: Promise<KedgeError>
  /** Why it could not be renewed when that was tried last; undefined while it could. */
  trouble(): string | undefined
  /**
   * To be asked right before anything is done outside: whether nobody else can lead by now.
   * @throws KedgeError E_LEDGER_UNREACHABLE while that is not sure, E_LEDGER_FENCED
   */
  assertMayAct(): void
}

export interface LeadershipOptions {
  /** A connection of its own: long reads must not keep what is held from being renewed. */
  database: Database
  /** Of the ledger, for messages. */
  name: string
  /** Who this is, for people who look into the table; of no two processes the same. */
  holder: string
  /** For how long something is taken; it is renewed long before that is over. */
  leaseMs: number
  clock: Clock
}

/** The row of one who has the whole ledger. */
export const WHOLE = '*'

/**
 * The part of the lease, since a renewal was sent, in which something may be begun outside. One renewal may fail meanwhile, and what was
 * begun has the rest of the lease to get there.
 */
export const ACTING_PART = 0.75

/** Who takes something, and who wants everything: one at a time, so that neither misses the other. Held to the end of the transaction. */
export const ONE_AT_A_TIME = 'SELECT pg_advisory_xact_lock(7165736)'

/** Times are the database's own: those of two machines may be apart. Nothing is taken while somebody leads a cluster. */
const TAKE = `
INSERT INTO kedge.leader AS present (cluster, number, holder, until)
SELECT $1, 1, $2, clock_timestamp() + $3 * interval '1 millisecond'
WHERE NOT EXISTS (SELECT FROM kedge.leader WHERE cluster <> $1 AND until > clock_timestamp())
ON CONFLICT (cluster) DO UPDATE
SET number = present.number + 1, holder = excluded.holder, until = clock_timestamp() + $3 * interval '1 millisecond'
WHERE present.until <= clock_timestamp()
RETURNING number`

/** Whoever led a cluster and was stopped since is refused when it is woken. In the order in which renewals take the rows. */
const END_OTHERS = `
WITH others AS (SELECT cluster FROM kedge.leader WHERE cluster <> $1 ORDER BY cluster FOR UPDATE)
UPDATE kedge.leader AS present SET number = present.number + 1 FROM others WHERE present.cluster = others.cluster`

const RENEW = `
UPDATE kedge.leader SET until = clock_timestamp() + $3 * interval '1 millisecond' WHERE cluster = $1 AND number = $2 RETURNING number`

const GIVE_UP = 'UPDATE kedge.leader SET until = clock_timestamp() WHERE cluster = $1 AND number = $2'

const LOOK = `
SELECT number, holder, round(extract(epoch FROM until) * 1000)::bigint AS until,
  greatest(0, ceil(extract(epoch FROM until - clock_timestamp()) * 1000))::bigint AS remaining
FROM kedge.leader WHERE until > clock_timestamp() ORDER BY until DESC, cluster LIMIT 1`

interface Held {
  number: number
  holder: string
  /** Epoch ms of the database. */
  until: number
  /** Milliseconds until then. */
  remaining: number
}

/**
 * Takes the right to write and keeps it until it is disposed. One that is held is waited for as long as nobody renews it: a process that
 * died leaves it for a moment.
 * @throws KedgeError E_LEDGER_LOCKED, and what the database throws
 */
export async function takeLeadership(options: LeadershipOptions): Promise<Leadership> {
  const { database, clock, name, leaseMs } = options
  let first: Held | undefined
  while (true) {
    const sentAt = clock.elapsed()
    const number = await take(options)
    if (number !== undefined) return keepLeadership(options, number, sentAt)
    const [held] = await database.transact(READING, (query) => query<Held>(LOOK))
    if (first && held && held.until > first.until) {
      throw new KedgeError('E_LEDGER_LOCKED', `ledger ${name} is in use by ${held.holder} (leader number ${held.number})`)
    }
    // One that was given up leaves the next to be waited for.
    first = held
    await pause(clock, Math.min(held?.remaining ?? 0, leaseMs / 2) + 10)
  }
}

/** The number, where nobody else holds it. */
async function take({ database, holder, leaseMs }: LeadershipOptions): Promise<number | undefined> {
  try {
    const [own] = await database.transact(WRITING, async (query) => {
      await query(ONE_AT_A_TIME)
      const taken = await query<{ number: number }>(TAKE, [WHOLE, holder, leaseMs])
      if (taken.length > 0) await query(END_OTHERS, [WHOLE])
      return taken
    })
    return own?.number
  } catch (fault) {
    // An append is under way, of one who may have been stopped in the middle of it: the server ends that before long.
    if (isWaitOver(fault)) return undefined
    throw fault
  }
}

function keepLeadership({ database, clock, name, leaseMs }: LeadershipOptions, number: number, sentAt: number): Leadership {
  const lost = Promise.withResolvers<KedgeError>()
  const row: HeldRow = { cluster: WHOLE, number }
  let fault: KedgeError | undefined
  let trouble: string | undefined
  let timer: Disposable | undefined
  let renewing: Promise<void> = Promise.resolve()
  let closed = false
  /** By `Clock.elapsed`. Counted from before the database counts: nobody else is let in before. */
  let actsUntil = sentAt + leaseMs * ACTING_PART

  function lose(why: KedgeError): KedgeError {
    timer?.[Symbol.dispose]()
    fault ??= why
    lost.resolve(fault)
    return fault
  }

  function refused(): KedgeError {
    const what = `another Kedge has taken over ledger ${name}: leader number ${number} is not the newest`
    return lose(new KedgeError('E_LEDGER_FENCED', what))
  }

  async function renew(): Promise<void> {
    const sent = clock.elapsed()
    try {
      const rows = await database.transact(WRITING, (query) => query(RENEW, [WHOLE, number, leaseMs]))
      trouble = slowness(name, clock.elapsed() - sent)
      if (rows.length === 0) refused()
      else actsUntil = sent + leaseMs * ACTING_PART
    } catch (thrown) {
      trouble = workFault(name, thrown).message
      // Nobody can say who leads, and the next look would find the same.
      if (isDamage(thrown)) lose(workFault(name, thrown))
      // Who cannot renew may write until another takes over: the database knows whether one did. Nobody knows that of what is done outside.
    }
    if (!closed && !fault) arm()
  }

  function arm(): void {
    timer = clock.after(leaseMs / 3, () => {
      renewing = renew()
    })
  }
  arm()

  return {
    row: () => row,
    holds: (one) => one === row,
    refused,
    fault: () => fault,
    trouble: () => fault?.message ?? trouble,
    lost: lost.promise,
    lose,
    assertMayAct() {
      if (fault) throw fault
      if (clock.elapsed() < actsUntil) return
      const what = `the right to write to ledger ${name} was not renewed in time, so nothing is done until it is: another may have it`
      throw new KedgeError('E_LEDGER_UNREACHABLE', what)
    },
    async [Symbol.asyncDispose]() {
      closed = true
      timer?.[Symbol.dispose]()
      await renewing
      if (!fault) await database.transact(WRITING, (query) => query(GIVE_UP, [WHOLE, number])).catch(() => undefined)
    },
  }
}
