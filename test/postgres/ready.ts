// `npm run -s postgres:ready`: says `ready`, or why tests can start no PostgreSQL on this machine.
import { whyNoPostgres } from './server.ts'

process.stdout.write(`${whyNoPostgres() ?? 'ready'}\n`)
