// Run as a child process: verifies a ledger as a user whom file modes bind, which they do not do to root.
import { runLedgerVerify } from '../../../../src/cli/commands/ledger/verify.ts'
import { createProcessIo } from '../../../../src/cli/terminal/io.ts'

const NOBODY = 65_534
if (process.getuid?.() === 0) {
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}
process.exitCode = await runLedgerVerify({ path: process.argv[2] ?? '' }, createProcessIo())
