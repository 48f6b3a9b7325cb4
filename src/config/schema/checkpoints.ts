import { z } from 'zod'
import { path } from '../../options/file.ts'

/** Signed checkpoints of the ledger, whichever it is. */
export const checkpoints = z.strictObject({
  keyFile: path.describe(
    'Ed25519 private key in PKCS#8 PEM (`openssl genpkey -algorithm ed25519`), not readable by others; read anew when it changes.',
  ),
  origin: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._~:/@-]*$/, 'must be a name without spaces, such as kedge.example.com/prod')
    .describe('What this ledger is called in what is signed; no other ledger has the same, such as `kedge.example.com/prod`.'),
  folder: path.optional().describe('Folder, of a disk or a bucket that is mounted: one file a checkpoint, and none is ever changed.'),
  file: path.optional().describe('File to whose end checkpoints are written; it may be one that can only be added to.'),
  everyRecords: z.int().min(1).max(1_000_000).default(1_000).describe('A checkpoint is signed after so many records, …'),
  everyMinutes: z.number().min(0.1).max(10_080).default(15).describe('… or so long after the one before, whichever is first.'),
})
