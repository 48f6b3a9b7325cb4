import type { Query } from './database.ts'
import type { HeldRow } from './fence.ts'
import { WHOLE } from './leadership.ts'

/** A row of `kedge.leader`, as it was seen. */
export interface LeaderRow extends HeldRow {
  holder: string
  /** Milliseconds of the holder's time that are left, by the clock of the database. Not above 0: it is over. */
  remaining: number
}

/** What one look shows. */
export interface Seen {
  /** Those of the rows that were to be renewed that still are this process's. */
  renewed: readonly string[]
  leaders: readonly LeaderRow[]
  /** Everybody who takes part. */
  replicas: readonly string[]
}

const LATER = `clock_timestamp() + $2 * interval '1 millisecond'`

const APPEAR = `
INSERT INTO kedge.replica (holder, until) VALUES ($1, ${LATER}) ON CONFLICT (holder) DO UPDATE SET until = excluded.until`

/** In the order in which appends take them: two that wait for each other would both be thrown out. */
const RENEW = `
WITH own AS (
  SELECT present.cluster FROM kedge.leader AS present
  JOIN unnest($3::text[], $4::bigint[]) AS held (cluster, number) USING (cluster, number)
  WHERE present.holder = $1 ORDER BY present.cluster FOR UPDATE OF present
)
UPDATE kedge.leader AS present SET until = ${LATER} FROM own WHERE present.cluster = own.cluster RETURNING present.cluster`

const LEADERS = `
SELECT cluster, number, holder, ceil(extract(epoch FROM until - clock_timestamp()) * 1000)::bigint AS remaining
FROM kedge.leader ORDER BY cluster`

const REPLICAS = 'SELECT holder FROM kedge.replica WHERE until > clock_timestamp() ORDER BY holder'

/** Who takes something, and who wants everything: one at a time, so that neither misses the other. Held to the end of the transaction. */
const ONE_AT_A_TIME = 'SELECT pg_advisory_xact_lock(7165736)'

/** Times are the database's own: those of two machines may be apart. Nothing is taken while somebody has the whole. */
const TAKE = `
INSERT INTO kedge.leader AS present (cluster, number, holder, until)
SELECT $3, 1, $1, ${LATER}
WHERE NOT EXISTS (SELECT FROM kedge.leader WHERE cluster = '${WHOLE}' AND until > clock_timestamp())
ON CONFLICT (cluster) DO UPDATE SET number = present.number + 1, holder = excluded.holder, until = ${LATER}
WHERE present.until <= clock_timestamp()
RETURNING number`

const GIVE_UP = 'UPDATE kedge.leader SET until = clock_timestamp() WHERE cluster = $1 AND number = $2'
const LEAVE = `DELETE FROM kedge.replica WHERE holder = $1 OR until < clock_timestamp() - interval '1 hour'`

/** Shows itself, renews what it holds, and looks at all, in a transaction that is under way. */
export async function renewAndLook(query: Query, holder: string, leaseMs: number, held: readonly HeldRow[]): Promise<Seen> {
  await query(APPEAR, [holder, leaseMs])
  const own = [held.map(({ cluster }) => cluster), held.map(({ number }) => number)]
  const renewed = held.length === 0 ? [] : await query<{ cluster: string }>(RENEW, [holder, leaseMs, ...own])
  const leaders = await query<LeaderRow>(LEADERS)
  const replicas = await query<{ holder: string }>(REPLICAS)
  return { renewed: renewed.map(({ cluster }) => cluster), leaders, replicas: replicas.map((replica) => replica.holder) }
}

/** The number, where nobody else holds it. */
export async function takeRow(query: Query, holder: string, leaseMs: number, cluster: string): Promise<number | undefined> {
  await query(ONE_AT_A_TIME)
  return (await query<{ number: number }>(TAKE, [holder, leaseMs, cluster]))[0]?.number
}

/** Lets others have it from now on. */
export async function giveUpRow(query: Query, { cluster, number }: HeldRow): Promise<void> {
  await query(GIVE_UP, [cluster, number])
}

/** Takes part no more. */
export async function leave(query: Query, holder: string): Promise<void> {
  await query(LEAVE, [holder])
}
