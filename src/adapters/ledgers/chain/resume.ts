import type { Taking } from '../../../ports/ledger-checkpoint.ts'
import type { LedgerHead, LedgerKind, LedgerVerdict } from '../../../ports/ledger.ts'
import { createChainWalk, GENESIS, hashLink } from './chain.ts'
import { isIndexOf, WRONG_INDEX } from './document-index.ts'
import { createHandOver, type NewestIndex } from './hand-over.ts'
import type { StoredLink } from './row.ts'

/** Where an index says that the newest document of a key stands. */
export interface Pointer {
  sequence: number
  kind: string
  key: string
}

/** A record with all that proves it alone. */
export type LoneLink = StoredLink &
  Omit<NewestIndex, 'first'> & {
    /** Hash of the record before it; null where that is not here. */
    before: string | null
    /** What points at its key, null where nothing does: at which record of it the newest document is, and which was the first. */
    newest: number | null
    first: number | null
    /** The last record of its key, and the first, as the journal has them. */
    latest: number
    earliest: number
  }

/** What is read of a store, all of it in one snapshot. */
export interface ResumeSource {
  /** The checkpoint, where its record is in the chain and has its hash. */
  checkpoint: LedgerHead | undefined
  /** The last record that was archived. */
  archived: LedgerHead | undefined
  /** Pointers of what is decided on, in any order, some of them twice: see {@link DECIDED_ON}. Others get their turn between two pages. */
  decidedOn(): AsyncIterable<readonly Pointer[]>
  /** Those of releases, and of their cards, by their keys. */
  ofReleases(keys: readonly string[]): Promise<readonly Pointer[]>
  /** The records that have these numbers, in order, without those that are missing. {@link AT_ONCE} at most are asked for. */
  links(sequences: readonly number[]): Promise<readonly LoneLink[]>
  /** The next records after this one, oldest first; nothing at the end. */
  linksAfter(sequence: number): Promise<readonly LoneLink[]>
}

/** Records that are looked at before others get their turn: some ten milliseconds. */
export const AT_ONCE = 250

/**
 * Which documents of a kind are decided on, and kept in memory, see `Ledger`: `all`; the `open` ones; the open ones and the `newest` of
 * each Rollout; those that come `with-release`.
 */
const DECIDED_ON: Readonly<Record<LedgerKind, 'all' | 'open' | 'newest' | 'with-release'>> = {
  baseline: 'all',
  version: 'all',
  revert: 'all',
  storm: 'all',
  quarantine: 'all',
  announcement: 'all',
  effect: 'open',
  release: 'newest',
  card: 'with-release',
}

/** The kinds of which every document is decided on. */
export const WHOLE_KINDS: readonly string[] = Object.keys(DECIDED_ON).filter((kind) => DECIDED_ON[kind as LedgerKind] === 'all')

const WRONG_POINTER = 'the newest document of its key is not this record'

/** See `LedgerCheckpoint.resume`. @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER, and what the source throws */
export async function resumeFrom(given: ResumeSource, taking: Taking): Promise<LedgerVerdict | undefined> {
  const source = interruptible(given, taking.interrupted)
  const { checkpoint, archived } = source
  // One at nothing is that of an empty ledger: all of it is to be walked.
  if (!checkpoint || checkpoint.sequence <= (archived?.sequence ?? 0)) return undefined
  const handOver = createHandOver((newest) => taking.take(newest))
  const found = await gather(source)
  const isBefore = ({ sequence }: Pointer): boolean => sequence <= checkpoint.sequence
  const prove = createProof(source, handOver)
  const broken = await prove(found.filter(isBefore))
  if (broken) return broken
  const verdict = await walkAfter(source, { checkpoint, handOver, pointers: found.filter((one) => !isBefore(one)) })
  if (!verdict.intact) return verdict
  return (await prove(await source.ofReleases(taking.wanted()))) ?? verdict
}

function interruptible(source: ResumeSource, interrupted: AbortSignal | undefined): ResumeSource {
  return {
    ...source,
    async *decidedOn() {
      for await (const page of source.decidedOn()) {
        interrupted?.throwIfAborted()
        yield page
      }
    },
    links(sequences) {
      interrupted?.throwIfAborted()
      return source.links(sequences)
    },
    linksAfter(sequence) {
      interrupted?.throwIfAborted()
      return source.linksAfter(sequence)
    },
  }
}

