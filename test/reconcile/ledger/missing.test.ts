import { describe, expect, it } from 'vitest'
import type { LedgerHead, NewestDocument } from '../../../src/ports/ledger.ts'
import { createMisses } from '../../../src/reconcile/ledger/misses.ts'
import { createProjection, type LedgerItem } from '../../../src/reconcile/ledger/projection.ts'
import { aRelease, anEffect, aRevert } from '../../contract/ledger-documents.ts'

const HEAD: LedgerHead = { sequence: 10, hash: 'h' }
const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
const OPEN: LedgerItem = { kind: 'release', key: 'r', document: aRelease({ key: 'r' }) }
const PAST: LedgerItem = { kind: 'release', key: 'r', document: aRelease({ key: 'r', ...ENDED }) }
const CARD: LedgerItem = { kind: 'card', key: 'r', document: { releaseKey: 'r', ref: null, contentHash: 'c' } }
const EFFECT: LedgerItem = { kind: 'effect', key: 'e', document: anEffect({ key: 'e' }) }
const REVERT: LedgerItem = { kind: 'revert', key: 'v', document: aRevert({ key: 'v' }) }

/** So many ended releases of the Rollout of `OPEN`. */
const releases = (count: number): readonly LedgerItem[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'release',
    key: `r${at}`,
    document: aRelease({ key: `r${at}`, startedAt: at, ...ENDED }),
  }))

/** A memory of these, filled up to a record. */
function missesOf(known: readonly LedgerItem[] = [], head: LedgerHead | undefined = HEAD) {
  const { reads, take } = createMemory()
  for (const item of known) take(item)
  const misses = createMisses(reads, head)
  const walk = misses.begin()
  /** The walk meets a document at its newest record; `first`: its first record. */
  const meet = (item: LedgerItem, record: number, first = record): void =>
    walk({ ...item, place: { since: 1, sequence: first } } as NewestDocument, record)
  return { misses, take, meet }
}

function createMemory() {
  const projection = createProjection()
  return { reads: projection.reads, take: (item: LedgerItem): void => projection.take(item) }
}

const miss = ({ kind, key }: LedgerItem, sequence: number) => ({ what: `the index hides ${kind} ${key}`, sequence })

describe('what a walk meets and memory does not have is missed', () => {
  it.each<[string, LedgerItem, readonly LedgerItem[], boolean]>([
    ['an open release', OPEN, [], true],
    ['an open release, of a Rollout with as many as are kept', OPEN, releases(200), true],
    ['an ended release', PAST, releases(199), true],
    ['an ended release of a Rollout with as many as are kept', PAST, releases(200), false],
    ['a card of a release that is there', CARD, [OPEN], true],
    ['a card of a release that is not there', CARD, [], false],
    ['an effect', EFFECT, [], true],
    ['a revert', REVERT, [], true],
    ['what is there', REVERT, [REVERT], false],
  ])('%s', (_, item, known, isMissed) => {
    const { misses, meet } = missesOf(known)
    meet(item, 10)
    expect(misses.first()).toEqual(isMissed ? miss(item, 10) : undefined)
  })

  it('up to the record to which memory was filled, and nowhere in a ledger that was empty', () => {
    const { misses, meet } = missesOf()
    meet(REVERT, 11)
    expect(misses.first()).toBeUndefined()
    const empty = createMisses(createProjection().reads, undefined)
    empty.begin()({ ...REVERT, place: { since: 1, sequence: 1 } } as NewestDocument, 1)
    expect(empty.first()).toBeUndefined()
  })

  it('and the first that is met is told', () => {
    const { misses, meet } = missesOf()
    meet(EFFECT, 2)
    meet(REVERT, 3)
    meet(OPEN, 12)
    expect(misses.first()).toEqual(miss(EFFECT, 2))
    misses.begin()
    expect(misses.first()).toBeUndefined()
  })
})

describe('what is touched before the walk meets it', () => {
  it.each<[string, LedgerItem, readonly LedgerItem[]]>([
    ['itself', EFFECT, [EFFECT]],
    ['of a card, its release', CARD, [OPEN]],
    ['of a card, itself', CARD, [CARD]],
  ])('is not missed, as it may be forgotten by then: %s', (_, item, touched) => {
    const { misses, meet } = missesOf([OPEN])
    for (const one of touched) misses.touch(one)
    meet(item, 5)
    expect(misses.first()).toBeUndefined()
  })

  it('was hidden where it is never forgotten, was not there, and has a record that memory should have', () => {
    const { misses, meet, take } = missesOf()
    misses.touch(REVERT)
    take(REVERT)
    meet(REVERT, 12, 10)
    expect(misses.first()).toEqual(miss(REVERT, 10))
  })

  it.each<[string, readonly LedgerItem[], number]>([
    ['is new', [], 11],
    ['was there', [REVERT], 10],
  ])('is not missed where it %s', (_, known, first) => {
    const { misses, meet, take } = missesOf(known)
    misses.touch(REVERT)
    take(REVERT)
    meet(REVERT, 12, first)
    expect(misses.first()).toBeUndefined()
  })
})
