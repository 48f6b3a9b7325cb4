import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const PACKAGES = '/usr/lib/postgresql'
const run = promisify(execFile)

/** The newest PostgreSQL of Debian's packages, server and clients alike: npm has no `pg_dump`. Undefined where there is none. */
export function findDebianPostgres(): string | undefined {
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES) : []
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(PACKAGES, version))
    .find((folder) => ['postgres', 'initdb', 'pg_dump', 'psql'].every((program) => existsSync(join(folder, 'bin', program))))
}

/** Runs one of its programs. @throws Error with what it printed */
export async function runDebian(folder: string, program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(join(folder, 'bin', program), args, { maxBuffer: 64 * 1024 * 1024, env: { LC_ALL: 'C' } })
  return stdout
}
