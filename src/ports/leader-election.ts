import type { KedgeError } from '../domain/errors.ts'
import type { LedgerEntry, LedgerHead } from './ledger.ts'

/** An entry that another process has appended, and its place in the chain. */
export type OthersEntry = LedgerEntry & { sequence: number }

/** Who leads something, as it was seen last. */
export interface Leader {
  name: string
  /** Rises with each change of the leader. */
  number: number
  holder: string
  /** It is this process. */
  isOwn: boolean
}

/**
 * Does work in the name of what this process leads: `HeldLedger.assertMayAct` within it asks for that, and what is appended carries its
 * number. @throws KedgeError E_LEDGER_FENCED once it is led no more, or by another right than the one that this was given with
 */
export type Within = <T>(work: () => Promise<T>) => Promise<T>

/** What a process that wants to lead is told. */
export interface Candidate {
  /** It leads this from now on, and has been handed everything that was appended before. */
  gained(name: string, within: Within): void
  /** It leads this no more, or is to give it up: resolves once nothing is under way that was begun for it. */
  lost(name: string): Promise<void>
  /** Clusters that this process does not watch, and for which there is something to be done. Asked again and again, so it must be cheap. */
  left(): readonly string[]
  /** It cannot read what others append, so it gives up everything and leads nothing ever again; they go on. */
  outdated(why: KedgeError): void
}

/** A process that takes part. */
export interface Campaign extends AsyncDisposable {
  /** Resolves once it has tried to take its share for the first time. */
  readonly begun: Promise<void>
}

/**
 * How several processes share one ledger: each leads some of the names, which stand for clusters, and follows what the others append.
 * Promises nothing about how soon something that has lost its leader gets another, but that never two lead it at once.
 */
export interface LeaderElection {
  /** Who this process is, for people. */
  readonly holder: string
  /**
   * Hands over what others append after this record, in the order of the chain, each once. To be called once, and before `campaign`.
   * @throws KedgeError E_LEDGER_UNREACHABLE
   */
  follow(after: LedgerHead | undefined, take: (entry: OthersEntry) => void): Promise<void>
  /** Tells of each entry of others, once it was handed over. */
  subscribe(listener: (entry: OthersEntry) => void): Disposable
  /**
   * Takes part in sharing out these names, which it watches, until it is disposed: then everything is given up in good order. To be
   * called once.
   */
  campaign(names: readonly string[], candidate: Candidate): Campaign
  /** Of everything that somebody leads. */
  leaders(): readonly Leader[]
}
