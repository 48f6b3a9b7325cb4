import type { LedgerHead } from '../../ports/ledger.ts'
import { parseHead } from './checkpoint.ts'
import type { PublicKey } from './keys.ts'
import { parseNote, verifyNote } from './note.ts'
import type { FoundNote } from './read-notes.ts'

/** A record that somebody has noted elsewhere. */
export interface Witness {
  head: LedgerHead
  /** What says so, for people. */
  where: string
}

export interface ProofFault {
  code: 'E_LEDGER_REWRITTEN' | 'E_LEDGER_TRUNCATED' | 'E_CHECKPOINT_KEY' | 'E_CHECKPOINT_UNPROVEN'
  /** Number of the record that it is about; undefined where that is not known. */
  sequence: number | undefined
  what: string
}

/** What of these is signed by one of the keys, and what is wrong with the others. */
export function proveNotes(
  found: readonly FoundNote[],
  keys: readonly PublicKey[],
): { witnesses: readonly Witness[]; faults: readonly ProofFault[] } {
  const witnesses: Witness[] = []
  const faults: ProofFault[] = []
  for (const one of found) {
    const proven = proveNote(one, keys)
    if ('head' in proven) witnesses.push(proven)
    else faults.push(proven)
  }
  return { witnesses, faults }
}

function proveNote({ where, note }: FoundNote, keys: readonly PublicKey[]): Witness | ProofFault {
  const parsed = parseNote(note)
  const signed = parsed && parseHead(parsed.text)
  if (!signed) return { code: 'E_CHECKPOINT_UNPROVEN', sequence: undefined, what: `${where} is no whole checkpoint` }
  const { head, origin } = signed
  const verdict = verifyNote(parsed, origin, keys)
  if (verdict.is === 'signed') return { head, where }
  if (verdict.is === 'wrong')
    return { code: 'E_CHECKPOINT_UNPROVEN', sequence: head.sequence, what: `the signature of ${where} is not that of its key` }
  const what = `${where} is signed by none of the keys that were named, but by ${verdict.ids.join(', ')}`
  return { code: 'E_CHECKPOINT_KEY', sequence: head.sequence, what }
}

/** Holds a chain against what was noted of it. */
export interface Comparison {
  /** Each record of the chain, oldest first; that which it begins after, too. */
  see(head: LedgerHead): void
  /** Once all were seen. */
  end(): Compared
}

export interface Compared {
  /** Those that lie on the chain. */
  lying: number
  /** Those of records that were archived, of which nothing can be said. */
  archived: number
  /** The newest that lies on the chain. */
  newest: LedgerHead | undefined
  faults: readonly ProofFault[]
}

/** See {@link Comparison}. */
export function createComparison(witnesses: readonly Witness[]): Comparison {
  const bySequence = Map.groupBy(witnesses, ({ head }) => head.sequence)
  const faults: ProofFault[] = []
  let lying = 0
  let newest: LedgerHead | undefined
  let first: number | undefined
  let last = 0
  return {
    see({ sequence, hash }) {
      first ??= sequence
      last = sequence
      for (const { head, where } of bySequence.get(sequence) ?? []) {
        if (head.hash === hash) {
          lying += 1
          newest = head
        } else faults.push({ code: 'E_LEDGER_REWRITTEN', sequence, what: rewritten({ head, where }, hash, newest) })
      }
    },
    end() {
      const cutOff = witnesses.filter(({ head }) => head.sequence > last)
      const archived = witnesses.filter(({ head }) => first !== undefined && head.sequence < first).length
      const missing = cutOff.map(({ head, where }): ProofFault => {
        const what = `the ledger ends at record ${last}, and ${where} is of record ${head.sequence} (${head.hash})`
        return { code: 'E_LEDGER_TRUNCATED', sequence: last + 1, what }
      })
      return { lying, archived, newest, faults: [...faults, ...missing] }
    },
  }
}

function rewritten({ head, where }: Witness, hash: string, newest: LedgerHead | undefined): string {
  const since = newest ? `what is up to record ${newest.sequence} is as it was noted` : 'nothing before it is proven'
  return `record ${head.sequence} is ${hash}, and by ${where} it was ${head.hash}; ${since}`
}
