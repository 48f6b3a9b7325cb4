import type { KeyObject } from 'node:crypto'
import type { Signing } from '../../ports/signing.ts'
import { attestRelease } from './attest-release.ts'
import { signHead } from './checkpoint.ts'
import { filePlace, folderPlace } from './places.ts'

export interface SigningOptions {
  /** What the ledger is called in what is signed. */
  origin: string
  folder: string | undefined
  file: string | undefined
  /** The private key that holds at that moment. */
  key: () => KeyObject
}

/** Signs checkpoints, and knows where they go. */
export function createSigning({ origin, folder, file, key }: SigningOptions): Signing {
  return {
    checkpoint: (head, at) => ({ head, text: signHead({ origin, head, at }, key()) }),
    attest: async (ledger, release) => attestRelease(ledger, release, { origin, signingKey: key() }),
    places: [...(folder === undefined ? [] : [folderPlace(folder)]), ...(file === undefined ? [] : [filePlace(file)])],
  }
}
