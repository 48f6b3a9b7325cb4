import { hash } from 'node:crypto'

/** What stands before the first record. */
export const GENESIS = '0'.repeat(64)

/** A record without its hash, its document already canonical JSON. */
export interface ChainLink {
  sequence: number
  at: number
  kind: string
  key: string
  event: string
  /** Canonical JSON. */
  document: string
}

/** The record's hash: SHA-256, lower-case hex, over the hash before it, a line feed, and the record as a JSON array. */
export function hashLink(previous: string, link: ChainLink): string {
  const head = JSON.stringify([link.sequence, link.at, link.kind, link.key, link.event]).slice(0, -1)
  return hash('sha256', `${previous}\n${head},${link.document}]`)
}

/** Where a chain begins: after nothing, or after the last record that was archived. */
export type ChainStart = Pick<ChainLink & { hash: string }, 'sequence' | 'hash'>

/** Walks a chain link by link. */
export interface ChainWalk {
  /** Undefined while the chain holds; else what is wrong with this link. */
  step(link: ChainLink & { hash: string }): string | undefined
  /** Hash of the last link that held. */
  head(): string
  /** Number of links that held. */
  length(): number
  /** Sequence of the link that has to come next. */
  next(): number
}

/** A walk that begins before the first record, or after the last one that was archived. */
export function createChainWalk(after: ChainStart = { sequence: 0, hash: GENESIS }): ChainWalk {
  let head = after.hash
  let length = 0
  const next = (): number => after.sequence + length + 1
  return {
    step(link) {
      if (link.sequence !== next()) return `record ${next()} is missing`
      if (hashLink(head, link) !== link.hash) return 'the record does not match its hash'
      head = link.hash
      length += 1
      return undefined
    },
    head: () => head,
    length: () => length,
    next,
  }
}
