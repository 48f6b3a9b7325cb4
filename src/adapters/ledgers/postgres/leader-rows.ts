import type { Query } from './database.ts'
import type { HeldRow } from './fence.ts'
import { ONE_AT_A_TIME, WHOLE } from './leadership.ts'

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
  /** Everybody who takes part, and what each watches; undefined for a program that does not say. */
  replicas: ReadonlyMap<string, readonly string[] | undefined>
}

const LATER = `clock_timestamp() + $2 * interval '1 millisecond'`

const APPEAR = `
INSERT INTO kedge.replica (holder, until, names) VALUES ($1, ${LATER}, $3)
ON CONFLICT (holder) DO UPDATE SET until = excluded.until, names = excluded.names`

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

const REPLICAS = 'SELECT holder, names FROM kedge.replica WHERE until > clock_timestamp() ORDER BY holder'

/**
 * Times are the database's own: those of two machines may be apart. Nothing is taken while somebody has the whole. Where an append is under
 * way, of one who may have been stopped in the middle of it, it is left for later: the server ends that before long.
 */
const TAKE = `
WITH free AS (
  SELECT cluster FROM kedge.leader WHERE cluster = ANY ($3::text[]) AND until <= clock_timestamp() ORDER BY cluster FOR UPDATE SKIP LOCKED
),
whole AS (SELECT FROM kedge.leader WHERE cluster = '${WHOLE}' AND until > clock_timestamp()),
taken AS (
  UPDATE kedge.leader AS present SET number = present.number + 1, holder = $1, until = ${LATER}
  FROM free WHERE present.cluster = free.cluster AND NOT EXISTS (SELECT FROM whole) RETURNING present.cluster, present.number
),
made AS (
  INSERT INTO kedge.leader (cluster, number, holder, until)
  SELECT name, 1, $1, ${LATER} FROM unnest($3::text[]) AS name WHERE NOT EXISTS (SELECT FROM whole)
  ON CONFLICT DO NOTHING RETURNING cluster, number
)
SELECT cluster, number FROM taken UNION ALL SELECT cluster, number FROM made`

/** Whoever had the whole and was stopped since is refused when it is woken. */
const END_WHOLE = `UPDATE kedge.leader SET number = number + 1 WHERE cluster = '${WHOLE}'`

const GIVE_UP = 'UPDATE kedge.leader SET until = clock_timestamp() WHERE cluster = $1 AND number = $2'
const LEAVE = `DELETE FROM kedge.replica WHERE holder = $1 OR until < clock_timestamp() - interval '1 hour'`

/** Who looks. */
export interface Looking {
  holder: string
  leaseMs: number
  /** What it watches; undefined where it takes part no more. */
  names: readonly string[] | undefined
}

/** Shows itself, renews what it holds, and looks at all, in a transaction that is under way. */
export async function renewAndLook(query: Query, { holder, leaseMs, names }: Looking, held: readonly HeldRow[]): Promise<Seen> {
  if (names) await query(APPEAR, [holder, leaseMs, names])
  else await leave(query, holder)
  const own = [held.map(({ cluster }) => cluster), held.map(({ number }) => number)]
  const renewed = held.length === 0 ? [] : await query<{ cluster: string }>(RENEW, [holder, leaseMs, ...own])
  const leaders = await query<LeaderRow>(LEADERS)
  const rows = await query<{ holder: string; names: readonly string[] | null }>(REPLICAS)
  const replicas = new Map(rows.map((replica) => [replica.holder, replica.names ?? undefined]))
  return { renewed: renewed.map(({ cluster }) => cluster), leaders, replicas }
}

/** Those of the clusters that nobody holds, with their numbers from now on. */
export async function takeRows(query: Query, holder: string, leaseMs: number, clusters: readonly string[]): Promise<readonly HeldRow[]> {
  await query(ONE_AT_A_TIME)
  const taken = await query<{ cluster: string; number: number }>(TAKE, [holder, leaseMs, clusters])
  if (taken.length > 0) await query(END_WHOLE)
  return taken
}

/** Lets others have them from now on. */
export async function giveUpRows(query: Query, rows: readonly HeldRow[]): Promise<void> {
  for (const { cluster, number } of rows) await query(GIVE_UP, [cluster, number])
}

/** Takes part no more. */
export async function leave(query: Query, holder: string): Promise<void> {
  await query(LEAVE, [holder])
}
