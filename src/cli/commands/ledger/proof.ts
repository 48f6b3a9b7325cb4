import { readFile } from 'node:fs/promises'
import type { Compared, ProofFault, Witness } from '../../../adapters/signing/prove.ts'
import type { LedgerHead } from '../../../ports/ledger.ts'

/** The number of a record and its hash, as somebody has noted them. */
export type Expected = LedgerHead

/** What a chain is held against. */
export interface ProofFlags {
  /** Files of public keys. */
  key: readonly string[]
  /** Folders and files of checkpoints. */
  checkpoints: readonly string[]
  expectHead: readonly Expected[]
}

/** What became of a chain that was held against checkpoints and heads. */
export interface Held extends Compared {
  /** Checkpoints that are signed by one of the keys, and heads that were noted. */
  proven: number
}

export interface Proof {
  see: (head: LedgerHead) => void
  /** Once the whole chain was seen. */
  end(): Held
}

/**
 * Reads keys and checkpoints, and waits for the records.
 * @throws KedgeError E_SIGNING_KEY, and the fault of the system where something cannot be read
 */
export async function readProof({ key, checkpoints, expectHead }: ProofFlags): Promise<Proof> {
  const { readPublicKey } = await import('../../../adapters/signing/keys.ts')
  const { createComparison, proveNotes } = await import('../../../adapters/signing/prove.ts')
  const { readNotes } = await import('../../../adapters/signing/read-notes.ts')
  const keys = await Promise.all(key.map(async (file) => readPublicKey(await readFile(file, 'utf8'), file)))
  const notes = (await Promise.all(checkpoints.map(readNotes))).flat()
  const signed = proveNotes(notes, keys)
  const noted = expectHead.map((head): Witness => ({ head, where: `--expect-head ${head.sequence}:${head.hash.slice(0, 12)}…` }))
  const witnesses = [...signed.witnesses, ...noted]
  const comparison = createComparison(witnesses)
  return {
    see: (head) => comparison.see(head),
    end() {
      const compared = comparison.end()
      const faults = [...signed.faults, ...compared.faults]
      // What lies on nothing that is here, a chain that begins behind it all included, is no proof of anything.
      const nothing: ProofFault[] =
        faults.length === 0 && compared.lying === 0 ? [{ code: 'E_CHECKPOINT_UNPROVEN', sequence: undefined, what: NOTHING }] : []
      return { ...compared, proven: witnesses.length, faults: [...faults, ...nothing] }
    },
  }
}

const NOTHING = 'no checkpoint and no head that was noted is of a record that is here'
