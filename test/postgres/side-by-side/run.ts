// `npm run side-by-side -- COMMIT`: an older version of this program, of that commit or of the last tag, and this one, each as a process of
// its own on one ledger in PostgreSQL: forth, back and forth again. Ends with 1 where something was done twice, or not at all, or where one
// of them failed without a code.
import { startPostgres } from '../server.ts'
import { upgrade } from './live.ts'
import { checkOut, commitNamed } from './version.ts'

await using stack = new AsyncDisposableStack()
const commit = await commitNamed(process.argv[2])
const old = await checkOut(stack, commit)
process.stdout.write(`old is ${commit.slice(0, 12)}\n`)
await using server = await startPostgres(['fsync = on'])
await upgrade(server.url(), old, ({ what, seen, wrong }) => {
  if (wrong.length > 0) process.exitCode = 1
  process.stdout.write(`${what.padEnd(52)} ${wrong.length === 0 ? 'fine' : `BAD: ${wrong.join('; ')}`}\n  ${seen}\n`)
})
