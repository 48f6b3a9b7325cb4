import { hash } from 'node:crypto'
import { hashLink, GENESIS } from '../../src/adapters/ledgers/chain/chain.ts'
import { indexDocument } from '../../src/adapters/ledgers/chain/document-index.ts'
import { spellDocument } from '../../src/adapters/ledgers/chain/documents.ts'
import { namesOf } from '../../src/adapters/ledgers/chain/names.ts'
import type { Row, StoredLink } from '../../src/adapters/ledgers/chain/row.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { CHECK_IDS } from '../../src/domain/decision/check.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { aRelease, anEffect } from '../../test/contract/ledger-documents.ts'

/** The records of one release, with the hashes that they would have, and what a store keeps of its keys. */
export interface SyntheticRelease {
  links: readonly StoredLink[]
  documents: readonly { kind: string; key: string; first: number; last: number; index: Row['index']; names: readonly number[] }[]
}

/** Records of one release: begun, twice looked at, ended; its card and what was done. As the one of docs/ledger.md, Sizing. */
export const RECORDS_A_RELEASE = 7
const ROLLOUTS = 1_000
const BEGUN_MS = Date.parse('2024-01-01T00:00:00Z')
/** Between two releases of one fleet. */
const EVERY_MS = 60_000
/** A commit that all Rollouts of one release train were released with. */
const TRAIN = 10_000

/** In the stable version and the new one of every release. */
export const SIDECAR = 'registry.example/mesh/proxy:v1.20.4'

/** The commit of a release; those of a train have one. */
export function commitOf(release: number): string {
  const number = release >= TRAIN && release < 2 * TRAIN ? TRAIN : release
  return hash('sha1', String(number))
}

export const imageOf = (release: number): string => `registry.example/shop/web-${release % ROLLOUTS}:v1.${release}.0`

export const keyOf = (release: number): string => `release-${release.toString().padStart(9, '0')}`

/** A chain of so many releases, oldest first. */
export function* syntheticReleases(count: number): Generator<SyntheticRelease> {
  const templates = TEMPLATES.map(({ event, entry }) => ({ kind: entry.kind, event, spell: compile(spellDocument(entry)) }))
  let last = { sequence: 0, hash: GENESIS }
  for (let release = 0; release < count; release += 1) {
    const words = { release, key: keyOf(release), at: BEGUN_MS + release * EVERY_MS }
    const links = templates.map(({ kind, event, spell }, step) => {
      const link = { sequence: last.sequence + 1, at: words.at + step, kind, key: words.key, event, document: spell(words) }
      last = { sequence: link.sequence, hash: hashLink(last.hash, link) }
      return { ...link, hash: last.hash }
    })
    yield { links, documents: KINDS.map((kind) => documentOf(kind, links)) }
  }
}

const KINDS = ['release', 'effect', 'card'] as const

function documentOf(kind: (typeof KINDS)[number], links: readonly StoredLink[]): SyntheticRelease['documents'][number] {
  const own = links.filter((link) => link.kind === kind)
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) throw new Error(`no record is of a ${kind}`)
  const entry = { kind, document: JSON.parse(last.document) as unknown } as LedgerEntry
  return { kind, key: last.key, first: first.sequence, last: last.sequence, index: indexDocument(entry), names: namesOf(entry) }
}

interface Words {
  release: number
  key: string
  at: number
}

const checks = CHECK_IDS.map((id) => ({ id, title: 'it restores N', outcome: 'passed' as const, detail: '' }))
const MARKS = { key: '<key>', commit: 'a'.repeat(40), good: 'b'.repeat(40), image: '<image>', before: '<before>', rollout: '<rollout>' }
const AT = 1_111_111_111_111

function template(fields: Partial<Release>): LedgerEntry {
  const [revision, goodRevision] = [MARKS.commit as CommitSha, MARKS.good as CommitSha]
  const document = aRelease({
    key: MARKS.key,
    rollout: MARKS.rollout,
    startedAt: AT,
    images: [MARKS.image, SIDECAR],
    stableImages: [MARKS.before, SIDECAR],
    applied: { application: 'argocd/shop', revisions: [revision] } as never,
    goodApplied: { application: 'argocd/shop', revisions: [goodRevision] } as never,
    revision,
    goodRevision,
    ...fields,
  })
  return { kind: 'release', key: document.key, event: 'any', document }
}

const decision = { action: 'notify', reason: 'its mode is notify', checks, at: AT }
const ended = template({ state: 'ended', outcome: 'restored', endedAt: AT, decision })
const card = { releaseKey: MARKS.key, ref: { channel: 'C0BENCH', timestamp: '1.2' }, contentHash: 'c'.repeat(64) }

const TEMPLATES: readonly { event: string; entry: LedgerEntry }[] = [
  { event: 'release-began', entry: template({ state: 'rolling', cause: null }) },
  { event: 'release-failed', entry: template({}) },
  { event: 'release-decided', entry: template({ decision }) },
  { event: 'release-ended', entry: ended },
  { event: 'delivered', entry: effect() },
  { event: 'card-published', entry: { kind: 'card', key: MARKS.key, event: 'any', document: card } },
  { event: 'card-published', entry: { kind: 'card', key: MARKS.key, event: 'any', document: card } },
]

function effect(): LedgerEntry {
  const document = anEffect({ key: MARKS.key, action: { type: 'trace-release', releaseKey: MARKS.key }, state: 'done', attempts: 1 })
  return { kind: 'effect', key: MARKS.key, event: 'any', document }
}

/** A spelled document with its marks as gaps. */
function compile(spelled: string): (words: Words) => string {
  const parts = spelled.split(new RegExp(`(${[...Object.values(MARKS), AT].join('|')})`))
  return ({ release, key, at }) => {
    const words: Readonly<Record<string, string>> = {
      [MARKS.key]: key,
      [MARKS.commit]: commitOf(release),
      [MARKS.good]: commitOf(Math.max(0, release - 1)),
      [MARKS.image]: imageOf(release),
      [MARKS.before]: imageOf(Math.max(0, release - ROLLOUTS)),
      [MARKS.rollout]: `web-${release % ROLLOUTS}`,
      [String(AT)]: String(at),
    }
    return parts.map((part, index) => (index % 2 === 1 ? words[part] : part)).join('')
  }
}
