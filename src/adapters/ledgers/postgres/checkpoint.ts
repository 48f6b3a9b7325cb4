import { RELEASES_OF_EACH, type LedgerCheckpoint, type Taking } from '../../../ports/ledger-checkpoint.ts'
import type { LedgerHead, LedgerVerdict } from '../../../ports/ledger.ts'
import { GENESIS } from '../chain/chain.ts'
import { AT_ONCE, resumeFrom, WHOLE_KINDS, type LoneLink, type Pointer, type ResumeSource } from '../chain/resume.ts'
import { verdictOf } from './damage.ts'
import { READING, WRITING, type Database, type Query } from './database.ts'
import { isDamage, isForbidden, workFault } from './faults.ts'
import { readAnchor } from './reads.ts'

const KEEP = `
INSERT INTO kedge.checkpoint (id, sequence, hash) VALUES (1, $1, $2)
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash`
const RAISE = 'UPDATE kedge.checkpoint SET sequence = $1, hash = $2 WHERE sequence < $1'

/** Within a transaction that is under way, or as its own. */
export const FORGET_CHECKPOINT = 'DELETE FROM kedge.checkpoint'

/**
 * Keeps the checkpoint of a ledger. No number of a leader goes with it: whoever was replaced says of a record that is in the chain that the
 * chain held up to it, and of one that is not, nothing.
 * @param written is given the work to be done, with the newest record that this process has written or followed, where it may write
 */
export function createCheckpoint(
  name: string,
  written: (work: (database: Database, newest: LedgerHead | undefined) => Promise<void>) => Promise<void>,
): Omit<LedgerCheckpoint, 'resume'> {
  const write = async (database: Database, sql: string, values?: readonly unknown[]): Promise<void> => {
    try {
      await database.transact(WRITING, (query) => query(sql, values))
    } catch (fault) {
      throw workFault(name, fault)
    }
  }
  return {
    keepCheckpoint: async (head) => written((database) => write(database, KEEP, [head?.sequence ?? 0, head?.hash ?? GENESIS])),
    raiseCheckpoint: async () => written(async (database, head) => head && write(database, RAISE, [head.sequence, head.hash])),
    dropCheckpoint: async () => written((database) => write(database, FORGET_CHECKPOINT)),
  }
}

/** Begins at the checkpoint, in one snapshot of the database. See `LedgerCheckpoint`. */
export async function resumeDatabase(database: Database, taking: Taking): Promise<LedgerVerdict | undefined> {
  const given = await readCheckpoint(database)
  if (!given) return undefined
  return database.transact('REPEATABLE READ, READ ONLY', async (query) => {
    try {
      return await resumeFrom(await createSource(query, given), taking)
    } catch (fault) {
      const broken = await verdictOf(query, fault, 0)
      if (!broken) throw fault
      return broken
    }
  })
}

/**
 * The checkpoint, whatever it is worth: that is for the snapshot to say. It is asked apart from that, for a refusal ends a transaction. One
 * that cannot be read, by this role or at all, is none: the whole chain is walked, and whoever keeps the next one is told why.
 */
async function readCheckpoint(database: Database): Promise<LedgerHead | undefined> {
  try {
    return (await database.transact(READING, (query) => query<{ sequence: number; hash: string }>(CHECKPOINT)))[0]
  } catch (fault) {
    if (isForbidden(fault) || isDamage(fault)) return undefined
    throw fault
  }
}

/**
 * To the end of the transaction. All that is asked for stands in an index, in its order; a server that has no statistics would rather read
 * every release and sort them, for each page.
 */
const BY_INDEX = `
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)`

const CHECKPOINT = 'SELECT sequence, hash FROM kedge.checkpoint'
const FITTING = 'SELECT sequence, hash FROM kedge.record WHERE sequence = $1 AND hash = $2'

/** Rows that are asked for at once, so that no statement takes long. */
const PAGE = 2_000

const OF_KIND = `
SELECT sequence, kind, key FROM kedge.document WHERE kind = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT ${PAGE}`
/** By the index of kind, openness and place, whose order no other has: 1 is the last of what `open` says. */
const OPEN = `
SELECT sequence, kind, key, since, first_sequence AS first FROM kedge.document
WHERE kind = $1 AND (open, since, first_sequence) > (1, coalesce($2::bigint, ${Number.MIN_SAFE_INTEGER}), coalesce($3::bigint, 0))
ORDER BY open, since, first_sequence LIMIT ${PAGE}`
/** Looked up one by one: a server without statistics would rather read all releases and compare. */
const OF_RELEASES = `
SELECT found.sequence, found.kind, found.key FROM unnest($1::text[]) AS asked (key)
CROSS JOIN unnest('{release,card}'::text[]) AS wanted (kind)
CROSS JOIN LATERAL (
  SELECT sequence, kind, key FROM kedge.document WHERE kind = wanted.kind COLLATE "C" AND key = asked.key COLLATE "C" LIMIT 1
) AS found`

