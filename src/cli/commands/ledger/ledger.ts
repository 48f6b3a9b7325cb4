import type { AddCommand } from '../../context.ts'
import { addArchive } from './archive.ts'
import { addAttest } from './attest.ts'
import { addBackup } from './backup.ts'
import { addImport, addMove, addRestore } from './fill.ts'
import { addExport } from './read.ts'
import { addVerifyAttestation } from './verify-attestation.ts'
import { addVerify } from './verify.ts'

/** `kedge ledger`, its subcommands and their flags. */
export const addLedger: AddCommand = (program, context, settle) => {
  const ledger = program.command('ledger').description('check, print, back up, restore or move the journal')
  for (const add of [addVerify, addExport, addBackup, addRestore, addImport, addMove, addArchive, addAttest, addVerifyAttestation])
    add(ledger, context, settle)
}
