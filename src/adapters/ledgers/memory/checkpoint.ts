import { RELEASES_OF_EACH, type LedgerCheckpoint } from '../../../ports/ledger-checkpoint.ts'
import type { LedgerHead, LedgerKind } from '../../../ports/ledger.ts'
import { GENESIS } from '../chain/chain.ts'
import { AT_ONCE, resumeFrom, WHOLE_KINDS, type LoneLink, type Pointer, type ResumeSource } from '../chain/resume.ts'
import type { StoredLink } from '../chain/row.ts'
import type { MemoryDocuments, Newest } from './documents.ts'

interface Kept {
  links: readonly StoredLink[]
  documents: MemoryDocuments
  archived: LedgerHead | undefined
}

/** The checkpoint of a ledger in memory: as forgotten as that. */
export function createMemoryCheckpoint(kept: () => Kept): LedgerCheckpoint {
  let checkpoint: LedgerHead | undefined
  return {
    resume: (taking) => resumeFrom(createSource(kept(), checkpoint), taking),
    async keepCheckpoint(head) {
      checkpoint = head ?? { sequence: 0, hash: GENESIS }
    },
    async raiseCheckpoint() {
      const last = kept().links.at(-1)
      if (checkpoint && last) checkpoint = { sequence: last.sequence, hash: last.hash }
    },
    async dropCheckpoint() {
      checkpoint = undefined
    },
  }
}

function createSource({ links, documents, archived }: Kept, checkpoint: LedgerHead | undefined): ResumeSource {
  const at = (sequence: number): StoredLink | undefined => links[sequence - (archived?.sequence ?? 0) - 1]

  function loneLink(link: StoredLink): LoneLink {
    const newest = documents.newestOf(link)
    return {
      ...link,
      before: at(link.sequence - 1)?.hash ?? null,
      newest: newest?.link.sequence ?? null,
      first: newest?.first ?? null,
      latest: newest?.link.sequence ?? 0,
      earliest: newest?.first ?? 0,
      subject: newest?.index.subject ?? null,
      open: newest?.index.open ?? 0,
      since: newest?.index.since ?? 0,
    }
  }

  function newestReleases(): readonly Newest[] {
    const all = documents.ofKind('release')
    const rollouts = Map.groupBy(all, ({ index }) => index.subject)
    const recent = [...rollouts.values()].flatMap((own) =>
      own.toSorted((a, b) => b.index.since - a.index.since || b.first - a.first).slice(0, RELEASES_OF_EACH),
    )
    return [...all.filter(isOpen), ...recent]
  }

  function withCards(releases: readonly Newest[]): readonly Pointer[] {
    const keys = new Set(releases.map(({ link }) => link.key))
    return [...releases, ...documents.ofKind('card').filter(({ link }) => keys.has(link.key))].map(pointerOf)
  }

  return {
    checkpoint: checkpoint && at(checkpoint.sequence)?.hash === checkpoint.hash ? checkpoint : undefined,
    archived,
    async *decidedOn() {
      yield WHOLE_KINDS.flatMap((kind) => documents.ofKind(kind as LedgerKind)).map(pointerOf)
      yield documents.ofKind('effect').filter(isOpen).map(pointerOf)
      yield withCards(newestReleases())
    },
    async ofReleases(keys) {
      const wanted = new Set(keys)
      return withCards(documents.ofKind('release').filter(({ link }) => wanted.has(link.key)))
    },
    links: async (sequences) => sequences.flatMap((sequence) => at(sequence) ?? []).map(loneLink),
    async linksAfter(sequence) {
      const from = sequence - (archived?.sequence ?? 0)
      return links.slice(from, from + AT_ONCE).map(loneLink)
    },
  }
}

const isOpen = ({ index }: Newest): boolean => index.open === 1

const pointerOf = ({ link }: Newest): Pointer => ({ sequence: link.sequence, kind: link.kind, key: link.key })