/** Rollouts whose newest releases are asked for at once. */
const ROLLOUTS = 20

/** From one to the next by the index of kind and subject, never through the releases of one. */
const NEXT_ROLLOUTS = `
WITH RECURSIVE rollout AS (
  (SELECT kind, subject FROM kedge.document WHERE (kind, subject) > ('release', $1) ORDER BY kind, subject LIMIT 1)
  UNION ALL
  SELECT next.kind, next.subject FROM rollout CROSS JOIN LATERAL (
    SELECT kind, subject FROM kedge.document WHERE (kind, subject) > (rollout.kind, rollout.subject) ORDER BY kind, subject LIMIT 1
  ) AS next WHERE rollout.kind = 'release'
)
SELECT subject FROM rollout WHERE kind = 'release' LIMIT ${ROLLOUTS}`
const NEWEST_RELEASES = `
SELECT newest.key FROM unnest($1::text[]) AS asked (subject) CROSS JOIN LATERAL (
  SELECT key FROM kedge.document WHERE kind = 'release' AND subject = asked.subject COLLATE "C"
  ORDER BY since DESC, first_sequence DESC LIMIT ${RELEASES_OF_EACH}
) AS newest`

/** Each part of the proof is found by the index of its own: nothing is walked. */
const LONE_LINK = `
SELECT record.sequence, record.at, record.kind, record.key, record.event, record.document, record.hash,
  (SELECT hash FROM kedge.record AS before WHERE before.sequence = record.sequence - 1) AS before,
  document.sequence AS newest, document.first_sequence AS first, document.subject, document.open, document.since,
  (SELECT max(sequence) FROM kedge.record AS own WHERE own.kind = record.kind AND own.key = record.key) AS latest,
  (SELECT min(sequence) FROM kedge.record AS own WHERE own.kind = record.kind AND own.key = record.key) AS earliest`
const POINTED = 'LEFT JOIN kedge.document ON document.kind = record.kind AND document.key = record.key'
const LINKS = `${LONE_LINK} FROM kedge.record ${POINTED} WHERE record.sequence = ANY ($1::bigint[])`
const LINKS_AFTER = `
${LONE_LINK} FROM (SELECT * FROM kedge.record WHERE sequence > $1 ORDER BY sequence LIMIT ${AT_ONCE}) AS record ${POINTED}
ORDER BY record.sequence`

interface OpenPointer extends Pointer {
  since: number
  first: number
}

async function createSource(query: Query, given: LedgerHead): Promise<ResumeSource> {
  await query(BY_INDEX)
  const ofReleases = (keys: readonly string[]): Promise<readonly Pointer[]> => query<Pointer>(OF_RELEASES, [keys])
  return {
    checkpoint: (await query<{ sequence: number; hash: string }>(FITTING, [given.sequence, given.hash]))[0],
    archived: await readAnchor(query),
    async *decidedOn() {
      for (const kind of WHOLE_KINDS) yield* ofKind(query, kind)
      yield* open(query, 'effect')
      for await (const releases of open(query, 'release')) yield await ofReleases(releases.map(({ key }) => key))
      for (let after = ''; ;) {
        const subjects = (await query<{ subject: string }>(NEXT_ROLLOUTS, [after])).map(({ subject }) => subject)
        const newest = await query<{ key: string }>(NEWEST_RELEASES, [subjects])
        yield await ofReleases(newest.map(({ key }) => key))
        const last = subjects.at(-1)
        if (last === undefined) return
        after = last
      }
    },
    ofReleases,
    links: (sequences) => query<LoneLink>(LINKS, [sequences]),
    linksAfter: (sequence) => query<LoneLink>(LINKS_AFTER, [sequence]),
  }
}

async function* ofKind(query: Query, kind: string): AsyncGenerator<readonly Pointer[]> {
  for (let after: string | undefined; ;) {
    const page = await query<Pointer>(OF_KIND, [kind, after])
    yield page
    if (page.length < PAGE) return
    after = page.at(-1)?.key
  }
}

async function* open(query: Query, kind: string): AsyncGenerator<readonly Pointer[]> {
  for (let after: OpenPointer | undefined; ;) {
    const page = await query<OpenPointer>(OPEN, [kind, after?.since, after?.first])
    yield page
    if (page.length < PAGE) return
    after = page.at(-1)
  }
}
