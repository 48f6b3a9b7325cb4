import type { ErrorEntry } from './error-entry.ts'

/** Of ERRORS: a ledger that does not hold, cannot be read or is not what was signed of it, and what can be wrong with signing. */
export const PROOF_ERRORS = {
  E_LEDGER_BROKEN: {
    retryable: false,
    advice: 'Run `kedge ledger verify`, keep a copy of the file, and restore the last good backup. Kedge does not act on a broken ledger.',
  },
  E_LEDGER_DOCUMENT: {
    retryable: false,
    advice: 'Keep a copy of the ledger and report the message: what Kedge wrote it cannot read again. It does not act on half a memory.',
  },
  E_LEDGER_OLDER: {
    retryable: false,
    advice:
      'Nothing to do where a backup was restored, or the ledger is new: Kedge goes on with the pull request. Else look for a second ' +
      'Kedge with a ledger of its own.',
  },
  E_LEDGER_REWRITTEN: {
    retryable: false,
    advice:
      'Keep the ledger and the checkpoints as they are. After `kedge ledger restore` this is expected: give checkpoints another ' +
      '`origin` and place then. Else somebody has rewritten it: compare it with a backup that lies on the checkpoints.',
  },
  E_LEDGER_TRUNCATED: {
    retryable: false,
    advice:
      'Keep the ledger and the checkpoints as they are. After `kedge ledger restore` this is expected. Else records were cut off its ' +
      'end: look for them in a backup.',
  },
  E_CHECKPOINT_KEY: {
    retryable: false,
    advice:
      'Name the public key of then, too: `--key` may be given several times. A key that nobody knows is a signature by somebody else.',
  },
  E_CHECKPOINT_UNPROVEN: {
    retryable: false,
    advice: 'Look at what the message names: it was changed, is half written, or is no checkpoint. It proves nothing as it is.',
  },
  E_ATTESTATION_UNPROVEN: {
    retryable: false,
    advice: 'It proves nothing as it is. Ask for it anew, and for the public key of the day on which it was signed.',
  },
  E_CHECKPOINT_WRITE: {
    retryable: true,
    advice:
      'Check that the place of `ledger.checkpoints` is mounted, has room, and that this user may add files to it. All else goes on, and ' +
      'the next try signs the newest record.',
  },
  E_SIGNING_KEY: {
    retryable: false,
    advice: 'It is an Ed25519 key in PEM: `openssl genpkey -algorithm ed25519`, and `openssl pkey -pubout` for the public one.',
  },
} as const satisfies Record<string, ErrorEntry>
