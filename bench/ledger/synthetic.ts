import { hash } from 'node:crypto'
import { hashLink, GENESIS } from '../../src/adapters/ledgers/chain/chain.ts'
import { indexDocument } from '../../src/adapters/ledgers/chain/document-index.ts'
import { spellDocument } from '../../src/adapters/ledgers/chain/documents.ts'
import { namesOf } from '../../src/adapters/ledgers/chain/names.ts'
import type { Row, StoredLink } from '../../src/adapters/ledgers/chain/row.ts'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { CHECK_IDS } from '../../src/domain/decision/check.ts'
import type { Release } from '../../src/domain/release/release.ts'
import type { RolloutRef } from '../../src/domain/rollout/snapshots.ts'
import type { LedgerEntry, LedgerPlace } from '../../src/ports/ledger.ts'
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
/** Of so many releases one is of {@link BUSY}: with 200,000 records it has as many as each has with ten million. */
const BUSY_EVERY = 20
/** Of so many releases one has a commit that begins as those of the others within a thousand. It is the good one of the next release. */
const KIN_EVERY = 80
const KIN_WITHIN = 1_000
const KIN_DIGITS = 7

/** In the stable version and the new one of every release. */
export const SIDECAR = 'registry.example/mesh/proxy:v1.20.4'

/** Has many more releases than any other. */
const BUSY = 'web-busy'

/** The Rollout of a release. */
export const rolloutOf = (release: number): RolloutRef => ({
  cluster: 'east',
  namespace: 'shop',
  name: release % BUSY_EVERY === BUSY_EVERY - 1 ? BUSY : `web-${release % ROLLOUTS}`,
})

/** A release of the Rollout that has many, not long before or after this one. */
export const busyNear = (release: number): number => release - (release % BUSY_EVERY) + BUSY_EVERY - 1

/** Where a release stands among all. */
export const placeOf = (release: number): LedgerPlace => ({
  since: BEGUN_MS + release * EVERY_MS,
  sequence: release * RECORDS_A_RELEASE + 1,
})

/** The commit of a release; those of a train have one. */
export function commitOf(release: number): string {
  const number = release >= TRAIN && release < 2 * TRAIN ? TRAIN : release
  const own = hash('sha1', String(number))
  return number % KIN_EVERY === 0 && number !== TRAIN ? kinOf(release) + own.slice(KIN_DIGITS) : own
}

/** What commits of 25 releases begin with (24 or 26, to be exact), not far from this one; none of the train. */
export function kinOf(release: number): string {
  return hash('sha1', `kin ${Math.floor(release / KIN_WITHIN)}`).slice(0, KIN_DIGITS)
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
      [MARKS.rollout]: rolloutOf(release).name,
      [String(AT)]: String(at),
    }
    return parts.map((part, index) => (index % 2 === 1 ? words[part] : part)).join('')
  }
}
