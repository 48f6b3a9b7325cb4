/** Where more is of a release. Null where nothing is. */
export interface ReleaseLinks {
  application: string | null
  goodCommit: string | null
  badCommit: string | null
  /** What the ledger has of it, signed: docs/signed-ledger.md. Null where nothing is signed. */
  attestation: string | null
  more: readonly { text: string; url: string }[]
}