type HandOver = ReturnType<typeof createHandOver>
type Broken = Extract<LedgerVerdict, { intact: false }>

/** By record, each once. */
async function gather(source: ResumeSource): Promise<readonly Pointer[]> {
  const all: Pointer[] = []
  for await (const page of source.decidedOn()) for (const pointer of page) all.push(pointer)
  const sorted = all.toSorted((a, b) => a.sequence - b.sequence)
  return sorted.filter((pointer, index) => {
    const before = sorted[index - 1]
    return pointer.sequence !== before?.sequence || pointer.kind !== before.kind || pointer.key !== before.key
  })
}

/** Proves what is pointed at, each alone, and hands it over. @returns what is wrong with the first that is not proven */
function createProof(source: ResumeSource, handOver: HandOver): (pointers: readonly Pointer[]) => Promise<Broken | undefined> {
  return async (pointers) => {
    for (let from = 0; from < pointers.length; from += AT_ONCE) {
      const asked = pointers.slice(from, from + AT_ONCE)
      const found = new Map((await source.links(asked.map(({ sequence }) => sequence))).map((link) => [link.sequence, link]))
      for (const pointer of asked) {
        const link = found.get(pointer.sequence)
        const what = link ? (unproven(link, source.archived) ?? misled(link, pointer)) : `record ${pointer.sequence} is missing`
        const wrong = what ?? (link && handOverNewest(link, handOver))
        if (wrong !== undefined) return { intact: false, sequence: pointer.sequence, what: wrong }
      }
    }
    return undefined
  }
}

/** Why a record does not follow from the one before it. */
function unproven(link: LoneLink, archived: LedgerHead | undefined): string | undefined {
  const beginning = archived ?? { sequence: 0, hash: GENESIS }
  if (link.sequence <= beginning.sequence) return 'the chain is said to begin after this record'
  const before = link.sequence === beginning.sequence + 1 ? beginning.hash : link.before
  if (before === null) return `record ${link.sequence - 1} is missing`
  return hashLink(before, link) === link.hash ? undefined : 'the record does not match its hash'
}

/** Why a record is not the newest of the key that was pointed from. */
function misled(link: LoneLink, { kind, key }: Pointer): string | undefined {
  return link.kind === kind && link.key === key && link.newest === link.sequence ? undefined : WRONG_POINTER
}

/** What of a record's key is wrong; else its document is handed over, where it is the newest. */
function handOverNewest(link: LoneLink, handOver: HandOver): string | undefined {
  const { newest, first, latest, earliest } = link
  if (newest !== latest || first === null || first !== earliest) return WRONG_POINTER
  if (newest !== link.sequence) return undefined
  const document = handOver(link, { ...link, first }) ?? (JSON.parse(link.document) as unknown)
  return isIndexOf(link, link.kind, document) ? undefined : WRONG_INDEX
}

interface After {
  checkpoint: LedgerHead
  handOver: HandOver
  /** What is decided on of it, in order: each has to be met. */
  pointers: readonly Pointer[]
}

/** Walks what follows a checkpoint, and hands over what is newest of its key. */
async function walkAfter(source: ResumeSource, { checkpoint, handOver, pointers }: After): Promise<LedgerVerdict> {
  const walk = createChainWalk(checkpoint)
  let due = 0
  for (let page = await source.linksAfter(checkpoint.sequence); page.length > 0; page = await source.linksAfter(walk.next() - 1)) {
    for (const link of page) {
      const broken = walk.step(link)
      if (broken !== undefined) return { intact: false, sequence: walk.next(), what: broken }
      let wrong = handOverNewest(link, handOver)
      for (let next = pointers[due]; next?.sequence === link.sequence; next = pointers[(due += 1)]) wrong ??= misled(link, next)
      if (wrong !== undefined) return { intact: false, sequence: link.sequence, what: wrong }
    }
  }
  const unmet = pointers[due]
  if (unmet) return { intact: false, sequence: unmet.sequence, what: WRONG_POINTER }
  return { intact: true, records: walk.length(), head: walk.head(), after: checkpoint }
}
